using Straggler.Simulation;

namespace Straggler.Delays;

/// <summary>A quantity that is drawn once per client, once per task, as both multiplied, or per task from a client's class.</summary>
/// <remarks>What belongs to clients is drawn once and kept; what belongs to a task is drawn from its name whenever it is asked for.</remarks>
internal sealed class ScopedDraw
{
    private readonly IDistribution _distribution;
    private readonly DelayScope _scope;
    private readonly RandomStreams _streams;
    private readonly DrawPurposes _purposes;
    private readonly double[]? _factors;
    private readonly int[]? _classes;

    /// <summary>Draws what belongs to clients.</summary>
    /// <param name="distribution">What is drawn from.</param>
    /// <param name="scope">When.</param>
    /// <param name="streams">The run's streams.</param>
    /// <param name="purposes">The streams' names.</param>
    /// <param name="clientCount">Number of clients.</param>
    /// <param name="factor">A constant factor of each client; null for none.</param>
    public ScopedDraw(
        IDistribution distribution, DelayScope scope, RandomStreams streams, DrawPurposes purposes, int clientCount, Func<int, double>? factor = null)
    {
        (_distribution, _scope, _streams, _purposes) = (distribution, scope, streams, purposes);
        if (scope is DelayScope.Client or DelayScope.Both)
        {
            _factors = [.. Enumerable.Range(0, clientCount).Select(client => Draw(purposes.Client, client, 0) * (factor?.Invoke(client) ?? 1))];
        }
        else if (factor is not null)
        {
            _factors = [.. Enumerable.Range(0, clientCount).Select(factor)];
        }

        _classes = scope == DelayScope.Class ? [.. Enumerable.Range(0, clientCount).Select(PickClass)] : null;
    }

    /// <summary>The quantity of one task.</summary>
    /// <param name="client">The client.</param>
    /// <param name="occurrence">How many tasks it was sent before.</param>
    public double Of(int client, int occurrence)
    {
        double factor = _factors is null ? 1 : _factors[client];
        return _scope switch
        {
            DelayScope.Client => factor,
            DelayScope.Class => factor * DrawOfClass(client, occurrence),
            _ => factor * Draw(_purposes.Task, client, occurrence),
        };
    }

    /// <summary>A client's quantity will be asked for soon: among a million clients each look costs a miss of the cache.</summary>
    public void Expect(int client)
    {
        if (_factors is not null)
        {
            Prefetch.Element(_factors, client);
        }
    }

    /// <summary>The class of a client; null where there are none.</summary>
    public int? ClassOf(int client) => _classes?[client];

    private double Draw(StreamPurpose purpose, int client, int occurrence)
    {
        RandomStream random = _streams.Open(purpose, client, occurrence);
        return _distribution.Sample(ref random);
    }

    private int PickClass(int client)
    {
        RandomStream random = _streams.Open(_purposes.Client, client);
        return ((ClassDistribution)_distribution).PickClass(ref random);
    }

    private double DrawOfClass(int client, int occurrence)
    {
        RandomStream random = _streams.Open(_purposes.Task, client, occurrence);
        return ((ClassDistribution)_distribution).SampleOf(_classes![client], ref random);
    }
}

/// <summary>The streams of a quantity.</summary>
/// <param name="Client">For what is drawn once per client.</param>
/// <param name="Task">For what is drawn per task.</param>
internal readonly record struct DrawPurposes(StreamPurpose Client, StreamPurpose Task);
