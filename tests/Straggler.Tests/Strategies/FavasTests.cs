using Straggler.Scheduling;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

public sealed class FavasTests
{
    [Fact]
    [Conformance("favas", Evidence.NumericOracle)]
    [Conformance("favas", Evidence.KnownMistake)]
    public void OnRoundEnd_Stochastic_ByHand()
    {
        Server server = new(services => new Favas(new(), services), [0]);

        // u = 0 + 6/3 and 0 + 4/1; x = (0 + 2 + 4)/3.
        server.Arrive(0, [6], client: 0, outcome: new(0, 3));
        server.Arrive(0, [4], client: 1, outcome: new(0, 1));
        Assert.Equal(0, server.Version);
        server.EndRound();
        Assert.Equal((1, 2f), (server.Version, server.Model[0]));

        // Client 0 has made no step: u = 2. Client 2 started from 0 long ago: u = 0 + 12/4 = 3, not x + 12/4. x = (2 + 2 + 3)/3.
        server.Arrive(1, [2], client: 0, outcome: new(0, 0));
        server.Arrive(0, [12], client: 2, outcome: new(0, 4));
        server.EndRound();
        Assert.Equal(7f / 3, server.Model[0], 1e-5f);

        // Client 0 made steps at two of three polls, now 2: α = 2/3 · 2 = 4/3; u = 7/3 + 6 · 3/4. x = (7/3 + 7/3 + 4.5)/2.
        server.Arrive(2, [(7f / 3) + 6], client: 0, outcome: new(0, 2));
        server.EndRound();
        Assert.Equal((7f / 3) + 2.25f, server.Model[0], 1e-5f);
    }

    [Fact]
    public void OnRoundEnd_Deterministic_ByHand()
    {
        // Polls of a client with 3 steps and 1: α = 3, then 2. u = 2, x = 1; u = 1 + 4/2, x = (1 + 3)/2.
        Server server = new(services => new Favas(new() { Reweighting = FavasReweighting.Deterministic }, services), [0]);
        server.Arrive(0, [6], outcome: new(0, 3));
        server.EndRound();
        server.Arrive(1, [5], outcome: new(0, 1));
        server.EndRound();
        Assert.Equal([2], server.Model);
    }

    [Fact]
    public void OnRoundEnd_NormalisationStatistics_AreNotDivided()
    {
        // α = 3 for the one trained parameter: (0 + 6/3)/2; the statistic (0 + 6)/2.
        Server server = new(services => new Favas(new(), services), [0, 0], trainable: 1);
        server.Arrive(0, [6, 6], outcome: new(0, 3));
        server.EndRound();
        Assert.Equal([1, 3], server.Model);
    }

    [Fact]
    [Conformance("favas", Evidence.Equivalence)]
    [Conformance("favas", Evidence.LimitCase)]
    public void Run_EverybodyAskedAfterOneStep_IsFedAvgWithoutTheServersOwnShare()
    {
        // (x + Σ w)/(n + 1) = x + n/(n + 1) · mean of (w − x).
        Scenario scenario = Polled(clients: 5, asked: 5) with { Problem = new() { StepRate = 0.2f, Steps = 1 } };
        Trace favas = scenario.Run();
        Trace average = (scenario with
        {
            Concurrency = 5,
            Scheduler = Scenario.SchedulerOf("rounds"),
            Strategy = services => new FedAvg(new() { Weighting = ClientWeighting.Uniform, ServerLearningRate = 5.0 / 6 }, services),
        }).Run();
        Assert.Equal(12, favas.Result.ServerSteps);
        Assert.All(average.Parameters.Zip(favas.Parameters), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Fact]
    [Conformance("favas", Evidence.EngineRun)]
    public void Run_SomeAsked_FollowsAPlainTwin()
    {
        // Tasks are shorter than the interval: always 3 steps, α = 3.
        Scenario scenario = Polled(clients: 5, asked: 2) with { Problem = new() { OccurrenceMark = 0.1f } };
        Trace run = scenario.Run();

        double x = 0;
        double[] start = new double[5];
        int[] occurrence = new int[5];
        foreach (var poll in run.Updates.GroupBy(update => update.VirtualTime))
        {
            int[] asked = [.. poll.Select(update => update.Client)];
            x = (x + asked.Sum(client => start[client]
                + ((scenario.Problem!.Trained(client, occurrence[client]++, (float)start[client]) - start[client]) / 3))) / 3;
            Array.ForEach(asked, client => start[client] = x);
        }

        Assert.All(run.Parameters, parameter => Assert.Equal(x, parameter, 1e-4));
    }

    private static Scenario Polled(int clients, int asked) => new()
    {
        Clients = clients,
        Concurrency = 1,
        Rounds = 60,
        Delay = Scenario.DelayOf("constant"),
        Scheduler = Scenario.SchedulerOf("polling", new PollingOptions { ClientsPerPoll = asked, PeriodS = 1 }),
        Strategy = services => new Favas(new(), services),
    };
}
