using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

public sealed class PortTests
{
    [Fact]
    [Conformance("port", Evidence.NumericOracle)]
    public void OnArrival_TwoBuffers_ByHand()
    {
        Server server = new(services => new Port(new() { BufferSize = 2 }, services), [0, 0]);

        // Fresh: n(3·1 + 1·1), so 4 and 12: x = (4·(4, 0) + 12·(0, 4))/16.
        Assert.Equal(4, server.ArriveDelta(0, [4, 0], samples: 1), 1e-12);
        Assert.Equal(12, server.ArriveDelta(0, [0, 4], samples: 3), 1e-12);
        Assert.Equal(1, server.Model[0], 1e-6f);
        Assert.Equal(3, server.Model[1], 1e-6f);

        // τ = 1, across the server's way (1, 3): 3·10/11 + 1/2 = 3.2272727. Fresh: 4. Their sum is 7.2272727.
        // x = (1, 3) + (3.2272727·(3, −1) + 4·(2, 2))/7.2272727 = (3.4465409, 3.6603774).
        Assert.Equal(3.2272727, server.ArriveDelta(0, [3, -1]), 1e-6);
        Assert.Equal(4, server.ArriveDelta(1, [2, 2]), 1e-12);
        Assert.Equal(3.4465409f, server.Model[0], 1e-5f);
        Assert.Equal(3.6603774f, server.Model[1], 1e-5f);
    }

    [Fact]
    [Conformance("port", Evidence.KnownMistake)]
    public void OnArrival_Similarity_IsWithTheServersWaySinceTheClientsOwnVersion()
    {
        // x goes (0, 0), (1, 0), (1, 1). From version 0 the server's way is (1, 1), from version 1 it is (0, 1): another base would
        // give (1, 1) a cosine of 0.7 and a weight of 2.5 + 0.85.
        Server server = new(services => new Port(new() { BufferSize = 1 }, services), [0, 0]);
        server.ArriveDelta(0, [1, 0]);
        server.ArriveDelta(1, [0, 1]);
        Assert.Equal((3 * 10.0 / 12) + 1, server.ArriveDelta(0, [2, 2]), 1e-6);
    }

    [Fact]
    [Conformance("port", Evidence.LimitCase)]
    public void OnArrival_AgainstTheServersWay_HasNoSimilarity()
    {
        Server server = new(services => new Port(new() { BufferSize = 1 }, services), [0, 0]);
        server.ArriveDelta(0, [1, 0]);
        Assert.Equal(3 * 10.0 / 11, server.ArriveDelta(0, [-2, 0]), 1e-6);
    }

    [Fact]
    public void OnArrival_BatchNormBuffers_HaveNoDirectionAndAreAveraged()
    {
        Server server = new(services => new Port(new() { BufferSize = 1 }, services), [0, 0], trainable: 1);
        server.ArriveDelta(0, [1, 50]);
        Assert.Equal((3 * 10.0 / 11) + 1, server.ArriveDelta(0, [1, -700]), 1e-6);
        Assert.Equal(-650, server.Model[1], 1e-3f);
    }

    [Fact]
    [Conformance("port", Evidence.Equivalence)]
    public void OnArrival_NeitherStalenessNorSimilarityCount_IsTheSampleWeightedMean()
    {
        Server port = new(services => new Port(new() { BufferSize = 2, SimilarityWeight = 0, StalenessBound = 1e12 }, services), [1, 2]);
        Server rounds = new(services => new FedAvg(new(), services), [1, 2]);
        for (int step = 0; step < 5; step++)
        {
            foreach (Server server in new[] { port, rounds })
            {
                server.ArriveDelta(step / 2, [1, step], samples: 2);
                server.ArriveDelta(step, [-step, 3], samples: 5);
            }

            rounds.EndRound();
        }

        Assert.Equal(5, port.Version);
        Assert.All(rounds.Model.Zip(port.Model), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Fact]
    [Conformance("port", Evidence.Equivalence)]
    [Conformance("port", Evidence.EngineRun)]
    public void Run_EqualDelaysAndBufferOfAllInFlight_IsFedAvg()
    {
        Trace port = Run(services => new Port(new() { BufferSize = 4 }, services));
        Trace rounds = Run(services => new FedAvg(new(), services));
        Assert.Equal(25, port.Result.ServerSteps);
        Assert.All(rounds.Parameters.Zip(port.Parameters), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    private static Trace Run(Func<StrategyServices, IServerStrategy> strategy) => new Scenario
    {
        Clients = 9,
        Rounds = 100,
        Samples = client => client + 1,
        Delay = Scenario.DelayOf("constant"),
        Problem = new() { OccurrenceMark = 0.01f },
        Strategy = strategy,
    }.Run();
}
