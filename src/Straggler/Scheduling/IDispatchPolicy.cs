using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Delays;
using Straggler.Simulation;
using Straggler.Strategies;

namespace Straggler.Scheduling;

/// <summary>Decides how many clients leave when, and when a round is over.</summary>
/// <remarks>
/// Who leaves is <see cref="IClientSelection"/>'s to say. Clients may be dealt into groups (tiers), each a fleet with rounds of its own;
/// most policies have one. A policy works by what it is told; one that remembers more saves it.
/// </remarks>
public interface IDispatchPolicy : IStateful
{
    /// <summary>The groups that clients are in.</summary>
    ClientGroups Groups { get; }

    /// <summary>How many clients of a group to dispatch at this moment.</summary>
    /// <param name="fleet">Who is out and who is waited for.</param>
    int Wanted(in Fleet fleet);

    /// <summary>Whether an arrival has ended the group's round: the strategy's <c>OnRoundEnd</c> is called then.</summary>
    /// <param name="fleet">Who is out and who has come.</param>
    /// <param name="now">The moment of the arrival.</param>
    bool EndsRound(in Fleet fleet, VirtualTime now) => false;

    /// <summary>When a group's round ends at the latest, if nobody else comes; asked after every event.</summary>
    /// <param name="fleet">Who is out and who has come.</param>
    VirtualTime Deadline(in Fleet fleet) => VirtualTime.Never;

    /// <summary>Whether those still out when a group's round ends are called back: their tasks end there, as lost ones.</summary>
    bool CallsBack => false;

    /// <summary>When a task that leaves now comes back, and with how much of its work.</summary>
    /// <param name="dispatch">Who leaves, when.</param>
    /// <param name="duration">How long the whole task takes the client.</param>
    TaskTiming Time(in Dispatch dispatch, VirtualDuration duration) => new(dispatch.Dispatched + duration);

    /// <summary>Nothing, for policies that remember nothing.</summary>
    void IStateful.Save(StateWriter writer)
    {
    }

    /// <summary>Nothing.</summary>
    void IStateful.Load(StateReader reader)
    {
    }
}

/// <summary>Makes a policy for a run.</summary>
public delegate IDispatchPolicy DispatchPolicyFactory(SchedulingServices services);

/// <summary>What policies and selections may know about the run when they are made.</summary>
/// <param name="Options">The configuration's <c>scheduler</c> section.</param>
/// <param name="IsSynchronous">Whether the strategy works in rounds.</param>
/// <param name="Concurrency">Most clients in flight at once, C.</param>
/// <param name="Samples">Training samples of each client; empty where a configuration is only checked.</param>
/// <param name="Streams">The run's random streams.</param>
public sealed record SchedulingServices(
    SchedulerOptions Options, bool IsSynchronous, int Concurrency, IReadOnlyList<int> Samples, RandomStreams Streams)
{
    /// <summary>Number of clients n.</summary>
    public int ClientCount { get; init; } = Samples.Count;

    /// <summary>Whether clients come and go or tasks are lost.</summary>
    public bool TasksMayFail { get; init; }

    /// <summary>Whether tasks share the server's link, so that nobody knows at dispatch when they end.</summary>
    public bool SharesLink { get; init; }

    /// <summary>Whether the strategy may hold clients back that have come back.</summary>
    public bool HoldsClients { get; init; }

    /// <summary>How long tasks take; null where a configuration is only checked.</summary>
    public DelayModel? Delays { get; init; }

    /// <summary>The policy that the strategy is meant for, of <see cref="BuiltIns.DispatchPolicies"/>.</summary>
    public string OwnScheduler { get; init; } = IsSynchronous ? "rounds" : "constant";

    /// <summary>The selection that the strategy is meant for, of <see cref="BuiltIns.Selections"/>.</summary>
    public string OwnSelection { get; init; } = "uniform";

    /// <summary>Refuses clients that come and go and tasks that are lost, for selections by which tasks queue at clients.</summary>
    /// <exception cref="InvalidOptionException">There are such.</exception>
    internal void RequireTasksToSucceed()
    {
        if (TasksMayFail)
        {
            throw new InvalidOptionException("scheduler.selection", "tasks that queue at clients know no availability and no failure. "
                + "Allowed: a selection among idle clients, such as uniform, or clients that are always on and lose nothing.");
        }
    }

    /// <summary>The selection: the configured one, or the strategy's own.</summary>
    public Choice<ClientSelectionFactory> Selection => Options.Selection.Name == "auto" ? BuiltIns.Selections.Choose(OwnSelection) : Options.Selection;

    /// <summary>How long a whole task of a client is expected to take, in virtual seconds, above 0; 1 where a configuration is only checked.</summary>
    public double ExpectedSeconds(int client) => Delays is null ? 1 : ExpectedDuration.Of(Delays, client);
}

/// <summary>Where a group's clients are.</summary>
/// <param name="Concurrency">Most of them in flight at once.</param>
/// <param name="InFlight">Those in flight.</param>
/// <param name="Taken">Updates that the strategy has taken since the group's round began, or since the last server step outside rounds.</param>
public readonly record struct Fleet(int Concurrency, int InFlight, int Taken)
{
    /// <summary>When the group's round began: at the end of the one before, or at 0.</summary>
    public VirtualTime Began { get; init; }

    /// <summary>Updates that have come since then, those that the strategy refused included.</summary>
    public int Arrived { get; init; }

    /// <summary>Clients that have come back since then, those who lost their update included; they wait if the policy lets them.</summary>
    public int Back { get; init; }
}

/// <summary>A task's schedule.</summary>
/// <param name="Due">When it arrives.</param>
/// <param name="Share">How much of it is done until then, from 0 to 1: the gradient steps that are complete.</param>
public readonly record struct TaskTiming(VirtualTime Due, double Share = 1);
