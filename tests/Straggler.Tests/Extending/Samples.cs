// What docs/extending.md shows, word for word; a test compares the two.
using System.ComponentModel.DataAnnotations;
using Straggler.Checkpoints;
using Straggler.Delays;
using Straggler.Federation;
using Straggler.Partitioning;
using Straggler.Scheduling;
using Straggler.Simulation;
using Straggler.Strategies;
using Shares = Straggler.Partitioning.Shares;

namespace Straggler.Tests.Extending;

/// <summary>Options of <see cref="Softened"/>.</summary>
public sealed record SoftenedOptions
{
    /// <summary>How far a fresh update moves the model along its delta.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Rate { get; init; } = 0.5;
}

/// <summary>x ← x + rate/(1 + τ)·Δ at every arrival; the sample of docs/extending.md.</summary>
public sealed class Softened(SoftenedOptions options) : IServerStrategy
{
    private long _taken;

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        double weight = options.Rate / (1 + arrival.Staleness);
        using ServerStep step = model.BeginStep();
        FlatVector.AddDelta(step.Current, update.Local, update.Base, (float)weight, step.Next);
        _taken++;
        return weight;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer) => writer.Write(_taken);

    /// <inheritdoc/>
    public void Load(StateReader reader) => _taken = reader.ReadInt64();
}

/// <summary>Clients leave two by two, when nobody is out or only one; the sample of docs/extending.md.</summary>
public sealed class Pairs(SchedulingServices services) : IDispatchPolicy
{
    /// <inheritdoc/>
    public ClientGroups Groups { get; } = new(services.Concurrency);

    /// <inheritdoc/>
    public int Wanted(in Fleet fleet) => Math.Min(2, fleet.Concurrency) - fleet.InFlight;
}

/// <summary>The idle client of the lowest number; the sample of docs/extending.md.</summary>
public sealed class LowestNumber(int[] members) : IClientSelection
{
    private readonly SortedSet<int> _idle = [.. members];

    /// <inheritdoc/>
    public int Count => _idle.Count;

    /// <inheritdoc/>
    public int Take()
    {
        int client = _idle.Min;
        _idle.Remove(client);
        return client;
    }

    /// <inheritdoc/>
    public void Return(int client) => _idle.Add(client);

    /// <inheritdoc/>
    public void Save(StateWriter writer) => writer.Write<int>([.. _idle]);

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        _idle.Clear();
        _idle.UnionWith(reader.ReadArray<int>(members.Length));
    }
}

/// <summary>Options of <see cref="Triangle"/>, in the order of <c>params</c>.</summary>
public sealed record TriangleOptions
{
    /// <summary>The largest value; the smallest is 0.</summary>
    [Range(0.0, 1e15, MinimumIsExclusive = true)]
    public double Width { get; init; } = 2;
}

/// <summary>The sum of two uniform draws; the sample of docs/extending.md.</summary>
public sealed class Triangle(TriangleOptions options) : IDistribution
{
    /// <inheritdoc/>
    public double Mean => options.Width / 2;

    /// <inheritdoc/>
    public double Sample(ref RandomStream random) => options.Width * (random.NextDouble() + random.NextDouble()) / 2;
}

/// <summary>Sample i goes to client i modulo n; the sample of docs/extending.md.</summary>
public sealed class Alternating : IPartitioner
{
    /// <inheritdoc/>
    public Shares Deal(LabelledSamples samples, int clientCount, RandomStream random) =>
        new([.. Enumerable.Range(0, clientCount).Select(client =>
            Enumerable.Range(0, samples.TrainLabels.Length).Where(sample => sample % clientCount == client).ToArray())]);
}
