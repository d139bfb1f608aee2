using Straggler.Arrays;
using Straggler.Availability;
using Straggler.Checkpoints;
using Straggler.Compression;
using Straggler.Configuration;
using Straggler.Delays;
using Straggler.Experiments;
using Straggler.Federation;
using Straggler.Metrics;
using Straggler.Privacy;
using Straggler.Recording;
using Straggler.Reports.Records;
using Straggler.Simulation;
using Straggler.Strategies;
using Straggler.Torch.Models;
using Straggler.Torch.Training;
using Straggler.Training;

namespace Straggler.Lab.Running;

/// <summary>A plan turned into the parts of a run: the one place that knows both the configuration and the learner.</summary>
internal sealed class PreparedExperiment : IDisposable
{
    private static readonly VectorCopy _plain = (from, to) => from.CopyTo(to);

    private readonly ExperimentPlan _plan;
    private readonly RandomStreams _streams;
    private readonly TorchProblem? _problem;
    private readonly WorkerPool? _workers;
    private readonly TransferBytes _bytes;
    private readonly ICompressor _compressor;
    private readonly StrategyServices _strategyServices;
    private readonly TaskFates? _fates;
    private readonly RecordedTimeline? _recorded;
    private readonly InitialModel? _given;
    private readonly RecordedTrainer? _recordedTrainer;
    private LiveFederation? _live;

    private PreparedExperiment(
        ExperimentPlan plan, ClientPopulation population, TorchProblem? problem, ModelExtent extent, int workers, InitialModel? given = null)
    {
        _given = given;
        _plan = plan;
        _streams = new(plan.Seed);
        _problem = problem;
        _compressor = plan.Compression.Create();
        _bytes = new(extent.ByteCount, extent.UploadBytes(_compressor));
        Population = population;
        _strategyServices = new(LearnedLayout.Length, LearnedLayout.TrainableLength, plan.ClientCount, plan.Concurrency, plan.Scheduler.Redispatch)
        {
            Samples = population.Samples,
            SumOfSamples = () => population.SampleCount,
            Local = plan.Model.Local,
            Aggregation = plan.Aggregation,
            Streams = _streams,
            KnowsProbabilities = plan.KnowsProbabilities,
        };
        Strategy = plan.Strategy.Create()(_strategyServices);
        _fates = TaskFates.Create(plan.Availability, plan.Failure, plan.PartialWork, new(_streams, plan.ClientCount));
        _recorded = plan.Replay is null ? null : RecordedRun.Read(
            plan.Replay.Updates, plan.Replay.InFlight, plan.ClientCount, plan.Replay.Live);
        _recordedTrainer = plan.Replay?.LocalModels is { } models
            ? ReplayedModels.Trainer(models, _recorded!, LearnedLayout, problem is null ? _plain : problem.FromCanonical) : null;
        ToCanonical = problem is null ? _plain : problem.ToCanonical;
        Versions = CreateVersions();
        _workers = problem is null ? null : new(problem, workers, TimeProvider.System);
    }

    /// <summary>The clients.</summary>
    public ClientPopulation Population { get; }

    /// <summary>The model and the data, of a run that trains.</summary>
    public TorchProblem Problem => _problem ?? throw new InvalidOperationException("A run that trains nothing has no learning problem.");

    /// <summary>Whether clients really train; else only the timeline is simulated.</summary>
    public bool Trains => _problem is not null;

    /// <summary>The model's versions.</summary>
    public VersionStore Versions { get; }

    /// <summary>Brings a model as the server keeps it into PyTorch's element order.</summary>
    public VectorCopy ToCanonical { get; }

    /// <summary>Threads that train; none where only the timeline is simulated.</summary>
    public int TrainingWorkers => _workers?.WorkerCount ?? 0;

    /// <summary>Wall time that workers trained.</summary>
    public TimeSpan TrainingTime => _workers?.TrainingTime ?? TimeSpan.Zero;

    /// <summary>Wall time that workers evaluated.</summary>
    public TimeSpan EvaluationTime => _workers?.EvaluationTime ?? TimeSpan.Zero;

    /// <summary>What noise has kept of the clients to themselves so far; null without noise.</summary>
    public PrivacySummary? Privacy => _plan.Aggregation is { NoiseMultiplier: > 0 and var noise, PrivacyDelta: var delta }
        ? new(RdpAccountant.Epsilon(noise, _strategyServices.Privacy.Most, delta), delta, noise, _strategyServices.Privacy.Most)
        : null;

    private IServerStrategy Strategy { get; }

    /// <summary>The model's parts; null where there is no model but only a timeline.</summary>
    public ParameterLayout? Layout => _problem?.Layout ?? _given?.Layout;

    private ParameterLayout LearnedLayout => Layout ?? TimingOnlyTrainer.Layout;

    /// <summary>Loads the data, deals it out and makes every part; fails before anything is written.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="workers">Threads that train.</param>
    /// <param name="stage">Told what is being done.</param>
    /// <param name="cancellation">Gives the loading up.</param>
    /// <param name="datasets">Data sets that runs share; null for a run by itself.</param>
    /// <param name="initial">Of a live run: gives the model to begin with, or null for the one that the seed makes. Null for a simulation.</param>
    public static PreparedExperiment Prepare(
        ExperimentPlan plan, int workers, Action<string> stage, CancellationToken cancellation, DatasetCache? datasets = null,
        Func<TorchProblem, InitialModel?>? initial = null)
    {
        ReplayedModels.Check(plan, stage);
        if (plan.Training == TrainingMode.None)
        {
            ClientPopulation population = plan.Replay is { Live: true }
                ? ClientPopulation.OfUnknown(plan.ClientCount) : TimingPopulation.Create(plan, stage, cancellation);
            if (plan.Replay?.Initial is { } begin)
            {
                (WireLayout wire, InitialModel model) = ModelFiles.Read(begin);
                return new(plan, population, null, ModelExtent.Of(model.Layout) with { ByteCount = wire.ElementBytes }, 0, model);
            }

            stage($"Timing only: {plan.ClientCount} clients, {plan.Concurrency} in flight, strategy {plan.Strategy.Name}");
            return Told(new(plan, population, null, TimingPopulation.Extent(plan), workers), stage);
        }

        DealtData data = DealtData.Load(plan, stage, cancellation, datasets);
        stage($"{data.Dataset.TrainLabels.Length} samples over {plan.ClientCount} clients, {plan.Concurrency} in flight, strategy {plan.Strategy.Name}, model {plan.Model.Architecture.Name}");
        TorchProblem problem = new(
            data.Dataset,
            data.Clients,
            (Choice<ModelFactory>)plan.Model.Architecture,
            plan.Model.Local,
            new RandomStreams(plan.Seed),
            plan.Partition.FeatureNoise)
        {
            OperatorThreads = plan.OperatorThreads,
        };
        InitialModel? given = initial is not null ? initial(problem) : plan.Replay?.Initial is { } file ? ModelFiles.Read(file, problem) : null;
        int learners = Math.Max(1, workers / problem.OperatorThreads);
        return Told(new(plan, new(data.Clients, problem.TestLabels.Count), problem, ModelExtent.Of(problem.Layout), learners, given) { IsLive = initial is not null }, stage);
    }

    /// <summary>Makes every part of a live run but the learner, for a model of which only the parts and their values are known.</summary>
    /// <param name="plan">The experiment, which trains nothing here.</param>
    /// <param name="model">The model.</param>
    public static PreparedExperiment PrepareForeign(ExperimentPlan plan, InitialModel model) =>
        new(plan, ClientPopulation.OfUnknown(plan.ClientCount), null, ModelExtent.Of(model.Layout), 0, model) { IsLive = true };

    /// <summary>Whether clients outside of this process are to take the place of the simulated ones.</summary>
    public bool IsLive { get; init; }

    /// <summary>Clients outside of this process take the place of the simulated ones.</summary>
    /// <param name="federation">The clients.</param>
    public void GoLive(LiveFederation federation) => _live = federation;

    /// <summary>The summary's word for the clock; null for the virtual one.</summary>
    public string? ClockName => IsLive ? "wall" : null;

    /// <summary>Says how many clients the availability leaves out.</summary>
    private static PreparedExperiment Told(PreparedExperiment experiment, Action<string> stage)
    {
        if (experiment._fates?.Availability is IntervalTraces { NeverOn: > 0 and int never })
        {
            stage($"{never} of {experiment.Population.Count} clients are never on in the trace, so they never take part");
        }

        return experiment;
    }

    /// <summary>Tells data sets and deals apart: a SHA-256 of all samples and of who holds which, or of how many where nothing is trained.</summary>
    public string DataFingerprint() =>
        (IsLive ? RunIdentity.LiveData : "") + (_problem is not null ? Running.DataFingerprint.Of(_problem.Dataset, _problem.Clients)
            : _given is not null ? Running.DataFingerprint.Of(_given.Layout) : Running.DataFingerprint.Of(Population));

    /// <summary>Writes down who holds what, partition.json, partition.csv and classes.csv, of a run that trains; one that goes on has them.</summary>
    /// <exception cref="RunDirectoryException">They cannot be written.</exception>
    public void RecordPartition(RunDirectory directory)
    {
        string samples = directory.PathOf("partition.json"), counts = directory.PathOf("partition.csv"), names = directory.PathOf("classes.csv");
        if (_problem is not null && !(File.Exists(samples) && File.Exists(counts) && File.Exists(names)))
        {
            DealtData data = new(_problem.Dataset, _problem.Clients);
            data.Save(samples);
            ClassCountsCsv.Write(counts, data.ClassCounts());
            ClassCountsCsv.WriteNames(names, _problem.Dataset.ClassNames);
        }
    }

    /// <summary>The run, ready to go, without checkpoints.</summary>
    /// <param name="observers">Who watches.</param>
    public FederatedSimulation CreateSimulation(params IReadOnlyList<Recording.IRunObserver> observers) => CreateSimulation(null, observers);

    /// <summary>The run, ready to go.</summary>
    /// <param name="checkpoints">Who keeps checkpoints; null for none.</param>
    /// <param name="observers">Who watches.</param>
    public FederatedSimulation CreateSimulation(ICheckpointKeeper? checkpoints, IReadOnlyList<Recording.IRunObserver> observers)
    {
        SimulationOptions options = new()
        {
            Concurrency = _plan.Concurrency,
            Rounds = _plan.Rounds,
            Stop = _plan.Stop,
            Scheduler = _plan.Scheduler,
            Aggregation = _plan.Aggregation,
            Evaluation = _plan.Eval,
            CheckpointEvery = _plan.Checkpoint.Every,
        };
        DelayModel delays = CreateDelays();
        IModelEvaluator? evaluator = _live?.Evaluator ?? _workers;
        SimulationParts parts = new()
        {
            Population = Population,
            Streams = _streams,
            Delays = delays,
            Energy = _plan.Energy is null ? null : new(_plan.Energy, delays, _streams, Population.Count),
            Fates = _live is null ? _fates : null,
            Local = _plan.Model.Local,
            Strategy = Strategy,
            Versions = Versions,
            Recorded = _recorded,
            Trainer = (IClientTrainer?)_live?.Clients ?? (IClientTrainer?)_recordedTrainer ?? (IClientTrainer?)_workers ?? new TimingOnlyTrainer(),
            Live = _live?.Clients,
            Evaluator = evaluator,
            Accuracy = _problem is not null ? new AccuracyCounter(Problem.TestLabels, Problem.ClassCount, Population)
                : evaluator is not null ? new([], 0, Population) : null,
            Checkpoints = checkpoints,
            ModelBytes = _live?.ModelBytes ?? _bytes.Down,
            UploadBytes = _live?.ModelBytes ?? _bytes.Up,
            Uplink = new(_compressor, _streams, Population.Count, LearnedLayout),
            Clock = TimeProvider.System,
        };
        return new(options, parts, observers);
    }

    /// <summary>How long the clients' tasks take.</summary>
    public DelayModel CreateDelays() =>
        new(_plan.Delay, _streams, [.. Population.Samples.Select(_plan.Model.Local.SamplesPerTask)], _bytes);

    /// <summary>The current model in PyTorch's element order.</summary>
    public float[] CanonicalParameters()
    {
        float[] canonical = new float[LearnedLayout.Length];
        using VersionLease model = Versions.Current.Read();
        ToCanonical(model.Parameters, canonical);
        return canonical;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _workers?.Dispose();
        Versions.Dispose();
        _problem?.Dispose();
    }

    private VersionStore CreateVersions()
    {
        if (_given is not null)
        {
            return new(LearnedLayout, _given.Initial);
        }

        float[] initial = new float[LearnedLayout.Length];
        _problem?.Initialize(initial);
        return new(LearnedLayout, initial);
    }
}
