using Straggler.Scheduling;
using Straggler.Strategies;
using Straggler.Tests.Support;
using Straggler.Training;

namespace Straggler.Tests.Strategies;

public sealed class QuAflTests
{
    [Fact]
    [Conformance("quafl", Evidence.NumericOracle)]
    [Conformance("quafl", Evidence.KnownMistake)]
    public void OnRoundEnd_TwoAsked_ServerAndClientsMixByHand()
    {
        Server server = new(services => new QuAfl(services), [0]);
        Assert.Equal(ClientAlgorithm.Plain, server.Instruct(client: 0));
        server.Arrive(0, [3], client: 0);
        server.Arrive(0, [6], client: 1);
        server.EndRound();

        // x = (0 + 3 + 6)/3; the clients mix with the x from before, (0 + 2·3)/3 and (0 + 2·6)/3, not with the new one.
        Assert.Equal((1, 3f), (server.Version, server.Model[0]));
        Assert.Equal(2, server.Instruct(client: 0).Start.Span[0], 1e-5f);
        Assert.Equal(4, server.Instruct(client: 1).Start.Span[0], 1e-5f);
        Assert.True(server.Instruct(client: 2).Start.IsEmpty);

        // Client 0 alone: x = (3 + 8)/2, and so is its own.
        server.Arrive(1, [8], client: 0, algorithm: server.Instruct(client: 0));
        server.EndRound();
        Assert.Equal(5.5f, server.Model[0], 1e-5f);
        Assert.Equal(5.5f, server.Instruct(client: 0).Start.Span[0], 1e-5f);
        Assert.Equal(4, server.Instruct(client: 1).Start.Span[0], 1e-5f);
    }

    [Fact]
    public void OnRefused_ClientStartsAgainFromWhereItHadStarted()
    {
        Server server = new(services => new QuAfl(services), [0]);
        server.Arrive(0, [4]);
        server.EndRound();
        server.Refuse(1);
        server.EndRound();
        Assert.Equal((1, 2f), (server.Version, server.Instruct(client: 0).Start.Span[0]));
    }

    [Fact]
    [Conformance("quafl", Evidence.Equivalence)]
    [Conformance("quafl", Evidence.LimitCase)]
    public void Run_OneClient_IsFedAvgHalfway()
    {
        // x and the client's model are both (x + y)/2.
        Scenario scenario = Polled(clients: 1, asked: 1);
        Trace average = (scenario with
        {
            Scheduler = Scenario.SchedulerOf("rounds"),
            Strategy = services => new FedAvg(new() { ServerLearningRate = 0.5 }, services),
        }).Run();
        Assert.All(average.Parameters.Zip(scenario.Run().Parameters), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    [Conformance("quafl", Evidence.EngineRun)]
    public void Run_SomeAsked_FollowsAPlainTwin()
    {
        Scenario scenario = Polled(clients: 5, asked: 2);
        Trace run = scenario.Run();

        double x = 0;
        double[] own = new double[5];
        int[] occurrence = new int[5];
        foreach (var poll in run.Updates.GroupBy(update => update.VirtualTime))
        {
            int[] asked = [.. poll.Select(update => update.Client)];
            Array.ForEach(asked, client => own[client] = scenario.Problem!.Trained(client, occurrence[client]++, (float)own[client]));
            double next = (x + asked.Sum(client => own[client])) / 3;
            Array.ForEach(asked, client => own[client] = (x + (2 * own[client])) / 3);
            x = next;
        }

        Assert.All(run.Parameters, parameter => Assert.Equal(x, parameter, 1e-4));
    }

    private static Scenario Polled(int clients, int asked) => new()
    {
        Clients = clients,
        Concurrency = 1,
        Rounds = 60,
        Delay = Scenario.DelayOf("constant"),
        Problem = new() { OccurrenceMark = 0.1f },
        Scheduler = Scenario.SchedulerOf("polling", new PollingOptions { ClientsPerPoll = asked, PeriodS = 1 }),
        Strategy = services => new QuAfl(services),
    };
}
