using Straggler.Configuration;
using Straggler.Experiments;
using Straggler.Strategies;

namespace Straggler.Cli.Running;

/// <summary>The plan of a run of live clients: a simulation's, without what is not the server's to say.</summary>
internal static class LivePlan
{
    /// <summary>What live clients bring with them.</summary>
    public static IReadOnlyList<string> NotTheServers { get; } = ["delay", "availability", "failure", "partial_work", "energy", "compression", "timing", "replay"];

    /// <summary>Reads a plan, and looks whether live clients can be served by it.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="resumed">The run to go on with; null for a new one.</param>
    /// <param name="tell">Told of what has no effect.</param>
    /// <exception cref="ExperimentConfigException">The configuration is wrong.</exception>
    /// <exception cref="InvalidOptionException">Live clients cannot be served by it.</exception>
    public static ExperimentPlan Load(ServeRequest request, RunDirectory? resumed, Action<string> tell)
    {
        string[] fromClients = request.Initial == LiveModels.FromClient ? ["training=none"] : [];
        ExperimentPlan plan = resumed is null
            ? ExperimentCommand.LoadPlan(request.Run with { Overrides = [.. request.Run.Overrides, .. fromClients] })
            : ResumedPlan.Load(ExperimentCommand.CreateLoader(), resumed, request.Run.Overrides);
        if (resumed is not null && request.Initial is not null)
        {
            throw new InvalidOptionException("--initial", "cannot be used with --resume: the run has begun with a model already, which its directory keeps");
        }

        if (plan.Replay is not null)
        {
            throw new InvalidOptionException("replay", "live clients do not follow a record. Expected a configuration without this section");
        }

        ExperimentPlan live = WithoutClients(plan);
        if (PlanWriter.ToYaml(live) != PlanWriter.ToYaml(plan))
        {
            tell($"What the configuration says of the simulated clients ({string.Join(", ", NotTheServers.SkipLast(1))}) has no effect on live ones.");
        }

        Check(live);
        return request.MinimumClients <= live.ClientCount ? live : throw new InvalidOptionException(
            "--min-clients", $"so many as {request.MinimumClients} are never there at once, with n_clients={live.ClientCount}. Expected at most {live.ClientCount}");
    }

    private static ExperimentPlan WithoutClients(ExperimentPlan plan)
    {
        ExperimentPlan standard = ExperimentCommand.CreateLoader().Load(null, []);
        return plan with
        {
            Delay = standard.Delay,
            Availability = standard.Availability,
            Failure = standard.Failure,
            PartialWork = null,
            Energy = null,
            Compression = standard.Compression,
            Timing = standard.Timing,
        };
    }

    private static void Check(ExperimentPlan plan)
    {
        IServerStrategy strategy = plan.StrategyWithoutModel();
        plan.Scheduler.CheckLive(strategy, plan.Strategy.Name);
        plan.Scheduler.Check(strategy, plan.ClientCount, plan.Concurrency, tasksMayFail: true, sharesLink: false);
    }
}
