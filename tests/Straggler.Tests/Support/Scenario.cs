using Straggler.Aggregation;
using Straggler.Availability;
using Straggler.Checkpoints;
using Straggler.Compression;
using Straggler.Configuration;
using Straggler.Delays;
using Straggler.Energy;
using Straggler.Federation;
using Straggler.Metrics;
using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Simulation;
using Straggler.Strategies;
using Straggler.Training;

namespace Straggler.Tests.Support;

/// <summary>A whole small run, described in one expression.</summary>
internal sealed record Scenario
{
    public int Clients { get; init; } = 10;

    public int Concurrency { get; init; } = 4;

    public long Rounds { get; init; } = 100;

    public ulong Seed { get; init; } = 1;

    public StopOptions Stop { get; init; } = new();

    public SchedulerOptions Scheduler { get; init; } = new();

    public EvaluationOptions Evaluation { get; init; } = new() { EveryEvents = 1_000_000 };

    public DelayOptions Delay { get; init; } = new();

    /// <summary>What a task sends; null for the model both ways.</summary>
    public TransferBytes? Bytes { get; init; }

    public AggregationOptions Aggregation { get; init; } = new();

    /// <summary>When clients are on.</summary>
    public AvailabilityOptions Availability { get; init; } = new();

    /// <summary>How tasks are lost.</summary>
    public FailureOptions Failure { get; init; } = new();

    /// <summary>How much of their work clients do.</summary>
    public PartialWorkOptions? PartialWork { get; init; }

    /// <summary>Training samples of each client.</summary>
    public Func<int, int> Samples { get; init; } = _ => 10;

    public Func<StrategyServices, IServerStrategy> Strategy { get; init; } = _ => new FedAsync(new());

    /// <summary>The clients' recipe.</summary>
    public LocalTrainingOptions Local { get; init; } = new();

    /// <summary>What is learned; null for a timing-only run.</summary>
    public QuadraticProblem? Problem { get; init; }

    public int Workers { get; init; } = 1;

    /// <summary>Versions that may stay in memory; null for all of them.</summary>
    public int? ResidentVersions { get; init; }

    /// <summary>The file for the other versions.</summary>
    public string SpillPath { get; init; } = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    /// <summary>Measures the loop.</summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>Watches the run besides the trace.</summary>
    public IRunObserver? Observer { get; init; }

    /// <summary>How updates are encoded on their way up.</summary>
    public Func<ICompressor>? Compressor { get; init; }

    /// <summary>What tasks cost in energy.</summary>
    public EnergyOptions? Energy { get; init; }

    /// <summary>Keeps checkpoints.</summary>
    public ICheckpointKeeper? Keeper { get; init; }

    /// <summary>Arrivals between checkpoints.</summary>
    public long? CheckpointEvery { get; init; }

    /// <summary>The checkpoint to go on from.</summary>
    public Stream? From { get; init; }

    /// <summary>Who comes back when, in place of the delays.</summary>
    public RecordedTimeline? Recorded { get; init; }

    /// <summary>Whether nothing is known of the clients' samples before they tell, as of live ones; then nothing is evaluated.</summary>
    public bool SamplesUnknown { get; init; }

    /// <summary>Makes live clients of those who train and of their delays.</summary>
    public Func<IClientTrainer, DelayModel, ILiveClients>? Live { get; init; }

    /// <summary>Who evaluates in place of the workers.</summary>
    public Func<IModelEvaluator, IModelEvaluator>? Evaluator { get; init; }

    /// <summary>Where a test cuts the run.</summary>
    public int? CutAt { get; init; }

    public static DelayOptions DelayOf(string distribution, object? options = null, DelayScope per = DelayScope.Task)
    {
        Choice<IDistribution> choice = BuiltIns.Distributions.Choose(distribution);
        return new() { Dist = options is null ? choice : choice with { Options = options }, Per = per };
    }

    /// <summary>A compute time of so many seconds, links of one speed and a server's link that all share.</summary>
    public static DelayOptions LinkOf(double compute, double downSpeed, double uploadFraction, ServerLinkOptions link) =>
        DelayOf("constant", new ConstantOptions { Value = compute }) with
        {
            Bandwidth = new()
            {
                Dist = BuiltIns.Distributions.Choose("constant") with { Options = new ConstantOptions { Value = downSpeed } },
                UploadFraction = uploadFraction,
            },
            ServerLink = link,
        };

    /// <summary>Scheduler options with a policy of the table.</summary>
    public static SchedulerOptions SchedulerOf(string policy, object? options = null, TieRule ties = TieRule.ArrivalsFirst)
    {
        Choice<DispatchPolicyFactory> choice = BuiltIns.DispatchPolicies.Choose(policy);
        return new() { Policy = options is null ? choice : choice with { Options = options }, Ties = ties };
    }

    /// <summary>Runs from a test that is not asynchronous (a property, say).</summary>
    public Trace Run() => RunAsync(CancellationToken.None).GetAwaiter().GetResult();

    public async Task<Trace> RunAsync(CancellationToken cancellation)
    {
        ParameterLayout layout = Problem?.Layout ?? TimingOnlyTrainer.Layout;
        float[] initial = new float[layout.Length];
        Problem?.Initialize(initial);
        using VersionStore versions = new(layout, initial);
        if (ResidentVersions is { } resident)
        {
            versions.LimitResident(resident, SpillPath, warning => throw new InvalidOperationException(warning));
        }

        using WorkerPool? workers = Problem is null ? null : new(Problem, Workers, TimeProvider.System);
        int testCount = Problem?.TestCount ?? 0;
        ClientPopulation population = SamplesUnknown ? ClientPopulation.OfUnknown(Clients) : new(
            [.. Enumerable.Range(0, Clients).Select(client => new ClientShard(
                [.. Enumerable.Range(0, Samples(client))], [.. Enumerable.Range(0, testCount).Where(sample => sample % Clients == client)]))],
            testCount);
        RandomStreams streams = new(Seed);
        Trace trace = new();
        DelayModel delays = new(Delay, streams, [.. Enumerable.Range(0, Clients).Select(client => (long)Samples(client))],
            Bytes ?? new TransferBytes(layout.ByteCount, layout.ByteCount));
        IClientTrainer trainer = workers is null ? new TimingOnlyTrainer() : workers;
        ILiveClients? live = Live?.Invoke(trainer, delays);
        using FederatedSimulation simulation = new(
            new()
            {
                Concurrency = Concurrency,
                Rounds = Rounds,
                Stop = Stop,
                Scheduler = Scheduler,
                Aggregation = Aggregation,
                Evaluation = Evaluation,
                CheckpointEvery = CheckpointEvery,
            },
            new()
            {
                Population = population,
                Streams = streams,
                Delays = delays,
                Energy = Energy is null ? null : new(Energy, delays, streams, Clients),
                Local = Local,
                Strategy = Strategy(new(layout.Length, layout.TrainableLength, Clients, Concurrency, Scheduler.Redispatch)
                {
                    Samples = population.Samples,
                    SumOfSamples = () => population.SampleCount,
                    KnowsProbabilities = Scheduler.AllowsProbabilities,
                    Aggregation = Aggregation,
                    Streams = streams,
                }),
                Fates = TaskFates.Create(Availability, Failure, PartialWork, new(streams, Clients)),
                Versions = versions,
                Trainer = live ?? trainer,
                Live = live,
                Recorded = Recorded,
                Evaluator = SamplesUnknown || workers is null ? null : Evaluator?.Invoke(workers) ?? workers,
                Accuracy = Problem is null ? null : new(Problem.TestLabels, Problem.ClassCount, population),
                Checkpoints = Keeper,
                ModelBytes = layout.ByteCount,
                UploadBytes = Compressor?.Invoke().EncodedBytes(layout.Length),
                Uplink = Compressor is null ? null : new(Compressor(), streams, Clients, layout),
                Clock = Clock,
            },
            Observer is null ? [trace] : [Observer, trace]);
        if (From is not null)
        {
            CheckpointFile.Verify(From);
            CheckpointFile.Read(From, simulation.Load);
        }

        trace.Result = await simulation.RunAsync(cancellation);
        trace.Clients = [.. ClientRecords.Create(trace.Result, population)];
        trace.Parameters = versions.Current.Resident.ToArray();
        trace.Versions = versions;
        trace.Clock = simulation.Clock;
        return trace;
    }
}

/// <summary>All that a run said and left behind.</summary>
internal sealed class Trace : IRunObserver
{
    public List<UpdateRecord> Updates { get; } = [];

    /// <summary>Lost tasks, in order.</summary>
    public List<UpdateRecord> Losses { get; } = [];

    public List<EvaluationRecord> Evaluations { get; } = [];

    public SimulationResult Result { get; set; } = null!;

    /// <summary>The rows of clients.csv.</summary>
    public ClientRecord[] Clients { get; set; } = [];

    public float[] Parameters { get; set; } = [];

    public VersionStore Versions { get; set; } = null!;

    public LoopClock Clock { get; set; } = null!;

    public long StalenessSum => Updates.Sum(update => update.Staleness);

    /// <summary>Arrivals and losses in order: the rows of updates.csv.</summary>
    public List<UpdateRecord> Rows { get; } = [];

    /// <summary>The rows as live clients that say nothing of their trainings leave them: without the parts of tasks.</summary>
    public IEnumerable<UpdateRecord> RowsWithoutParts => Rows.Select(row => row with { Parts = TaskDelay.Unknown });

    public void OnUpdate(in UpdateRecord update)
    {
        Updates.Add(update);
        Rows.Add(update);
    }

    public void OnLost(in UpdateRecord task)
    {
        Losses.Add(task);
        Rows.Add(task);
    }

    public void OnEvaluation(EvaluationRecord evaluation) => Evaluations.Add(evaluation);
}
