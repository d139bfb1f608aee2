using System.Runtime.CompilerServices;

namespace Straggler.Simulation;

/// <summary>What waits for its virtual time, in a total order: by time, then by kind, then by the order in which it was added.</summary>
/// <remarks>
/// The order is part of the reproducibility contract. A heap whose nodes have four children: half as deep as a binary one, and the
/// children that are compared lie side by side. Not thread-safe.
/// </remarks>
/// <typeparam name="T">What is queued.</typeparam>
public sealed class EventQueue<T>
{
    private const int Children = 4;
    private const int SequenceBits = 48;
    private Entry[] _heap = new Entry[16];
    private long _added;

    /// <summary>Events that wait.</summary>
    public int Count { get; private set; }

    /// <summary>When the next event is due; <see cref="VirtualTime.Never"/> if there is none.</summary>
    public VirtualTime NextTime => Count > 0 ? new(_heap[0].Time) : VirtualTime.Never;

    /// <summary>The next event, which stays in the queue.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public T Next => Count > 0 ? _heap[0].Item : throw new InvalidOperationException("No event waits.");

    /// <summary>Brings the events closer in memory among which the one after the next is, unless an earlier one is added.</summary>
    public void ExpectAfterNext()
    {
        for (int child = 1; child <= Children && child < Count; child++)
        {
            Prefetch.Object(_heap[child].Item);
        }
    }

    /// <summary>The events that wait, in no order.</summary>
    public IEnumerable<T> Waiting => _heap.Take(Count).Select(entry => entry.Item);

    /// <summary>The events that wait, in the order in which they will be taken.</summary>
    public IEnumerable<T> InOrder =>
        _heap.Take(Count).OrderBy(entry => entry.Time).ThenBy(entry => entry.Order).Select(entry => entry.Item);

    /// <summary>The events that wait and when they are due, in the order in which they will be taken.</summary>
    public IEnumerable<(VirtualTime Due, T Item)> InOrderOfTime =>
        _heap.Take(Count).OrderBy(entry => entry.Time).ThenBy(entry => entry.Order).Select(entry => (new VirtualTime(entry.Time), entry.Item));

    /// <summary>Adds an event.</summary>
    /// <param name="time">When it is due.</param>
    /// <param name="item">The event.</param>
    /// <param name="priority">Its kind's place among events of one time; lower goes first.</param>
    public void Add(VirtualTime time, T item, short priority = 0) => AddInPlace(time, item, ((long)priority << SequenceBits) + _added++);

    /// <summary>Adds an event whose place among events of one time is not that of its addition.</summary>
    /// <param name="time">When it is due.</param>
    /// <param name="item">The event.</param>
    /// <param name="place">Its place; lower goes first. Not to be mixed with <see cref="Add"/>.</param>
    public void AddInPlace(VirtualTime time, T item, long place)
    {
        if (!(time >= VirtualTime.Zero) || time == VirtualTime.Never)
        {
            throw new InvalidOperationException($"An event cannot be due at {time}.");
        }

        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, 2 * Count);
        }

        Rise(Count++, new(time.Seconds, place, item));
    }

    /// <summary>Takes the next event.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public T Take()
    {
        T next = Next;
        Entry last = _heap[--Count];
        _heap[Count] = default;
        if (Count > 0)
        {
            Sink(last);
        }

        return next;
    }

    /// <summary>Removes events from anywhere; the others keep their order.</summary>
    /// <param name="which">Whether an event is to go.</param>
    /// <returns>Those removed, in the order in which they would have been taken.</returns>
    public IReadOnlyList<T> Remove(Func<T, bool> which)
    {
        Entry[] all = [.. _heap.AsSpan(0, Count)];
        Entry[] removed = [.. all.Where(entry => which(entry.Item)).OrderBy(entry => entry.Time).ThenBy(entry => entry.Order)];
        if (removed.Length > 0)
        {
            Array.Clear(_heap, 0, Count);
            Count = 0;
            foreach (Entry entry in all.Except(removed))
            {
                Rise(Count++, entry);
            }
        }

        return [.. removed.Select(entry => entry.Item)];
    }

    /// <summary>Puts an entry where it belongs between a free place and the top.</summary>
    private void Rise(int place, in Entry entry)
    {
        Entry[] heap = _heap;
        while (place > 0)
        {
            int parent = (place - 1) / Children;
            if (heap[parent].IsBefore(entry))
            {
                break;
            }

            heap[place] = heap[parent];
            place = parent;
        }

        heap[place] = entry;
    }

    /// <summary>Puts an entry where it belongs between the free top and the bottom.</summary>
    private void Sink(in Entry entry)
    {
        Span<Entry> heap = _heap.AsSpan(0, Count);
        int place = 0;
        while ((Children * place) + 1 is int first && first < heap.Length)
        {
            int least = first;
            int end = Math.Min(first + Children, heap.Length);
            for (int child = first + 1; child < end; child++)
            {
                least = heap[child].IsBefore(heap[least]) ? child : least;
            }

            if (entry.IsBefore(heap[least]))
            {
                break;
            }

            heap[place] = heap[least];
            place = least;
        }

        heap[place] = entry;
    }

    /// <summary>A time, then the kind's priority and the order of addition in one number.</summary>
    private readonly record struct Entry(double Time, long Order, T Item)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool IsBefore(in Entry other) => Time < other.Time || (Time == other.Time && Order < other.Order);
    }
}
