using Straggler.Scheduling;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

public sealed class FedAtTests
{
    [Fact]
    [Conformance("fedat", Evidence.NumericOracle)]
    public void OnRoundEnd_TwoTiers_EachHasTheWeightOfItsOppositeByHand()
    {
        Server server = new(services => new FedAt(new(), services), [10]);

        // w_1 = (1·4 + 3·8)/4 = 7; T = (1, 0), so x = 0·w_1 + 1·w_2, and w_2 is still the initial model.
        server.Arrive(0, [4], samples: 1, group: 0);
        server.Arrive(0, [8], samples: 3, group: 0);
        server.EndRound(group: 0, groups: 2);
        Assert.Equal((1, 10f), (server.Version, server.Model[0]));

        // w_2 = 20; T = (1, 1): x = 7/2 + 20/2.
        server.Arrive(1, [20], samples: 5, group: 1);
        server.EndRound(group: 1, groups: 2);
        Assert.Equal(13.5f, server.Model[0], 1e-5f);

        // w_1 = 9; T = (2, 1): x = 9·1/3 + 20·2/3.
        server.Arrive(2, [9], samples: 2, group: 0);
        server.EndRound(group: 0, groups: 2);
        Assert.Equal(49f / 3, server.Model[0], 1e-5f);
    }

    [Fact]
    [Conformance("fedat", Evidence.KnownMistake)]
    public void OnRoundEnd_ThreeTiers_CountsAreReversedExactly()
    {
        // T = (3, 2, 1), so x = 6·1/6 + 12·2/6 + 60·3/6 = 35. Public code that reverses from the second tier on by one less gives
        // 6·1/6 + 12·1/6 + 60·2/6 = 23.
        Server server = new(services => new FedAt(new(), services), [0]);
        foreach ((int tier, float local) in new[] { (0, 6f), (0, 6f), (0, 6f), (1, 12f), (1, 12f), (2, 60f) })
        {
            server.Arrive(server.Version, [local], group: tier);
            server.EndRound(tier, groups: 3);
        }

        Assert.Equal(35f, server.Model[0], 1e-4f);
    }

    [Fact]
    public void OnArrival_RoundsThatOverlap_KeepTheirSumsApart()
    {
        Server server = new(services => new FedAt(new(), services), [0]);
        server.Arrive(0, [4], group: 1);
        server.Arrive(0, [8], group: 0);
        server.EndRound(0, groups: 2);
        server.Arrive(1, [6], group: 1);
        server.EndRound(1, groups: 2);
        Assert.Equal((8f + 5) / 2, server.Model[0], 1e-5f);
    }

    [Fact]
    public void Instruct_AnyClient_GetsTheProximalTerm() => Assert.Equal(
        new() { ProximalCoefficient = 0.4 }, new Server(services => new FedAt(new(), services), [0]).Instruct(client: 3));

    [Fact]
    [Conformance("fedat", Evidence.Equivalence)]
    [Conformance("fedat", Evidence.LimitCase)]
    public void Run_OneTier_IsFedAvg()
    {
        Scenario scenario = new()
        {
            Clients = 9,
            Concurrency = 4,
            Rounds = 60,
            Samples = client => 1 + client,
            Problem = new(),
            Scheduler = Scenario.SchedulerOf("rounds"),
        };
        Trace tiered = (scenario with { Strategy = services => new FedAt(new() { Proximal = 0 }, services) }).Run();
        Trace average = (scenario with { Strategy = services => new FedAvg(new(), services) }).Run();
        Assert.All(average.Parameters.Zip(tiered.Parameters), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.Equal(15, tiered.Result.ServerSteps);
    }

    [Fact]
    [Conformance("fedat", Evidence.EngineRun)]
    public void Run_OwnScheduler_TiersSettleBetweenTheirOptima()
    {
        // Two tiers of constant delays 1 and 3 with optima 0 and 1: T_fast/T → 3/4, so the slow tier has weight 3/4 in the end. Each tier's
        // model is halfway between x and its optimum: w_1 = x/2, w_2 = (x + 1)/2, and x = w_1/4 + 3·w_2/4 has the fixed point 3/4.
        Trace run = new Scenario
        {
            Clients = 4,
            Concurrency = 4,
            Rounds = 4_000,
            Delay = Delayed.WholeSeconds,
            Samples = client => client < 2 ? 1 : 3,
            Problem = new() { Optimum = client => client < 2 ? 0 : 1 },
            Scheduler = Scenario.SchedulerOf("tiers", new SpeedTiersOptions { Tiers = 2 }),
            Strategy = services => new FedAt(new() { Proximal = 0 }, services),
        }.Run();
        Assert.All(run.Parameters, x => Assert.Equal(0.75f, x, 0.01f));
    }
}
