using Straggler.Availability;
using Straggler.Checkpoints;
using Straggler.Compression;
using Straggler.Delays;
using Straggler.Energy;
using Straggler.Federation;
using Straggler.Metrics;
using Straggler.Recording;
using Straggler.Strategies;
using Straggler.Training;

namespace Straggler.Simulation;

/// <summary>What a run is made of.</summary>
public sealed record SimulationParts
{
    /// <summary>The clients.</summary>
    public required ClientPopulation Population { get; init; }

    /// <summary>The run's random streams.</summary>
    public required RandomStreams Streams { get; init; }

    /// <summary>How long tasks take.</summary>
    public required DelayModel Delays { get; init; }

    /// <summary>Who is on when, and what becomes of tasks; null where everybody always is and nothing is lost.</summary>
    public TaskFates? Fates { get; init; }

    /// <summary>The clients' recipe, which says how many gradient steps a whole task has.</summary>
    public LocalTrainingOptions Local { get; init; } = new();

    /// <summary>The server's rule, made for this run.</summary>
    public required IServerStrategy Strategy { get; init; }

    /// <summary>The model's versions, at version 0.</summary>
    public required VersionStore Versions { get; init; }

    /// <summary>Who trains the clients.</summary>
    public required IClientTrainer Trainer { get; init; }

    /// <summary>Who evaluates the model; null to go without (timing only).</summary>
    public IModelEvaluator? Evaluator { get; init; }

    /// <summary>Turns predictions into accuracies; needed with an evaluator.</summary>
    public AccuracyCounter? Accuracy { get; init; }

    /// <summary>Who keeps checkpoints; null for none.</summary>
    public ICheckpointKeeper? Checkpoints { get; init; }

    /// <summary>Measures where the loop's time goes; null to leave that out.</summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>Bytes of the model on the wire, as it is.</summary>
    public required long ModelBytes { get; init; }

    /// <summary>Bytes of an update on the wire; null for those of the model.</summary>
    public long? UploadBytes { get; init; }

    /// <summary>What tasks cost the clients in energy; null if that is not counted.</summary>
    public EnergyModel? Energy { get; init; }

    /// <summary>The clients, where they are outside of this process and answer by a real clock; they are then <see cref="Trainer"/> too.</summary>
    public ILiveClients? Live { get; init; }

    /// <summary>A record that says who leaves when and comes back when; null where schedule and delays do.</summary>
    public RecordedTimeline? Recorded { get; init; }

    /// <summary>The way of updates to the server; null if nothing is lost on it.</summary>
    public UpdateChannel? Uplink { get; init; }
}

/// <summary>What a run came to, before it is summed up.</summary>
public sealed record SimulationResult
{
    /// <summary>Why it ended.</summary>
    public required StopReason StopReason { get; init; }

    /// <summary>When it ended.</summary>
    public required VirtualTime VirtualTime { get; init; }

    /// <summary>The final version.</summary>
    public required long ServerSteps { get; init; }

    /// <summary>Counts over the run.</summary>
    public required RunStatistics Statistics { get; init; }

    /// <summary>How fast the accuracy rose.</summary>
    public required Convergence Convergence { get; init; }

    /// <summary>The final model's evaluation.</summary>
    public required EvaluationRecord LastEvaluation { get; init; }

    /// <summary>Tasks still out.</summary>
    public required InFlightSummary InFlight { get; init; }

    /// <summary>The tasks still out, in the order of dispatch.</summary>
    public required IReadOnlyList<RecordedTask> Outstanding { get; init; }

    /// <summary>Tasks that each client was sent.</summary>
    public required IReadOnlyList<int> TasksSent { get; init; }
}
