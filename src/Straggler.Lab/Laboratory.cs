using System.Collections.Immutable;
using Straggler.Configuration;
using Straggler.Experiments;
using Straggler.Lab.Running;
using Straggler.Recording;
using Straggler.Simulation;
using Straggler.Strategies;
using Straggler.Torch;

namespace Straggler.Lab;

/// <summary>Runs experiments from code: what <c>straggler run</c> does, with components of your own beside the built-in ones.</summary>
/// <remarks>
/// <code>
/// Laboratory lab = new();
/// LabRun run = await lab.RunAsync("strategy=fedbuff", "rounds=300");
/// Console.WriteLine(run.Summary.Final.Accuracy);
/// </code>
/// Settings are those of configuration files and of the command line (docs/configuration.md). Data sets are loaded once. Thread-safe once all
/// components have been added.
/// </remarks>
public sealed class Laboratory
{
    private readonly DatasetCache _datasets = new();
    private ImmutableArray<ICatalog> _components = [.. BuiltIns.Tables.Values];

    /// <summary>Threads that train and evaluate; results do not depend on it.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Told what is being done before the first arrival, and of what goes wrong and does not matter; null for silence.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Adds a strategy that settings can name.</summary>
    /// <typeparam name="TOptions">Its options: a record whose properties are the keys of the section <c>strategy</c>, in snake_case.</typeparam>
    /// <param name="name">Its name, in lower snake_case.</param>
    /// <param name="create">Makes it for a run.</param>
    /// <exception cref="ArgumentException">There is one of this name.</exception>
    public void AddStrategy<TOptions>(string name, Func<TOptions, StrategyServices, IServerStrategy> create)
        where TOptions : class, new() =>
        Add(Catalog<StrategyFactory>.Line<TOptions>(name, "", "", options => services => create(options, services)));

    /// <summary>Adds a component that settings can name: a scheduler, a selection, a distribution, a partitioner, ...</summary>
    /// <typeparam name="T">What the tables of <see cref="BuiltIns"/> hold, such as <c>DispatchPolicyFactory</c>.</typeparam>
    /// <param name="entry">Its line, made by <see cref="Catalog{T}.Line{TOptions}"/>.</param>
    /// <exception cref="ArgumentException">There is no table of such components, or there is one of this name.</exception>
    public void Add<T>(Catalog<T>.Entry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        Catalog<T> table = _components.OfType<Catalog<T>>().FirstOrDefault()
            ?? throw new ArgumentException($"No table of {nameof(BuiltIns)} holds {typeof(T).Name}.", nameof(entry));
        _components = _components.Replace(table, table.With(entry));
    }

    /// <summary>Reads an experiment.</summary>
    /// <param name="settings">Settings such as <c>strategy=fedbuff</c> and <c>strategy.buffer_size=8</c>; what they leave open has its default.</param>
    /// <exception cref="ExperimentConfigException">Something is wrong with them; the message names all of it.</exception>
    public ExperimentPlan Load(params IReadOnlyList<string> settings) => LoadFile(null, settings);

    /// <summary>Reads an experiment from a configuration file.</summary>
    /// <param name="file">The file; null for the defaults.</param>
    /// <param name="settings">Settings that win over the file.</param>
    /// <exception cref="ExperimentConfigException">Something is wrong with them; the message names all of it.</exception>
    public ExperimentPlan LoadFile(string? file, params IReadOnlyList<string> settings) =>
        new PlanLoader(new(TorchBuiltIns.Models, TorchBuiltIns.Datasets) { Components = _components }).Load(file, settings);

    /// <summary>Runs an experiment in memory: nothing is written.</summary>
    /// <param name="settings">As for <see cref="Load"/>.</param>
    /// <exception cref="ExperimentConfigException">Something is wrong with them; the message names all of it.</exception>
    public Task<LabRun> RunAsync(params IReadOnlyList<string> settings) => RunAsync(Load(settings));

    /// <summary>Runs an experiment in memory: nothing is written.</summary>
    /// <param name="plan">The experiment; its sections <c>checkpoint</c>, <c>recording</c> and <c>logging</c> have no effect.</param>
    /// <param name="observers">Who watches, besides; called on the loop's thread.</param>
    /// <param name="cancellation">Ends the run early; what was done until then is returned.</param>
    public async Task<LabRun> RunAsync(ExperimentPlan plan, IReadOnlyList<IRunObserver>? observers = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        long started = TimeProvider.System.GetTimestamp();
        using PreparedExperiment experiment = Prepare(plan, cancellation);
        Recollection recollection = new();
        using FederatedSimulation simulation = experiment.CreateSimulation([recollection, .. observers ?? []]);
        SimulationResult result = await Task.Run(() => simulation.RunAsync(cancellation), CancellationToken.None).ConfigureAwait(false);
        RunClock clock = new(started, experiment, simulation.Clock, TimeProvider.System);
        float[] parameters = experiment.CanonicalParameters();
        return new()
        {
            Plan = plan,
            Summary = ExperimentRun.Summarize(plan.EffectiveName(), plan, experiment, new(clock.Times, Workers, parameters), result),
            Evaluations = recollection.Evaluations,
            Updates = recollection.Updates,
            Clients = [.. ClientRecords.Create(result, experiment.Population)],
            Parameters = parameters,
        };
    }

    /// <summary>Runs an experiment into a run directory, report included, as <c>straggler run</c> does.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="parent">The folder in which the run directory is made.</param>
    /// <param name="cancellation">Ends the run early; its results are written all the same.</param>
    /// <returns>The run directory's path.</returns>
    /// <exception cref="RunDirectoryException">It cannot be written, or a name that the plan gives is taken.</exception>
    public async Task<string> RunIntoAsync(ExperimentPlan plan, string parent, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentException.ThrowIfNullOrEmpty(parent);
        long started = TimeProvider.System.GetTimestamp();
        using PreparedExperiment experiment = Prepare(plan, cancellation);
        using RunSession session = RunSession.Begin(plan, experiment, RunDirectory.Create(parent, plan), started, Tell);
        await ExperimentRun.RunAsync(plan, experiment, session, Workers, new NoDisplay(), cancellation).ConfigureAwait(false);
        return session.Directory.Path;
    }

    private PreparedExperiment Prepare(ExperimentPlan plan, CancellationToken cancellation) =>
        PreparedExperiment.Prepare(plan, Workers, Tell, cancellation, _datasets);

    private void Tell(string what) => Log?.Invoke(what);
}
