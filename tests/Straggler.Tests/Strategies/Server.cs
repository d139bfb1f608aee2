using Straggler.Federation;
using Straggler.Scheduling;
using Straggler.Strategies;
using Straggler.Training;

namespace Straggler.Tests.Strategies;

/// <summary>A server on the test bench: arrivals are scripted, and every version is kept to be sent again.</summary>
internal sealed class Server
{
    private readonly IServerStrategy _strategy;
    private readonly ServerModel _model;
    private readonly List<float[]> _versions;

    /// <param name="strategy">Makes the strategy.</param>
    /// <param name="initial">The initial model.</param>
    /// <param name="concurrency">C.</param>
    /// <param name="trainable">Trained parameters; null for all.</param>
    /// <param name="clients">n.</param>
    /// <param name="services">Adds to what the strategy knows of the run.</param>
    public Server(
        Func<StrategyServices, IServerStrategy> strategy,
        float[] initial,
        int concurrency = 2,
        int? trainable = null,
        int clients = 10,
        Func<StrategyServices, StrategyServices>? services = null)
    {
        StrategyServices plain = new(initial.Length, trainable ?? initial.Length, clients, concurrency, Redispatch.Arrival);
        _strategy = strategy(services is null ? plain : services(plain));
        _model = new(new VersionStore(new([new("w", [initial.Length], ParameterKind.Parameter, 0)]), initial));
        _versions = [[.. initial]];
    }

    public float[] Model => _model.Current.ToArray();

    /// <summary>All versions so far.</summary>
    public IReadOnlyList<float[]> Versions => _versions;

    public long Version => _model.Version;

    public IServerStrategy Strategy => _strategy;

    /// <summary>The probability with which the next clients were drawn.</summary>
    public double Probability { get; set; }

    /// <summary>When the next clients were dispatched.</summary>
    public double DispatchedAt { get; set; }

    /// <summary>A client that was sent <paramref name="baseVersion"/> returns <paramref name="local"/>.</summary>
    /// <returns>The weight that the strategy reports.</returns>
    public double Arrive(
        long baseVersion,
        float[] local,
        int samples = 1,
        double at = 0,
        int client = 0,
        LocalOutcome outcome = default,
        ClientAlgorithm? algorithm = null,
        int group = 0)
    {
        Arrival arrival = Metadata(baseVersion, samples, at) with { Client = client, Group = group };
        Assert.True(_strategy.Admits(arrival));
        float[] start = algorithm is { Start.IsEmpty: false } ? algorithm.Start.ToArray() : _versions[(int)baseVersion];
        double weight = _strategy.OnArrival(arrival, new(start, local, outcome, algorithm, client), _model);
        Remember();
        return weight;
    }

    /// <summary>A client that was sent <paramref name="baseVersion"/> returns that plus <paramref name="delta"/>.</summary>
    public double ArriveDelta(
        long baseVersion,
        float[] delta,
        int samples = 1,
        double at = 0,
        int client = 0,
        LocalOutcome outcome = default,
        ClientAlgorithm? algorithm = null) =>
        Arrive(baseVersion, [.. _versions[(int)baseVersion].Zip(delta, (x, d) => x + d)], samples, at, client, outcome, algorithm);

    public bool Admits(long baseVersion) => _strategy.Admits(Metadata(baseVersion, 1, 0));

    public void Refuse(long baseVersion, int samples = 1)
    {
        _strategy.OnRefused(Metadata(baseVersion, samples, 0), _model);
        Remember();
    }

    /// <summary>What a client that leaves now is asked to do.</summary>
    public ClientAlgorithm Instruct(int client, int samples = 1, int occurrence = 0, double at = 0) =>
        _strategy.Instruct(new(client, samples, occurrence, _model.Version, new(at)), _model);

    /// <summary>The scheduler ends a round.</summary>
    public void EndRound(int group = 0, double at = 0, int groups = 1)
    {
        _strategy.OnRoundEnd(new(group, new(at)) { Groups = groups }, _model);
        Remember();
    }

    public void Deadline()
    {
        _strategy.OnDeadline(_model);
        Remember();
    }

    private Arrival Metadata(long baseVersion, int samples, double at) =>
        new(0, samples, baseVersion, _model.Version, new(DispatchedAt), new(at)) { Probability = Probability };

    private void Remember()
    {
        Assert.InRange(_model.Version, _versions.Count - 1, _versions.Count);
        if (_model.Version == _versions.Count)
        {
            _versions.Add(Model);
        }
    }
}
