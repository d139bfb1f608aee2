using Straggler.Delays;

namespace Straggler.Simulation;

/// <summary>One direction of the server's link: shares it out whenever a transfer joins or leaves.</summary>
/// <remarks>
/// Between two changes each transfer has a constant share s of its own speed and falls (1 − s) seconds behind its course in each second.
/// A transfer with all of its own speed falls behind by nothing, to the last bit. Costs O(active transfers) for each change.
/// </remarks>
/// <param name="capacity">Bytes per virtual second.</param>
/// <param name="discipline">How they are shared out.</param>
internal sealed class SharedPipe(double capacity, LinkDiscipline discipline)
{
    private readonly List<LinkTask> _active = [];

    /// <summary>The transfers: in the order in which they joined, or by their own speed, then as they joined.</summary>
    public IReadOnlyList<LinkTask> Active => _active;

    /// <summary>When the shares were last given out.</summary>
    public VirtualTime Since { get; private set; }

    /// <summary>When the next transfer ends, if none joins before.</summary>
    public VirtualTime NextEnd { get; private set; } = VirtualTime.Never;

    /// <summary>A transfer begins.</summary>
    public void Join(LinkTask task, VirtualTime now)
    {
        Advance(now);
        int place = discipline == LinkDiscipline.Fifo ? -1 : _active.FindIndex(other => other.Transfer.Rate > task.Transfer.Rate);
        _active.Insert(place < 0 ? _active.Count : place, task);
        ShareOut();
    }

    /// <summary>Takes the transfers that end at <see cref="NextEnd"/>, in order of dispatch.</summary>
    public IReadOnlyList<LinkTask> TakeEnded()
    {
        VirtualTime now = NextEnd;
        LinkTask[] ended = [.. _active.Where(task => task.End == now).OrderBy(task => task.Flight.Number)];
        Advance(now);
        foreach (LinkTask task in ended)
        {
            // Whatever the rounding of what held it up.
            task.Slip = task.IsHeldUp ? (now - task.Transfer.End).Seconds : task.Slip;
        }

        _active.RemoveAll(ended.Contains);
        ShareOut();
        return ended;
    }

    /// <summary>Transfers end before their time.</summary>
    /// <returns>Those that did.</returns>
    public IReadOnlyList<LinkTask> Remove(Func<LinkTask, bool> which, VirtualTime now)
    {
        LinkTask[] removed = [.. _active.Where(which)];
        if (removed.Length > 0)
        {
            Advance(now);
            _active.RemoveAll(removed.Contains);
            ShareOut();
        }

        return removed;
    }

    /// <summary>Takes over the transfers of another pipe, as they were when the shares were last given out.</summary>
    public void Load(VirtualTime since, IEnumerable<LinkTask> active)
    {
        Since = since;
        _active.AddRange(active);
        ShareOut();
    }

    private void Advance(VirtualTime now)
    {
        double seconds = (now - Since).Seconds;
        foreach (LinkTask task in _active)
        {
            task.Left = Math.Max(0, task.Left - (seconds * task.Share));
            if (task.Share < 1 && seconds > 0)
            {
                task.IsHeldUp = true;
                task.Slip += seconds * (1 - task.Share);
            }
        }

        Since = now;
    }

    private void ShareOut()
    {
        if (discipline == LinkDiscipline.Fifo)
        {
            ShareInTurn();
        }
        else
        {
            ShareFairly();
        }

        NextEnd = VirtualTime.Never;
        foreach (LinkTask task in _active)
        {
            task.End = EndOf(task);
            NextEnd = task.End < NextEnd ? task.End : NextEnd;
        }
    }

    /// <summary>The first has the link to itself.</summary>
    private void ShareInTurn()
    {
        for (int place = 0; place < _active.Count; place++)
        {
            _active[place].Share = place > 0 ? 0 : Math.Min(1, capacity / _active[place].Transfer.Rate);
        }
    }

    /// <summary>From the slowest up: whoever cannot use an equal share of what is left leaves the rest to the others.</summary>
    private void ShareFairly()
    {
        double left = capacity;
        int place = 0;
        for (; place < _active.Count && _active[place].Transfer.Rate <= left / (_active.Count - place); place++)
        {
            _active[place].Share = 1;
            left -= _active[place].Transfer.Rate;
        }

        double level = place < _active.Count ? left / (_active.Count - place) : 0;
        for (; place < _active.Count; place++)
        {
            _active[place].Share = level / _active[place].Transfer.Rate;
        }
    }

    private VirtualTime EndOf(LinkTask task) => task switch
    {
        { Share: 0 } => VirtualTime.Never,
        { Share: 1, IsHeldUp: false } => task.At(task.Transfer.End) is var end && end > Since ? end : Since,
        _ => Since + new VirtualDuration(task.Left / task.Share),
    };
}
