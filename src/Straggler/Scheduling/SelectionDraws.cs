using Straggler.Checkpoints;
using Straggler.Simulation;

namespace Straggler.Scheduling;

/// <summary>A random stream for each selection of a group: the k-th always has the same draws, whatever the others drew.</summary>
/// <param name="streams">The run's random streams.</param>
/// <param name="group">The group's number.</param>
internal sealed class SelectionDraws(RandomStreams streams, int group) : IStateful
{
    private static readonly StreamPurpose _selection = new("selection");

    /// <summary>Selections made so far.</summary>
    public int Count { get; private set; }

    /// <summary>The stream of the next selection.</summary>
    public RandomStream Next() => streams.Open(_selection, group, Count++);

    /// <inheritdoc/>
    public void Save(StateWriter writer) => writer.Write(Count);

    /// <inheritdoc/>
    public void Load(StateReader reader) => Count = reader.ReadInt32();
}
