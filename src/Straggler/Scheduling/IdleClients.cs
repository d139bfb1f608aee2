using Straggler.Checkpoints;
using Straggler.Simulation;

namespace Straggler.Scheduling;

/// <summary>The clients that are not in flight; hands out one of them, each with the same probability.</summary>
/// <remarks>The k-th selection of a run always uses the k-th draw of the stream <c>selection</c>. O(1) per call.</remarks>
public sealed class IdleClients : IStateful
{
    private static readonly StreamPurpose _selection = new("selection");
    private readonly RandomStreams _streams;
    private readonly int[] _idle;
    private int _selections;
    private int _placeAfter;

    /// <summary>All clients are idle.</summary>
    public IdleClients(int clientCount, RandomStreams streams)
    {
        _streams = streams;
        _idle = [.. Enumerable.Range(0, clientCount)];
        Count = clientCount;
    }

    /// <summary>Idle clients.</summary>
    public int Count { get; private set; }

    /// <summary>Who will probably be taken next: a guess, for fetching memory.</summary>
    internal int Soon { get; private set; }

    /// <summary>Takes a client.</summary>
    /// <exception cref="InvalidOperationException">Nobody is idle.</exception>
    public int Take()
    {
        if (Count == 0)
        {
            throw new InvalidOperationException("No client is idle.");
        }

        int place = Draw(_selections++);
        int client = _idle[place];
        LookAhead();
        _idle[place] = _idle[--Count];
        return client;
    }

    /// <summary>A client is idle again.</summary>
    public void Return(int client) => _idle[Count++] = client;

    private int Draw(int selection) => _streams.Open(_selection, 0, selection).NextInt32(Count);

    /// <summary>Guesses the next two selections: right if as many are idle then as now, as when each arrival is answered by a dispatch.</summary>
    private void LookAhead()
    {
        Soon = _idle[_placeAfter];
        _placeAfter = Draw(_selections + 1);
        Prefetch.Element(_idle, _placeAfter);
    }

    /// <inheritdoc/>
    /// <remarks>The order counts: the draws pick places in it.</remarks>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Count);
        writer.Write<int>(_idle.AsSpan(0, Count));
        writer.Write(_selections);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        Count = reader.ReadInt32();
        if (Count < 0 || Count > _idle.Length)
        {
            throw new CheckpointException($"has {Count} idle clients, of {_idle.Length}");
        }

        reader.ReadInto(_idle.AsSpan(0, Count));
        _selections = reader.ReadInt32();
    }
}
