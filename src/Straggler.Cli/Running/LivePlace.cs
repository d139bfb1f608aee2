using Straggler.Arrays;
using Straggler.Experiments;
using Straggler.Flower.Live;
using Straggler.Lab.Running;

namespace Straggler.Cli.Running;

/// <summary>A live run's directory, and its model as soon as there is one: everything that can be refused before a client has come.</summary>
internal sealed class LivePlace : IDisposable
{
    /// <summary>Stands for the data set in the names of runs that have none: the clients' model and data are their own.</summary>
    private const string ClientsOwnData = "live";

    private readonly RunDirectory? _resumed;
    private RunDirectory? _directory;
    private FolderLock? _lock;
    private PreparedExperiment? _experiment;
    private RunClaim? _claim;
    private bool _hasBegun;
    private bool _isLetGo;

    private LivePlace(ExperimentPlan plan, RunDirectory? resumed) => (Plan, _resumed) = (plan, resumed);

    /// <summary>The experiment.</summary>
    public ExperimentPlan Plan { get; }

    /// <summary>How the model travels; null while it is to come from a client.</summary>
    public LiveModel? Model { get; private set; }

    /// <summary>The run's parts.</summary>
    public PreparedExperiment Experiment => _experiment ?? throw new InvalidOperationException("There is no model yet.");

    /// <summary>Prepares the run as far as it can be without clients, and takes its place.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="plan">The experiment.</param>
    /// <param name="resumed">The run to go on with; null for a new one.</param>
    /// <param name="stage">Told what is being done.</param>
    /// <param name="cancellation">Gives it up.</param>
    public static LivePlace Take(ServeRequest request, ExperimentPlan plan, RunDirectory? resumed, Action<string> stage, CancellationToken cancellation)
    {
        LivePlace place = new(plan, resumed);
        try
        {
            string? file = resumed is null
                ? (request.Initial == LiveModels.FromClient ? null : request.Initial)
                : (File.Exists(resumed.PathOf(ModelFiles.Initial)) ? resumed.PathOf(ModelFiles.Initial) : null);
            InitialModel? initial = place.Prepare(request, file, stage, cancellation);
            place.Claim(request.Run.Parent, initial);
            return place;
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    /// <summary>Takes a model that a client has given.</summary>
    public void Begin(WireLayout layout, InitialModel initial)
    {
        Adopt(layout, initial);
        Claim("", initial);
    }

    /// <summary>Whether the run was killed, and not ended, and has a checkpoint.</summary>
    public bool WasKilled => _claim is { HasCheckpoint: true } && !File.Exists(_claim.Directory.PathOf("summary.json"));

    /// <summary>Begins the run, or goes on with it.</summary>
    /// <param name="started">Timestamp of the process's start.</param>
    public RunSession Start(long started)
    {
        RunSession session = RunSession.Start(Plan, Experiment, _claim!, started, Console.Error.WriteLine);
        _hasBegun = true;
        return session;
    }

    /// <summary>Lets go of everything; the directory of a new run that has not begun is free again.</summary>
    public void Dispose()
    {
        if (_isLetGo)
        {
            return;
        }

        _isLetGo = true;
        _claim?.Dispose();
        _experiment?.Dispose();
        if (_lock is not null && _resumed is null && !_hasBegun)
        {
            _directory!.Discard();
        }

        _lock?.Dispose();
    }

    private InitialModel? Prepare(ServeRequest request, string? file, Action<string> stage, CancellationToken cancellation)
    {
        InitialModel? initial = null;
        if (Plan.Training == TrainingMode.Local)
        {
            _experiment = PreparedExperiment.Prepare(
                Plan, request.Run.Workers, stage, cancellation, initial: problem => initial = LiveModels.Read(file, problem));
            Model = LiveModels.Of(_experiment.Problem);
        }
        else if (file is not null)
        {
            (WireLayout layout, initial) = ModelFiles.Read(file);
            Adopt(layout, initial);
        }

        return initial;
    }

    private void Adopt(WireLayout layout, InitialModel initial)
    {
        _experiment = PreparedExperiment.PrepareForeign(Plan, initial);
        Model = LiveModels.Of(layout);
    }

    private void Claim(string parent, InitialModel? initial)
    {
        if (_resumed is not null)
        {
            RunClaim.CheckResumable(Plan, _resumed);
        }

        // Killed at any moment, a run that can be gone on with has its model, or nobody has given one and it has not begun.
        _directory ??= _resumed ?? RunDirectory.Create(
            parent,
            Plan,
            initial is null ? null : folder => LiveModels.Write(Path.Combine(folder, ModelFiles.Initial), Model!, initial),
            Plan.Training == TrainingMode.None ? ClientsOwnData : null);

        // From now on, however long a model takes to come: nobody else may go on with the run, and so it may be discarded.
        _lock ??= _directory.Lock();

        // A client's model, for which the directory has waited. One that goes on has it already, unless it was killed before it came.
        if (initial is not null && !File.Exists(_directory.PathOf(ModelFiles.Initial)))
        {
            LiveModels.Write(_directory.PathOf(ModelFiles.Initial), Model!, initial);
        }

        if (_experiment is not null)
        {
            _claim = _resumed is null
                ? RunClaim.Begin(Plan, _experiment, _directory, _lock)
                : RunClaim.Resume(Plan, _experiment, _resumed, Console.Error.WriteLine, _lock);
        }
    }
}
