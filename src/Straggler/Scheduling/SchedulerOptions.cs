using Straggler.Configuration;
using Straggler.Strategies;

namespace Straggler.Scheduling;

/// <summary>When a client's arrival is answered with a new dispatch.</summary>
public enum Redispatch
{
    /// <summary>At every arrival: the number in flight stays constant.</summary>
    Arrival,

    /// <summary>Only after a server step: those whose updates went into the step are replaced together.</summary>
    Flush,
}

/// <summary>What happens when several updates arrive at the very same virtual time.</summary>
/// <remarks>
/// Constant delays tie all the time. Delays drawn once per client tie now and then: two chains of tasks that served the same clients in
/// different orders end at one instant (about 4 runs of 100 with 5 of 6 clients in flight, none of 500 with 10 of 100).
/// </remarks>
public enum TieRule
{
    /// <summary>
    /// All arrivals of an instant come before its dispatches, except that a server step answers those who wait at once. FedBuff with
    /// equal delays and K = concurrency is then FedAvg.
    /// </summary>
    ArrivalsFirst,

    /// <summary>Each arrival is answered before the next one is looked at, in order of dispatch; law 2 is then exact with ties too.</summary>
    Sequence,
}

/// <summary>Marks the options of selections that draw from all clients, busy or not, each with a known probability.</summary>
public interface IDrawsFromAll;

/// <summary>Marks the options of selections that judge clients by what they reported of their training: losses or norms of updates.</summary>
/// <remarks>Who leaves then tells something of the clients' data, which noise on sums of deltas does not hide.</remarks>
public interface IJudgesByReports;

/// <summary>The configuration's <c>scheduler</c> section.</summary>
public sealed record SchedulerOptions
{
    /// <summary>When how many clients leave.</summary>
    [OptionsBeside]
    public Choice<DispatchPolicyFactory> Policy { get; init; } = BuiltIns.DispatchPolicies.Choose("auto");

    /// <summary>Who leaves.</summary>
    public Choice<ClientSelectionFactory> Selection { get; init; } = BuiltIns.Selections.Choose("auto");

    /// <summary>When an arrival is answered; policies in rounds bring their own rule.</summary>
    public Redispatch Redispatch { get; init; } = Redispatch.Arrival;

    /// <summary>The order of arrivals and dispatches at one instant.</summary>
    public TieRule Ties { get; init; } = TieRule.ArrivalsFirst;

    /// <summary>
    /// Whether a strategy may weigh by the inverse of the probability with which a client was drawn: the selection knows it, or is the
    /// strategy's to choose (<see cref="IServerStrategy.OwnSelection"/>).
    /// </summary>
    public bool AllowsProbabilities => Selection.Name == "auto" || Selection.Options is IDrawsFromAll;

    /// <summary>Looks whether the policy can work, before anything is known of the clients but their number.</summary>
    /// <param name="strategy">The strategy that it is to serve.</param>
    /// <param name="clientCount">Number of clients n.</param>
    /// <param name="concurrency">Most clients in flight at once, C.</param>
    /// <param name="tasksMayFail">Whether clients come and go or tasks are lost.</param>
    /// <param name="sharesLink">Whether tasks share the server's link.</param>
    /// <exception cref="InvalidOptionException">It cannot.</exception>
    public void Check(IServerStrategy strategy, int clientCount, int concurrency, bool tasksMayFail, bool sharesLink)
    {
        ArgumentNullException.ThrowIfNull(strategy);
        SchedulingServices services = new(this, strategy.IsSynchronous, Math.Min(concurrency, clientCount), [], new(0))
        {
            ClientCount = clientCount,
            TasksMayFail = tasksMayFail,
            SharesLink = sharesLink,
            OwnScheduler = strategy.OwnScheduler,
            OwnSelection = strategy.OwnSelection,
            HoldsClients = strategy.HoldsClients,
        };
        string policy = Policy.Name == "auto" ? strategy.OwnScheduler : Policy.Name;
        if (Redispatch == Redispatch.Flush && policy != "constant")
        {
            throw new InvalidOptionException("scheduler.redispatch",
                $"flush says when the scheduler constant sends clients again; {policy} has times of its own. Allowed: arrival, or scheduler constant.");
        }

        _ = Policy.Create()(services);
        IClientSelection selection = Selection.Create()(services, 0, []);
        if (selection.TakesBusy && strategy.CallsBackAt is not null && !sharesLink)
        {
            throw new InvalidOptionException("scheduler.selection",
                "tasks that queue at clients begin when the one before is planned to end, which a strategy that calls tasks back (stop_stale) would change. Expected stop_stale: false, or a selection of idle clients.");
        }
    }

    /// <summary>Looks whether clients can be served of whom nobody knows when their tasks end, and who are sent nothing but models and numbers.</summary>
    /// <param name="strategy">The strategy.</param>
    /// <param name="name">Its configuration name.</param>
    /// <exception cref="InvalidOptionException">They cannot.</exception>
    public void CheckLive(IServerStrategy strategy, string name)
    {
        ArgumentNullException.ThrowIfNull(strategy);
        if (strategy.SendsVectors)
        {
            throw new InvalidOptionException("strategy",
                $"{name} sends its clients vectors besides the model (a correction of gradients, a start of their own), which live clients do not take. "
                + "Expected a strategy whose clients need the model alone, such as fedasync, fedbuff, fedavg or fedprox.");
        }

        Choice<DispatchPolicyFactory> policy = Policy.Name == "auto" ? BuiltIns.DispatchPolicies.Choose(strategy.OwnScheduler) : Policy;
        CheckLive("scheduler.name", policy, Policy.Name == "auto" ? name : null, BuiltIns.DispatchPolicies);
        Choice<ClientSelectionFactory> selection = Selection.Name == "auto" ? BuiltIns.Selections.Choose(strategy.OwnSelection) : Selection;
        CheckLive("scheduler.selection", selection, Selection.Name == "auto" ? name : null, BuiltIns.Selections);
    }

    /// <summary>Refuses a choice that live clients cannot be served by; one that was left to the strategy is named as that strategy's.</summary>
    private static void CheckLive<T>(string path, IChoice choice, string? strategy, Catalog<T> catalog)
    {
        if (LiveObstacles.Of(choice) is { } obstacle)
        {
            throw new InvalidOptionException(path,
                $"{choice.Name}{(strategy is null ? "" : $", which {strategy} is meant for,")} {obstacle}, which is not possible with live clients. "
                + $"Expected {ServedLive(catalog)}.");
        }
    }

    /// <summary>The names of those that can be served live with their default options: "a, b or c".</summary>
    private static string ServedLive<T>(Catalog<T> catalog)
    {
        string[] names = [.. catalog.Entries.Select(entry => entry.Name).Where(name => name != "auto" && LiveObstacles.Of(catalog.Choose(name)) is null)];
        return $"{string.Join(", ", names.SkipLast(1))} or {names[^1]}";
    }
}
