using Straggler.Checkpoints;
using Straggler.Simulation;

namespace Straggler.Strategies;

/// <summary>COMPASS, the scheduler of <see cref="FedCompass"/>: which arrival group a client belongs to, and with how many local steps.</summary>
/// <remarks>Knows nothing of models. Source: Li et al. 2024, arXiv 2309.14675, Algorithm 2, and the authors' code where it says more.</remarks>
/// <param name="options">Bounds of the steps, memory of the speeds, tolerance.</param>
/// <param name="clientCount">Number of clients n.</param>
internal sealed class CompassGroups(FedCompassOptions options, int clientCount) : IStateful
{
    /// <summary>A quotient of durations that should be a whole number of steps may fall short of it by the last bits.</summary>
    private const double Rounding = 1e-9;

    private readonly double[] _seconds = new double[clientCount];
    private readonly Group?[] _groupOf = new Group?[clientCount];
    private readonly bool[] _waits = new bool[clientCount];
    private readonly List<Group> _groups = [];

    /// <summary>When the next group goes ahead without those who are missing; <see cref="VirtualTime.Never"/> if nobody has come to any.</summary>
    public VirtualTime Deadline => Next?.Latest ?? VirtualTime.Never;

    private Group? Next => _groups.Where(group => group.Arrived.Count > 0).MinBy(group => group.Latest.Seconds);

    /// <summary>Seconds per step of a client, as measured; 0 before its first update.</summary>
    public double SecondsPerStep(int client) => _seconds[client];

    /// <summary>Whether a client is awaited in a group.</summary>
    public bool HasGroup(int client) => _groupOf[client] is not null;

    /// <summary>Whether a client has come and waits for others of its group.</summary>
    public bool Waits(int client) => _waits[client];

    /// <summary>A client's task of so many steps took so long.</summary>
    public void Measure(int client, int steps, VirtualDuration duration)
    {
        double measured = duration.Seconds / Math.Max(1, steps);
        double known = _seconds[client];
        _seconds[client] = known == 0 ? measured : ((1 - options.SpeedMomentum) * known) + (options.SpeedMomentum * measured);
    }

    /// <summary>A client's update has come, or is known never to come: it leaves its group.</summary>
    /// <param name="client">The client.</param>
    /// <param name="counts">Whether it may count as having come.</param>
    /// <param name="now">The moment.</param>
    /// <param name="complete">The group's clients that have come, if nobody is missing any more; else empty.</param>
    /// <returns>Whether it counts: it has come, and in time.</returns>
    public bool Leave(int client, bool counts, VirtualTime now, out IReadOnlyList<int> complete)
    {
        Group group = _groupOf[client]!;
        _groupOf[client] = null;
        group.Awaited.Remove(client);
        bool inTime = counts && now <= group.Latest;
        if (inTime)
        {
            group.Arrived.Add(client);
            _waits[client] = true;
        }

        complete = [];
        if (group.Awaited.Count == 0)
        {
            _groups.Remove(group);
            complete = group.Arrived;
            group.Arrived.ForEach(arrived => _waits[arrived] = false);
        }

        return inTime;
    }

    /// <summary>The group whose deadline has come goes ahead.</summary>
    /// <returns>Its clients that have come; the others will be late.</returns>
    public IReadOnlyList<int> GoAhead()
    {
        Group group = Next ?? throw new InvalidOperationException("No group waits.");
        int[] arrived = [.. group.Arrived];
        group.Arrived.ForEach(client => _waits[client] = false);
        group.Arrived.Clear();
        (group.Expected, group.Latest) = (VirtualTime.Zero, VirtualTime.Zero);
        return arrived;
    }

    /// <summary>Gives a client a group and a number of steps for a task that it is sent now.</summary>
    public int Assign(int client, VirtualTime now)
    {
        if (_seconds[client] == 0)
        {
            // Nothing is known of it yet: its first update will be taken alone.
            return options.MaxSteps;
        }

        (Group? joined, int steps) = Join(client, now);
        if (joined is null)
        {
            steps = StepsOfNewGroup(client, now);
            double seconds = steps * _seconds[client];
            joined = new() { Expected = now + new VirtualDuration(seconds), Latest = now + new VirtualDuration(seconds * options.LatestFactor) };
            _groups.Add(joined);
        }

        joined.Awaited.Add(client);
        _groupOf[client] = joined;
        return steps;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Write<double>(_seconds);
        writer.Write(_groups.Count);
        foreach (Group group in _groups)
        {
            writer.Write(group.Expected.Seconds);
            writer.Write(group.Latest.Seconds);
            writer.Write<int>([.. group.Awaited]);
            writer.Write<int>([.. group.Arrived]);
        }
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.ReadInto<double>(_seconds);
        Array.Clear(_groupOf);
        Array.Clear(_waits);
        _groups.Clear();
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            Group group = new() { Expected = new(reader.ReadDouble()), Latest = new(reader.ReadDouble()) };
            group.Awaited.AddRange(reader.ReadArray<int>(clientCount));
            group.Arrived.AddRange(reader.ReadArray<int>(clientCount));
            group.Awaited.ForEach(client => _groupOf[client] = group);
            group.Arrived.ForEach(client => _waits[client] = true);
            _groups.Add(group);
        }
    }

    /// <summary>The group that leaves the client the most steps within bounds, if it can be there when the group is expected.</summary>
    private (Group? Group, int Steps) Join(int client, VirtualTime now)
    {
        (Group? best, int most) = (null, -1);
        foreach (Group group in _groups)
        {
            int steps = StepsUntil(group.Expected, client, now);
            if (steps >= options.MinSteps && steps <= options.MaxSteps && steps >= most)
            {
                (best, most) = (group, steps);
            }
        }

        return (best, most);
    }

    /// <summary>As many steps as bring the client in when an open group's fastest client is next expected after it; else the most.</summary>
    private int StepsOfNewGroup(int client, VirtualTime now)
    {
        int most = -1;
        foreach (Group group in _groups.Where(group => now < group.Latest))
        {
            double fastest = group.Awaited.Concat(group.Arrived).Min(member => _seconds[member]);
            int steps = StepsUntil(group.Latest + new VirtualDuration(fastest * options.MaxSteps), client, now);
            most = steps <= options.MaxSteps ? Math.Max(most, steps) : most;
        }

        return most < 0 ? options.MaxSteps : Math.Max(most, options.MinSteps);
    }

    private int StepsUntil(VirtualTime expected, int client, VirtualTime now) =>
        (int)Math.Clamp(Math.Floor(((expected - now).Seconds / _seconds[client]) + Rounding), -1, int.MaxValue);

    /// <summary>Clients that are expected together.</summary>
    private sealed class Group
    {
        public VirtualTime Expected { get; set; }

        public VirtualTime Latest { get; set; }

        public List<int> Awaited { get; } = [];

        public List<int> Arrived { get; } = [];
    }
}
