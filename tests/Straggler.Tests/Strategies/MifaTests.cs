using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

public sealed class MifaTests
{
    [Fact]
    [Conformance("mifa", Evidence.NumericOracle)]
    [Conformance("mifa", Evidence.KnownMistake)]
    public void OnRoundEnd_ThreeRoundsOfFourClients_ByHand()
    {
        // Round 1: G = (4, 8, 0, 0), x = 12/4 = 3. Round 2, client 1 alone: G = (4, −2, 0, 0), x = 3 + 0.5.
        // An accumulator that is not reset would make 3 + (12 − 2)/4 of it.
        Server server = new(services => new Mifa(new(), services), [0], clients: 4);
        Assert.Equal(0.25, server.ArriveDelta(0, [4], client: 0));
        server.ArriveDelta(0, [8], client: 1);
        server.EndRound();
        Assert.Equal([3], server.Model);
        server.ArriveDelta(1, [-2], client: 1);
        server.EndRound();
        Assert.Equal([3.5f], server.Model);

        // Round 3, nobody answers: the latest deltas serve again.
        server.EndRound();
        Assert.Equal([4], server.Model);
    }

    [Fact]
    [Conformance("mifa", Evidence.LimitCase)]
    public void OnRoundEnd_NobodyHeardOfYet_MakesNoStep()
    {
        Server server = new(services => new Mifa(new(), services), [5]);
        server.EndRound();
        Assert.Equal((0, 5f), (server.Version, server.Model[0]));
    }

    [Fact]
    [Conformance("mifa", Evidence.Equivalence)]
    [Conformance("mifa", Evidence.EngineRun)]
    public void Run_AllClientsInEveryRound_IsFedAvgWithUniformWeights()
    {
        Scenario scenario = new()
        {
            Clients = 6,
            Concurrency = 6,
            Rounds = 60,
            Problem = new() { Optimum = client => 0.1f * client, OccurrenceMark = 0.01f },
        };
        Trace mifa = (scenario with { Strategy = services => new Mifa(new(), services) }).Run();
        Trace average = (scenario with { Strategy = services => new FedAvg(new() { Weighting = ClientWeighting.Uniform }, services) }).Run();
        Assert.All(mifa.Parameters.Zip(average.Parameters), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
        Assert.NotEqual(0, mifa.Parameters[0]);
    }

    [Fact]
    public void OnRoundEnd_Buffers_AreAveragedOverTheRoundAlone()
    {
        Server server = new(services => new Mifa(new(), services), [0, 0], trainable: 1, clients: 2);
        server.ArriveDelta(0, [2, 10], client: 0);
        server.ArriveDelta(0, [2, 20], client: 1);
        server.EndRound();
        Assert.Equal([2, 15], server.Model);
        server.ArriveDelta(1, [4, 3], client: 0);
        server.EndRound();
        Assert.Equal([5, 18], server.Model); // 2 + (4 + 2)/2, 15 + 3
    }
}
