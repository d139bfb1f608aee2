using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

public sealed class FedAvgTests
{
    [Fact]
    [Conformance("fedavg", Evidence.NumericOracle)]
    public void OnArrival_TwoClients_StepsByTheSampleWeightedMeanByHand()
    {
        // x = (1, 1) + (1·(8, 0) + 3·(4, −4))/4 = (1, 1) + (5, −3) = (6, −2).
        Server server = new(services => new FedAvg(new(), services), [1, 1]);
        Assert.Equal(1, server.ArriveDelta(0, [8, 0], samples: 1));
        Assert.Equal(0, server.Version);
        Assert.Equal(3, server.ArriveDelta(0, [4, -4], samples: 3));
        Assert.Equal(0, server.Version);
        server.EndRound();
        Assert.Equal(1, server.Version);
        Assert.Equal([6, -2], server.Model);
    }

    [Fact]
    public void OnArrival_UniformWeightingAndServerRate_ByHand()
    {
        // x = 1 + 0.5·(8 + 4)/2 = 4, whatever the sample counts.
        Server server = new(
            services => new FedAvg(new() { Weighting = ClientWeighting.Uniform, ServerLearningRate = 0.5 }, services), [1]);
        server.ArriveDelta(0, [8], samples: 1);
        server.ArriveDelta(0, [4], samples: 30);
        server.EndRound();
        Assert.Equal([4], server.Model);
    }

    [Fact]
    [Conformance("fedavg", Evidence.KnownMistake)]
    public void OnArrival_SecondRound_StartsFromAnEmptySum()
    {
        Server server = new(services => new FedAvg(new(), services), [0]);
        server.ArriveDelta(0, [2]);
        server.ArriveDelta(0, [2]);
        server.EndRound();
        server.ArriveDelta(1, [10]);
        server.ArriveDelta(1, [20]);
        server.EndRound();
        Assert.Equal([17], server.Model); // 2 + 15
    }

    [Fact]
    public void OnRefused_OneOfTheRound_CountsAsAbsent()
    {
        Server server = new(services => new FedAvg(new(), services), [0], concurrency: 3);
        server.ArriveDelta(0, [2], samples: 1);
        server.Refuse(0, samples: 50);
        server.ArriveDelta(0, [8], samples: 2);
        server.EndRound();
        Assert.Equal((1, 6f), (server.Version, server.Model[0])); // (2 + 16)/3
    }

    [Fact]
    [Conformance("fedavg", Evidence.LimitCase)]
    public void OnRefused_WholeRound_MakesNoStep()
    {
        Server server = new(services => new FedAvg(new(), services), [5]);
        server.Refuse(0);
        server.Refuse(0);
        server.EndRound();
        Assert.Equal((0, 5f), (server.Version, server.Model[0]));
        server.ArriveDelta(0, [1]);
        server.ArriveDelta(0, [3]);
        server.EndRound();
        Assert.Equal((1, 7f), (server.Version, server.Model[0]));
    }

    [Fact]
    [Conformance("fedavg", Evidence.EngineRun)]
    public void Run_Rounds_LastAsLongAsTheirSlowestClient()
    {
        // All 3 clients in each round, taking 1, 2 and 5: a step at 5, 10, 15; nothing is stale.
        Trace run = new Scenario
        {
            Clients = 3,
            Concurrency = 3,
            Rounds = 9,
            Delay = Delayed.WholeSeconds,
            Samples = client => client == 2 ? 5 : client + 1,
            Strategy = services => new FedAvg(new(), services),
        }.Run();
        Assert.Equal([1.0, 2, 5, 6, 7, 10, 11, 12, 15], run.Updates.Select(update => update.VirtualTime));
        Assert.Equal([0L, 0, 0, 1, 1, 1, 2, 2, 2], run.Updates.Select(update => update.Version));
        Assert.All(run.Updates, update => Assert.Equal(0, update.Staleness));
    }
}
