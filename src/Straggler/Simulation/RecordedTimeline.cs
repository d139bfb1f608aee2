using Straggler.Checkpoints;
using Straggler.Recording;

namespace Straggler.Simulation;

/// <summary>Who left when and came back when in a run that was recorded, for another run to follow.</summary>
/// <remarks>
/// The dispatches, arrivals and losses are those of the record, whatever the strategy and the delays; tasks that were still out at the
/// record's end are not in it. Tasks that end at one instant do so in the record's order. The tasks' places in memory are a hundred bytes each.
/// </remarks>
public sealed class RecordedTimeline : IStateful
{
    private readonly RecordedTask[] _tasks;
    private readonly int[] _byDispatch;
    private int _sent;

    /// <summary>Takes over a record.</summary>
    /// <param name="tasks">The tasks in the order in which they ended.</param>
    /// <exception cref="ArgumentException">A task ends before it begins, or before the one above it.</exception>
    public RecordedTimeline(IEnumerable<RecordedTask> tasks)
    {
        _tasks = [.. tasks];
        for (int place = 0; place < _tasks.Length; place++)
        {
            RecordedTask task = _tasks[place];
            if (!(task.Ended >= task.Dispatched) || (place > 0 && task.Ended < _tasks[place - 1].Ended))
            {
                throw new ArgumentException($"Task {place + 1} of the record, of client {task.Client}, ends at {task.Ended}: before it begins, or before the one above it.", nameof(tasks));
            }
        }

        _byDispatch = [.. Enumerable.Range(0, _tasks.Length).OrderBy(place => _tasks[place].Dispatched).ThenBy(place => _tasks[place].BaseVersion)];
        MostInFlight = CountMostInFlight();
    }

    /// <summary>Tasks that arrive.</summary>
    public long Arrivals => _tasks.LongCount(task => task.Loss is null);

    /// <summary>The highest number of a client.</summary>
    public int LastClient => _tasks.Length == 0 ? -1 : _tasks.Max(task => task.Client);

    /// <summary>Most tasks out at once.</summary>
    public int MostInFlight { get; }

    /// <summary>When the next task leaves; <see cref="VirtualTime.Never"/> once all have.</summary>
    public VirtualTime NextDispatch => _sent < _tasks.Length ? _tasks[_byDispatch[_sent]].Dispatched : VirtualTime.Never;

    /// <summary>Takes the next task, which leaves.</summary>
    /// <returns>Its place in the record, 0-based, and the task.</returns>
    public (int Place, RecordedTask Task) Take()
    {
        int place = _byDispatch[_sent++];
        return (place, _tasks[place]);
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_sent);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _sent = reader.ReadInt32();
    }

    /// <summary>Walks through dispatches and ends in order of time, ends first.</summary>
    private int CountMostInFlight()
    {
        int most = 0, ended = 0;
        for (int sent = 0; sent < _byDispatch.Length; sent++)
        {
            VirtualTime now = _tasks[_byDispatch[sent]].Dispatched;
            while (ended < sent && _tasks[ended].Ended <= now)
            {
                ended++;
            }

            most = Math.Max(most, sent + 1 - ended);
        }

        return most;
    }
}

/// <summary>A task of a record.</summary>
/// <param name="Client">The client, 0-based.</param>
/// <param name="Dispatched">When it left.</param>
/// <param name="Ended">When it arrived, or was noticed to be lost.</param>
/// <param name="BaseVersion">The version that it was sent in the record, which tells who left first at one instant.</param>
/// <param name="Loss">How it was lost; null for one that arrived.</param>
public readonly record struct RecordedTask(int Client, VirtualTime Dispatched, VirtualTime Ended, long BaseVersion, UpdateOutcome? Loss);
