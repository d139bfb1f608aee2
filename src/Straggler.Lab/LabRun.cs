using Straggler.Experiments;
using Straggler.Metrics;
using Straggler.Recording;

namespace Straggler.Lab;

/// <summary>What came of a run in memory: what a run directory holds.</summary>
public sealed record LabRun
{
    /// <summary>The experiment.</summary>
    public required ExperimentPlan Plan { get; init; }

    /// <summary>What the run came to: summary.json.</summary>
    public required RunSummary Summary { get; init; }

    /// <summary>The evaluations, the initial model's first: metrics.csv.</summary>
    public required IReadOnlyList<EvaluationRecord> Evaluations { get; init; }

    /// <summary>The arrivals and the tasks that were lost, in order: updates.csv.</summary>
    public required IReadOnlyList<UpdateRecord> Updates { get; init; }

    /// <summary>The clients: clients.csv.</summary>
    public required IReadOnlyList<ClientRecord> Clients { get; init; }

    /// <summary>The final model in PyTorch's element order; empty where nothing was trained.</summary>
    public required ReadOnlyMemory<float> Parameters { get; init; }
}
