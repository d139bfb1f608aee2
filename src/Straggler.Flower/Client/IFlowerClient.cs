using Straggler.Flower.Models;
using Straggler.Flower.Server;

namespace Straggler.Flower.Client;

/// <summary>What a client does with a Flower server's orders, which come one at a time.</summary>
/// <remarks>An exception ends the client, as the protocol has no way to report a failure.</remarks>
public interface IFlowerClient
{
    /// <summary>Tells of itself; null, as by default, if it does not.</summary>
    /// <param name="config">What the server sent along.</param>
    /// <param name="cancellation">Gives it up.</param>
    Task<IReadOnlyDictionary<string, Scalar>?> GetPropertiesAsync(IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyDictionary<string, Scalar>?>(null);

    /// <summary>Gives its own parameters, from which the server may begin; null, as by default, if it does not.</summary>
    /// <param name="config">What the server sent along.</param>
    /// <param name="cancellation">Gives it up.</param>
    Task<WireModel?> GetParametersAsync(IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation) =>
        Task.FromResult<WireModel?>(null);

    /// <summary>Trains a model on its own data.</summary>
    /// <param name="model">The server's model.</param>
    /// <param name="config">What the server sent along.</param>
    /// <param name="cancellation">Gives it up.</param>
    Task<FitReport> FitAsync(WireModel model, IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation);

    /// <summary>Evaluates a model on its own data; null, as by default, if it does not.</summary>
    /// <param name="model">The server's model.</param>
    /// <param name="config">What the server sent along.</param>
    /// <param name="cancellation">Gives it up.</param>
    Task<EvaluateResult?> EvaluateAsync(WireModel model, IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation) =>
        Task.FromResult<EvaluateResult?>(null);
}
