using Straggler.Flower.Models;

namespace Straggler.Flower.Client;

/// <summary>What a client sends back after training.</summary>
/// <param name="Model">The trained model.</param>
/// <param name="Samples">How many samples it trained on.</param>
/// <param name="Metrics">What else it tells, such as the loss.</param>
public sealed record FitReport(WireModel Model, int Samples, IReadOnlyDictionary<string, Scalar> Metrics);
