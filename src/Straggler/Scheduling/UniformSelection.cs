using Straggler.Checkpoints;
using Straggler.Simulation;

namespace Straggler.Scheduling;

/// <summary>Each idle client with the same probability.</summary>
/// <remarks>The k-th selection of a run always uses the k-th draw of the group's stream <c>selection</c>. O(1) per call.</remarks>
public sealed class UniformSelection : IClientSelection
{
    private static readonly StreamPurpose _selection = new("selection");
    private readonly RandomStreams _streams;
    private readonly int _group;
    private readonly int[] _idle;
    private int _selections;
    private int _placeAfter;

    /// <summary>All clients are idle.</summary>
    /// <param name="streams">The run's random streams.</param>
    /// <param name="group">The group's number, which names its stream.</param>
    /// <param name="members">The group's clients; the array is taken over.</param>
    public UniformSelection(RandomStreams streams, int group, int[] members)
    {
        ArgumentNullException.ThrowIfNull(members);
        _streams = streams;
        _group = group;
        _idle = members;
        Count = members.Length;
    }

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public int Soon { get; private set; } = -1;

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public void Return(int client) => _idle[Count++] = client;

    private int Draw(int selection) => _streams.Open(_selection, _group, selection).NextInt32(Count);

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
