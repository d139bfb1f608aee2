using Straggler.Flower.Live;
using Straggler.Flower.Server;

namespace Straggler.Cli.Running;

/// <summary>What <c>straggler serve</c> was asked to do.</summary>
internal sealed record ServeRequest
{
    /// <summary>What it shares with <c>straggler run</c>.</summary>
    public required RunRequest Run { get; init; }

    /// <summary>Where it listens.</summary>
    public required FlowerServerOptions Server { get; init; }

    /// <summary>The model to begin with: a file, or <see cref="LiveModels.FromClient"/>; null for the one that the seed makes.</summary>
    public string? Initial { get; init; }

    /// <summary>Largest message that is read, in bytes; null for what the model may take.</summary>
    public int? MaximumMessageBytes { get; init; }

    /// <summary>Most connections at once; null for what the clients need.</summary>
    public int? MaximumConnections { get; init; }

    /// <summary>How many clients are waited for.</summary>
    public required int MinimumClients { get; init; }

    /// <summary>How clients evaluate, where the server has no test set.</summary>
    public required FederatedEvaluationOptions Evaluation { get; init; }
}
