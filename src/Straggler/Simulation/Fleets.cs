using Straggler.Checkpoints;
using Straggler.Scheduling;

namespace Straggler.Simulation;

/// <summary>Counts, for each group of clients, who is out and who has come; asks the dispatch policy what follows from it.</summary>
internal sealed class Fleets(IDispatchPolicy policy) : IStateful
{
    private readonly int[] _inFlight = new int[policy.Groups.Count];
    private readonly int[] _taken = new int[policy.Groups.Count];
    private readonly int[] _arrived = new int[policy.Groups.Count];
    private readonly int[] _back = new int[policy.Groups.Count];
    private readonly bool[] _short = new bool[policy.Groups.Count];
    private readonly VirtualTime[] _began = new VirtualTime[policy.Groups.Count];

    /// <summary>Number of groups.</summary>
    public int Count => _inFlight.Length;

    /// <summary>A client of a group has left.</summary>
    public void Left(int group) => _inFlight[group]++;

    /// <summary>A client of a group has come back, with an update or without.</summary>
    public void Landed(int group)
    {
        _inFlight[group]--;
        _back[group]++;
    }

    /// <summary>An update of a group has come.</summary>
    public void Arrived(int group) => _arrived[group]++;

    /// <summary>The strategy has taken an update of a group.</summary>
    public void Took(int group) => _taken[group]++;

    /// <summary>The server has stepped on its own account.</summary>
    public void Stepped() => Array.Clear(_taken);

    /// <summary>A group's round has ended.</summary>
    public void EndRound(int group, VirtualTime now) =>
        (_taken[group], _arrived[group], _back[group], _began[group]) = (0, 0, 0, now);

    /// <summary>How many clients of a group to dispatch.</summary>
    public int Wanted(int group) => policy.Wanted(Of(group));

    /// <summary>Whether a group is to have more clients out than could be sent, because the others are off.</summary>
    public bool IsShort(int group) => _short[group];

    /// <summary>As many clients of a group as were wanted have left, or not.</summary>
    public void Sent(int group, bool all) => _short[group] = !all;

    /// <summary>Whether those still out at a round's end are called back.</summary>
    public bool CallsBack => policy.CallsBack;

    /// <summary>Whether a group's round is over after an arrival.</summary>
    public bool EndsRound(int group, VirtualTime now) => policy.EndsRound(Of(group), now);

    /// <summary>Which group's round is the first to reach its latest end, and when.</summary>
    public (VirtualTime Time, int Group) NextDeadline()
    {
        (VirtualTime Time, int Group) next = (policy.Deadline(Of(0)), 0);
        for (int group = 1; group < _began.Length; group++)
        {
            VirtualTime deadline = policy.Deadline(Of(group));
            next = deadline < next.Time ? (deadline, group) : next;
        }

        return next;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Write<int>(_inFlight);
        writer.Write<int>(_taken);
        writer.Write<int>(_arrived);
        writer.Write<int>(_back);
        writer.Write<bool>(_short);
        writer.Write<VirtualTime>(_began);
        writer.Write("policy", policy);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.ReadInto<int>(_inFlight);
        reader.ReadInto<int>(_taken);
        reader.ReadInto<int>(_arrived);
        reader.ReadInto<int>(_back);
        reader.ReadInto<bool>(_short);
        reader.ReadInto<VirtualTime>(_began);
        reader.Read("policy", policy);
    }

    private Fleet Of(int group) => new(policy.Groups.ConcurrencyOf(group), _inFlight[group], _taken[group])
    {
        Began = _began[group],
        Arrived = _arrived[group],
        Back = _back[group],
    };
}
