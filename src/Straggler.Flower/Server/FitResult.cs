namespace Straggler.Flower.Server;

/// <summary>What a client says of its training, besides the parameters.</summary>
/// <param name="Samples">How many samples it trained on.</param>
/// <param name="Metrics">Its metrics.</param>
/// <param name="ByteCount">Bytes of its parameters' elements as they came, headers aside.</param>
public sealed record FitResult(int Samples, IReadOnlyDictionary<string, Scalar> Metrics, long ByteCount);

/// <summary>What a client says of a model on its own data.</summary>
/// <param name="Loss">Mean loss.</param>
/// <param name="Samples">How many samples it evaluated on.</param>
/// <param name="Metrics">Its metrics.</param>
public sealed record EvaluateResult(double Loss, int Samples, IReadOnlyDictionary<string, Scalar> Metrics);
