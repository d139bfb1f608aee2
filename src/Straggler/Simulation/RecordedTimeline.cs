using Straggler.Checkpoints;
using Straggler.Delays;
using Straggler.Recording;

namespace Straggler.Simulation;

/// <summary>Who left when and came back when in a run that was recorded, for another run to follow.</summary>
/// <remarks>
/// The dispatches, arrivals and losses are those of the record, whatever the strategy and the delays. Tasks that end at one instant do so
/// in the record's order. Tasks that were still out at the record's end leave and never end. All tasks are in memory, some 80 bytes each.
/// </remarks>
public sealed class RecordedTimeline : IStateful
{
    private readonly RecordedTask[] _tasks;
    private readonly int[] _byDispatch;
    private int _sent;

    /// <summary>Takes over a record.</summary>
    /// <param name="ended">The tasks that ended, in that order.</param>
    /// <param name="outstanding">The tasks that were out at the end; empty where they are not known.</param>
    /// <exception cref="ArgumentException">A task ends before it begins, or before the one above it.</exception>
    public RecordedTimeline(IEnumerable<RecordedTask> ended, IEnumerable<RecordedTask> outstanding)
    {
        _tasks = [.. ended, .. outstanding.Select(task => task with { Ended = VirtualTime.Never })];
        for (int place = 0; place < _tasks.Length; place++)
        {
            RecordedTask task = _tasks[place];
            if (!(task.Ended >= task.Dispatched) || (place > 0 && task.Ended < _tasks[place - 1].Ended))
            {
                throw new ArgumentException($"Task {place + 1} of the record, of client {task.Client}, ends at {task.Ended}: before it begins, or before the one above it.", nameof(ended));
            }
        }

        _byDispatch = [.. Enumerable.Range(0, _tasks.Length).OrderBy(place => _tasks[place].Dispatched).ThenBy(place => _tasks[place].BaseVersion)];
        MostInFlight = CountMostInFlight();
        TellsSamples = _tasks.Any(task => task.Samples > 0);
    }

    /// <summary>A task of the record.</summary>
    /// <param name="place">Its place, 0-based.</param>
    public RecordedTask this[long place] => _tasks[place];

    /// <summary>Whether it says on how many samples clients trained, task by task, as live clients do.</summary>
    public bool TellsSamples { get; }

    /// <summary>Tasks that arrive.</summary>
    public long Arrivals => _tasks.LongCount(Arrives);

    /// <summary>The highest number of a client.</summary>
    public int LastClient => _tasks.Length == 0 ? -1 : _tasks.Max(task => task.Client);

    /// <summary>Most tasks out at once.</summary>
    public int MostInFlight { get; }

    /// <summary>When the next task leaves; <see cref="VirtualTime.Never"/> once all have.</summary>
    public VirtualTime NextDispatch => _sent < _tasks.Length ? _tasks[_byDispatch[_sent]].Dispatched : VirtualTime.Never;

    /// <summary>Whether the next task leaves by a moment, at the instant of which more may happen.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="isOver">Whether nothing more happens at that instant.</param>
    /// <param name="inFlight">Tasks that are out.</param>
    /// <param name="version">The server's version.</param>
    /// <remarks>
    /// In the record the dispatches of an instant came in between its arrivals and server steps: while more is to come, a task waits for a
    /// place to be free and for the version that it was sent, so that the same strategy sends the same versions.
    /// </remarks>
    public bool Leaves(VirtualTime now, bool isOver, int inFlight, long version) =>
        NextDispatch <= now && (isOver || (inFlight < MostInFlight && version >= _tasks[_byDispatch[_sent]].BaseVersion));

    /// <summary>Takes the next task, which leaves.</summary>
    /// <returns>Its place in the record, 0-based, and the task.</returns>
    public (int Place, RecordedTask Task) Take()
    {
        int place = _byDispatch[_sent++];
        return (place, _tasks[place]);
    }

    /// <summary>Which arrival, from 1, each task is whose update came: by client and how many tasks it was sent before.</summary>
    public IReadOnlyDictionary<(int Client, int Occurrence), long> ArrivalsByTask()
    {
        long[] arrivals = new long[_tasks.Length];
        long arrived = 0;
        for (int place = 0; place < _tasks.Length; place++)
        {
            arrivals[place] = Arrives(_tasks[place]) ? ++arrived : 0;
        }

        Dictionary<(int Client, int Occurrence), long> byTask = [];
        int[] sent = new int[LastClient + 1];
        foreach (int place in _byDispatch)
        {
            int client = _tasks[place].Client, occurrence = sent[client]++;
            if (arrivals[place] > 0)
            {
                byTask.Add((client, occurrence), arrivals[place]);
            }
        }

        return byTask;
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

    private static bool Arrives(RecordedTask task) => task.Loss is null && task.Ended < VirtualTime.Never;

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
/// <param name="Ended">When it arrived, or was noticed to be lost; <see cref="VirtualTime.Never"/> for one that was out at the end.</param>
/// <param name="BaseVersion">The version that it was sent in the record, which tells who left first at one instant.</param>
/// <param name="Loss">How it was lost; null for one that arrived.</param>
public readonly record struct RecordedTask(int Client, VirtualTime Dispatched, VirtualTime Ended, long BaseVersion, UpdateOutcome? Loss)
{
    /// <summary>How long its parts took, as far as the record says; else NaN.</summary>
    public TaskDelay Parts { get; init; } = TaskDelay.Unknown;

    /// <summary>On how many samples a live client said that it trained; 0 where what the clients hold is known without the record.</summary>
    public int Samples { get; init; }

    /// <summary>Whether a live client's update held NaN or infinity, which no strategy can take.</summary>
    public bool IsNotFinite { get; init; }
}
