using Straggler.Federation;
using Straggler.Scheduling;
using Straggler.Simulation;
using Straggler.Strategies;

namespace Straggler.Tests.Strategies;

/// <summary>A server on the test bench: arrivals are scripted, and every version is kept to be sent again.</summary>
internal sealed class Server
{
    private readonly IServerStrategy _strategy;
    private readonly ServerModel _model;
    private readonly List<float[]> _versions;

    public Server(Func<StrategyServices, IServerStrategy> strategy, float[] initial, int concurrency = 2, int? trainable = null)
    {
        _strategy = strategy(new(initial.Length, trainable ?? initial.Length, 10, concurrency, Redispatch.Arrival));
        _model = new(new VersionStore(new([new("w", [initial.Length], ParameterKind.Parameter, 0)]), initial));
        _versions = [[.. initial]];
    }

    public float[] Model => _model.Current.ToArray();

    public long Version => _model.Version;

    public IServerStrategy Strategy => _strategy;

    /// <summary>A client that was sent <paramref name="baseVersion"/> returns <paramref name="local"/>.</summary>
    /// <returns>The weight that the strategy reports.</returns>
    public double Arrive(long baseVersion, float[] local, int samples = 1, double at = 0)
    {
        Arrival arrival = Metadata(baseVersion, samples, at);
        Assert.True(_strategy.Admits(arrival));
        double weight = _strategy.OnArrival(arrival, new(_versions[(int)baseVersion], local), _model);
        Remember();
        return weight;
    }

    /// <summary>A client that was sent <paramref name="baseVersion"/> returns that plus <paramref name="delta"/>.</summary>
    public double ArriveDelta(long baseVersion, float[] delta, int samples = 1, double at = 0) =>
        Arrive(baseVersion, [.. _versions[(int)baseVersion].Zip(delta, (x, d) => x + d)], samples, at);

    public bool Admits(long baseVersion) => _strategy.Admits(Metadata(baseVersion, 1, 0));

    public void Refuse(long baseVersion, int samples = 1)
    {
        _strategy.OnRefused(Metadata(baseVersion, samples, 0), _model);
        Remember();
    }

    public void Deadline()
    {
        _strategy.OnDeadline(_model);
        Remember();
    }

    private Arrival Metadata(long baseVersion, int samples, double at) =>
        new(0, samples, baseVersion, _model.Version, VirtualTime.Zero, new(at));

    private void Remember()
    {
        Assert.InRange(_model.Version, _versions.Count - 1, _versions.Count);
        if (_model.Version == _versions.Count)
        {
            _versions.Add(Model);
        }
    }
}
