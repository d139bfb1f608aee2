using Straggler.Arrays;
using Straggler.Configuration;
using Straggler.Delays;
using Straggler.Flower.Live;
using Straggler.Flower.Tests.Support;
using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Simulation;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Flower.Tests.Live;

/// <summary>One strategy, two clocks: clients that answer a real server at the simulation's moments lead to the simulation's model, to the bit.</summary>
public class TwoClocksTests
{
    private const int Clients = 6;

    private static readonly QuadraticProblem _problem = new() { OccurrenceMark = 0.01f, StepRate = 0.1f };

    private static readonly Dictionary<string, Scenario> _scenarios = new()
    {
        ["fedasync"] = new(),
        ["fedasync with a proximal term"] = new() { Strategy = _ => new FedAsync(new() { Proximal = 0.25 }) },
        ["fedbuff"] = new() { Strategy = services => new FedBuff(new() { BufferSize = 3 }, services) },
        ["fedbuff with a time limit"] = new() { Strategy = services => new FedBuff(new() { BufferSize = 3, TimeoutS = 0.4 }, services) },
        ["fedbuff after flushes"] = new()
        {
            Strategy = services => new FedBuff(new() { BufferSize = 2 }, services),
            Scheduler = new() { Redispatch = Redispatch.Flush },
        },
        ["fedavg"] = new() { Strategy = services => new FedAvg(new(), services) },
        ["semi-synchronous"] = new()
        {
            Strategy = services => new FedBuff(new() { BufferSize = 3 }, services),
            Scheduler = Scenario.SchedulerOf("semi_sync", new SemiSyncOptions { MinUpdates = 3, PeriodS = 1 }),
        },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Names() => [.. _scenarios.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task RunAsync_ClientsAnswerAtTheSimulatedMoments_SameRowsAndParameters(string name)
    {
        Scenario scenario = _scenarios[name] with
        {
            Clients = Clients,
            Concurrency = 4,
            Rounds = 40,
            Problem = _problem,
            Delay = new() { Dist = new("fine", new NoOptions(), _ => new FineSeconds()), Per = DelayScope.Task },
            Evaluation = new() { EveryEvents = 7 },
        };
        Trace simulated = await scenario.RunAsync(Cancellation);

        (Trace live, QuadraticMember[] members) = await ServeAsync(scenario, [.. simulated.Rows.Select(row => (row.VirtualTime, row.Client))]);

        Assert.Equal(40, simulated.Updates.Count);

        // Of a live task nobody knows more than what its client says.
        TaskDelay said = TaskDelay.Unknown with { Compute = new(QuadraticMember.TrainSeconds) };
        Assert.Equal(simulated.Rows.Select(row => row.Outcome.IsLoss() ? row : row with { Parts = said }), live.Rows);
        Assert.Equal(simulated.Parameters, live.Parameters);
        Assert.Equal(simulated.Evaluations.Select(evaluation => (evaluation.VirtualTime, evaluation.Accuracy, evaluation.Loss)),
            live.Evaluations.Select(evaluation => (evaluation.VirtualTime, evaluation.Accuracy, evaluation.Loss)));
        Assert.All(members, member => Assert.Equal(
            Enumerable.Range(0, member.Configs.Count).Select(occurrence => (long?)occurrence), member.Configs.Select(config => config["occurrence"].Whole)));
    }

    /// <summary>Runs a scenario over a real server, whose clients answer at these moments in this order.</summary>
    private static async Task<(Trace Trace, QuadraticMember[] Members)> ServeAsync(Scenario scenario, IReadOnlyList<(double Moment, int Client)> answers)
    {
        await using RunningServer running = await RunningServer.StartAsync();
        using StepClock clock = new();
        ClientRoster roster = ClientRoster.Open(running.Server, Clients, clock, running.Log.Write);
        QuadraticMember[] members = [.. Enumerable.Range(0, Clients).Select(client => new QuadraticMember(_problem, client))];
        Task[] stays = [.. members.Select(member => running.StayAsync(member))];
        await roster.WaitForAsync(Clients, Cancellation);

        HeardClients heard = new(new LiveClients(roster, new(WireLayout.Of(_problem.Layout)), scenario.Local));
        Task<Trace> run = Task.Run(() => (scenario with { Live = (_, _) => heard }).RunAsync(Cancellation), Cancellation);
        await heard.Began;
        foreach ((double moment, int client) in answers)
        {
            clock.Set(moment);
            members[client].Answer();
            await await Task.WhenAny(heard.NextAsync(), run);
        }

        Trace trace = await run;

        // Who still trains would not hear the goodbye.
        Array.ForEach(members, member => member.Answer());
        await running.Server.StopAsync(TimeSpan.Zero);
        await Task.WhenAll(stays);
        return (trace, members);
    }

    /// <summary>Multiples of 2^-20 seconds between a quarter and one and a quarter.</summary>
    private sealed class FineSeconds : IDistribution
    {
        public double Mean => 0.75;

        public double Sample(ref RandomStream random) => 0.25 + (Math.Floor(random.NextDouble() * (1 << 20)) / (1 << 20));
    }
}
