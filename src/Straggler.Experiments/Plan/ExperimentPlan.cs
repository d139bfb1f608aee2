using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Straggler.Aggregation;
using Straggler.Availability;
using Straggler.Compression;
using Straggler.Configuration;
using Straggler.Delays;
using Straggler.Energy;
using Straggler.Experiments.Binding;
using Straggler.Metrics;
using Straggler.Scheduling;
using Straggler.Simulation;
using Straggler.Strategies;

namespace Straggler.Experiments;

/// <summary>A whole experiment, resolved and validated: what config.yaml of a run directory holds.</summary>
/// <remarks>
/// Made by <see cref="PlanLoader"/>. Two keys exist in files only: <c>alpha</c> is short for a Dirichlet partition and
/// <c>sample_fraction</c> for <see cref="Concurrency"/>.
/// </remarks>
public sealed record ExperimentPlan : IValidatableObject
{
    /// <summary>The run's name; null for one made of strategy, data set and seed.</summary>
    public string? Name { get; init; }

    /// <summary>The seed of every random draw.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>The data set: an entry of <see cref="ConfigurationCatalogs.Datasets"/>.</summary>
    [FromCatalog(nameof(ConfigurationCatalogs.Datasets))]
    public IChoice Dataset { get; init; } = null!;

    /// <summary>Number of clients n.</summary>
    [Range(1, 100_000_000)]
    [ConfigKey("n_clients")]
    public int ClientCount { get; init; } = 100;

    /// <summary>How the samples are dealt out.</summary>
    public PartitionOptions Partition { get; init; } = new();

    /// <summary>Most clients in flight at once, at most <see cref="ClientCount"/>.</summary>
    [Range(1, 100_000_000)]
    public int Concurrency { get; init; } = 10;

    /// <summary>Arrivals to process, for every strategy.</summary>
    [Range(1L, long.MaxValue)]
    public long Rounds { get; init; } = 2000;

    /// <summary>Budgets besides <see cref="Rounds"/>.</summary>
    public StopOptions Stop { get; init; } = new();

    /// <summary>The server's strategy.</summary>
    public Choice<StrategyFactory> Strategy { get; init; } = null!;

    /// <summary>What is done to updates and to their averages on their way into the model.</summary>
    public AggregationOptions Aggregation { get; init; } = new();

    /// <summary>When how many clients leave, and who.</summary>
    public SchedulerOptions Scheduler { get; init; } = new();

    /// <summary>The model and how clients train it.</summary>
    public ModelOptions Model { get; init; } = new();

    /// <summary>How long tasks take.</summary>
    public DelayOptions Delay { get; init; } = new();

    /// <summary>How updates are encoded on their way up.</summary>
    public Choice<ICompressor> Compression { get; init; } = BuiltIns.Compressors.Choose("none");

    /// <summary>What tasks cost the clients in energy; null if that is not counted.</summary>
    public EnergyOptions? Energy { get; init; }

    /// <summary>When clients are ready to take part.</summary>
    public AvailabilityOptions Availability { get; init; } = new();

    /// <summary>How tasks are lost.</summary>
    public FailureOptions Failure { get; init; } = new();

    /// <summary>How much of their work clients do; null for all of it.</summary>
    public PartialWorkOptions? PartialWork { get; init; }

    /// <summary>A recorded run to follow; null for a run of its own.</summary>
    public ReplayOptions? Replay { get; init; }

    /// <summary>When the server's model is evaluated.</summary>
    public EvaluationOptions Eval { get; init; } = new();

    /// <summary>Checkpoints of the run.</summary>
    public CheckpointOptions Checkpoint { get; init; } = new();

    /// <summary>How much memory the run may take.</summary>
    public MemoryOptions Memory { get; init; } = new();

    /// <summary>What is recorded.</summary>
    public RecordingOptions Recording { get; init; } = new();

    /// <summary>Where else results are logged.</summary>
    public LoggingOptions Logging { get; init; } = new();

    /// <summary>Whether clients really train.</summary>
    public TrainingMode Training { get; init; } = TrainingMode.Local;

    /// <summary>What a run that trains nothing is told.</summary>
    public TimingOptions Timing { get; init; } = new();

    /// <summary>What the training runs on.</summary>
    public DeviceKind Device { get; init; } = DeviceKind.Auto;

    /// <summary>Threads inside each tensor operation. The results' last bits depend on it, so it is part of the experiment.</summary>
    [Range(1, 256)]
    public int OperatorThreads { get; init; } = 1;

    /// <summary>The run's name: <see cref="Name"/>, or <c>strategy-dataset-sSEED</c>.</summary>
    /// <param name="data">Stands for the data set's name where that is not used; null where it is.</param>
    public string EffectiveName(string? data = null) =>
        Name ?? string.Create(CultureInfo.InvariantCulture, $"{Strategy.Name}-{data ?? Dataset.Name}-s{Seed}");

    /// <summary>Whether it is known with which probability a client was drawn; of a recorded timeline it is not.</summary>
    public bool KnowsProbabilities => Replay is null && Scheduler.AllowsProbabilities;

    /// <summary>The strategy for a model of no parameters, to be asked what it needs; not to be run.</summary>
    /// <exception cref="InvalidOptionException">It cannot be made as it is configured.</exception>
    public IServerStrategy StrategyWithoutModel() => Strategy.Create()(new(0, 0, ClientCount, Concurrency, Scheduler.Redispatch)
    {
        Local = Model.Local,
        Aggregation = Aggregation,
        KnowsProbabilities = KnowsProbabilities,
    });

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Concurrency > ClientCount)
        {
            yield return new(string.Create(CultureInfo.InvariantCulture,
                $"{Concurrency} clients in flight are more than the {ClientCount} clients there are. Expected at most n_clients"), [nameof(Concurrency)]);
        }

        if (Training == TrainingMode.None && Replay is { } replay && (replay.Initial is null) != (replay.LocalModels is null))
        {
            yield return new("with training: none there is a model only where the record says both where it begins (replay.initial) and what arrives "
                + "(replay.local_models). Expected both or neither", [nameof(Replay), "initial"]);
        }

        if (Device == DeviceKind.Cuda)
        {
            yield return new("cuda is not supported yet: training runs on the processor. Expected auto or cpu", [nameof(Device)]);
        }

        if (Aggregation.NoiseMultiplier > 0 && Compression.Name != "none")
        {
            yield return new("compressed updates may be longer than clip_norm, which the noise is scaled to. Expected compression: none", [nameof(Compression)]);
        }

        if (StrategyFault() is { } fault)
        {
            string[] place = fault.Path.Split('.');
            yield return new(fault.Problem, [OptionSchema.Of(GetType()).Single(option => option.Key == place[0]).Property.Name, place[^1]]);
        }

        if (Delay.ServerLink is not null && !Availability.IsAlways && Availability.MidTask != MidTaskRule.Finish)
        {
            yield return new("clients that share the server's link end what they have begun (delay.server_link): when they would go off in the "
                + "midst of it depends on all the others. Expected finish", [nameof(Availability), "mid_task"]);
        }

        if (Energy?.Fault(Delay) is { } energyFault)
        {
            yield return new(energyFault, [nameof(Energy), "by"]);
        }

        if (Name is not null && !RunNames.IsValid(Name))
        {
            yield return new($"\"{Name}\" is not usable. {RunNames.Rule}", [nameof(Name)]);
        }
    }

    /// <summary>What strategy and scheduler say against each other and this concurrency; asked by making them for a model of no parameters.</summary>
    private InvalidOptionException? StrategyFault()
    {
        try
        {
            IServerStrategy strategy = StrategyWithoutModel();
            Scheduler.Check(strategy, ClientCount, Concurrency, !Availability.IsAlways || !Failure.IsNever, Delay.ServerLink is not null);
            return AggregationFault(strategy);
        }
        catch (InvalidOptionException fault)
        {
            return fault;
        }
    }

    private InvalidOptionException? AggregationFault(IServerStrategy strategy)
    {
        if (strategy.AveragesDeltas)
        {
            return Aggregation.NoiseMultiplier > 0 && Scheduler.Selection.Options is IJudgesByReports
                ? new("aggregation.noise_multiplier", $"the selection {Scheduler.Selection.Name} chooses clients by losses or norms that they report, "
                    + "which no noise on sums of deltas hides. Expected 0, or a selection that knows metadata only, such as uniform or weighted")
                : null;
        }

        string which = $", and {Strategy.Name} forms none. Expected a strategy that averages deltas, such as fedbuff";
        return Aggregation.Optimizer != new AggregationOptions().Optimizer
            ? new("aggregation.optimizer", $"{Aggregation.Optimizer.Name} moves along an average of deltas{which}")
            : Aggregation.NoiseMultiplier > 0 ? new("aggregation.noise_multiplier", $"noise goes onto sums of deltas{which}") : null;
    }
}
