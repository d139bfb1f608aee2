namespace Straggler.Simulation;

/// <summary>What waits for its virtual time, in a total order: by time, then by kind, then by the order in which it was added.</summary>
/// <remarks>The order is part of the reproducibility contract. Not thread-safe.</remarks>
/// <typeparam name="T">What is queued.</typeparam>
public sealed class EventQueue<T>
{
    private readonly PriorityQueue<T, EventKey> _queue = new();
    private long _added;

    /// <summary>Events that wait.</summary>
    public int Count => _queue.Count;

    /// <summary>When the next event is due; <see cref="VirtualTime.Never"/> if there is none.</summary>
    public VirtualTime NextTime => _queue.TryPeek(out _, out EventKey key) ? key.Time : VirtualTime.Never;

    /// <summary>The next event, which stays in the queue.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public T Next => _queue.Peek();

    /// <summary>The events that wait, in no order.</summary>
    public IEnumerable<T> Waiting => _queue.UnorderedItems.Select(item => item.Element);

    /// <summary>Adds an event.</summary>
    /// <param name="time">When it is due.</param>
    /// <param name="item">The event.</param>
    /// <param name="priority">Its kind's place among events of one time; lower goes first.</param>
    public void Add(VirtualTime time, T item, int priority = 0)
    {
        if (!(time >= VirtualTime.Zero) || time == VirtualTime.Never)
        {
            throw new InvalidOperationException($"An event cannot be due at {time}.");
        }

        _queue.Enqueue(item, new(time, priority, _added++));
    }

    /// <summary>Takes the next event.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public T Take() => _queue.Dequeue();

    private readonly record struct EventKey(VirtualTime Time, int Priority, long Sequence) : IComparable<EventKey>
    {
        public int CompareTo(EventKey other)
        {
            int order = Time.CompareTo(other.Time);
            order = order != 0 ? order : Priority.CompareTo(other.Priority);
            return order != 0 ? order : Sequence.CompareTo(other.Sequence);
        }
    }
}
