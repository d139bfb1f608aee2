using Straggler.Checkpoints;
using Straggler.Delays;
using Straggler.Federation;
using Straggler.Simulation;
using Straggler.Strategies;

namespace Straggler.Tests.SelfCheck;

/// <summary>Draws that are too long by a factor.</summary>
internal sealed class Slower(IDistribution inner, double factor) : IDistribution
{
    public double Mean => inner.Mean * factor;

    public double Sample(ref RandomStream random) => inner.Sample(ref random) * factor;
}

/// <summary>Ignores every fiftieth update.</summary>
internal sealed class Forgetful(IServerStrategy inner) : IServerStrategy
{
    private int _arrivals;

    public bool IsSynchronous => inner.IsSynchronous;

    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model) =>
        ++_arrivals % 50 == 0 ? 0 : inner.OnArrival(arrival, update, model);

    public void Save(StateWriter writer) => inner.Save(writer);

    public void Load(StateReader reader) => inner.Load(reader);
}

/// <summary>Begins anew after a resume; its weights tell how many arrivals it remembers.</summary>
internal sealed class Amnesiac(IServerStrategy inner) : IServerStrategy
{
    private int _arrivals;

    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model) =>
        inner.OnArrival(arrival, update, model) + _arrivals++;

    public void Save(StateWriter writer) => inner.Save(writer);

    public void Load(StateReader reader) => inner.Load(reader);
}

/// <summary>A mixing rate that depends on how many updates any run in this process took before.</summary>
internal sealed class Drifting : IServerStrategy
{
    private static int _taken;

    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        float weight = 1f / (1 + (Interlocked.Increment(ref _taken) % 1009));
        using ServerStep step = model.BeginStep();
        FlatVector.Mix(step.Current, update.Local, weight, step.Next);
        return weight;
    }

    public void Save(StateWriter writer)
    {
    }

    public void Load(StateReader reader)
    {
    }
}
