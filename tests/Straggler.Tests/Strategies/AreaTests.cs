using Straggler.Delays;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

public sealed class AreaTests
{
    [Fact]
    [Conformance("area", Evidence.NumericOracle)]
    public void OnArrival_TwoBuffers_ByHand()
    {
        Server server = new(services => new Area(new() { BufferSize = 2 }, services), [10], clients: 4);
        server.Arrive(0, [14], client: 0);
        Assert.Equal(0, server.Version);
        server.Arrive(0, [8], client: 1); // u = 4 − 2: x = 10 + 2/4
        Assert.Equal((1, 10.5f), (server.Version, server.Model[0]));
        server.Arrive(1, [16], client: 0); // u = 16 − 14, against what it sent, not against what it was sent
        server.Arrive(0, [12], client: 2); // u = 12 − 10
        Assert.Equal((2, 11.5f), (server.Version, server.Model[0])); // (16 + 8 + 12 + 10)/4
    }

    [Fact]
    [Conformance("area", Evidence.NumericOracle)]
    [Conformance("area", Evidence.KnownMistake)]
    public void OnArrival_LongScript_KeepsTheMeanOfAllLastModels()
    {
        // With the sign flipped, or the memory set to the model received, the mean drifts away.
        Server server = new(services => new Area(new() { BufferSize = 3 }, services), [2, -1], clients: 5);
        float[][] last = [.. Enumerable.Range(0, 5).Select(_ => new float[] { 2, -1 })];
        for (int arrival = 0; arrival < 60; arrival++)
        {
            int client = arrival * 7 % 11 % 5;
            last[client] = [arrival % 13, -(arrival * 3 % 7)];
            server.Arrive(server.Version / 2, last[client], client: client);
            if (arrival % 3 == 2)
            {
                Assert.Equal(last.Average(model => model[0]), server.Model[0], 1e-4f);
                Assert.Equal(last.Average(model => model[1]), server.Model[1], 1e-4f);
            }
        }

        Assert.Equal(20, server.Version);
    }

    [Fact]
    [Conformance("area", Evidence.LimitCase)]
    public void OnArrival_OneClient_IsReplacedByItsModel()
    {
        Server server = new(services => new Area(new() { BufferSize = 1 }, services), [3], clients: 1);
        server.Arrive(0, [5]);
        Assert.Equal(5, server.Model[0]);
        server.Arrive(0, [1]);
        Assert.Equal(1, server.Model[0]);
    }

    [Fact]
    public void OnArrival_BatchNormBuffers_AreAveragedToo()
    {
        Server server = new(services => new Area(new() { BufferSize = 2 }, services), [0, 4], trainable: 1, clients: 2);
        server.Arrive(0, [2, 8], client: 0);
        server.Arrive(0, [4, 12], client: 1);
        Assert.Equal([3, 10], server.Model);
    }

    [Fact]
    [Conformance("area", Evidence.Equivalence)]
    [Conformance("area", Evidence.EngineRun)]
    public void Run_AllClientsInEveryBuffer_IsFedAvg()
    {
        Trace area = Run(services => new Area(new() { BufferSize = 5 }, services), "constant");
        Trace rounds = Run(services => new FedAvg(new() { Weighting = ClientWeighting.Uniform }, services), "constant");
        Assert.Equal(20, area.Result.ServerSteps);
        Assert.All(rounds.Parameters.Zip(area.Parameters), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Fact]
    [Conformance("area", Evidence.EngineRun)]
    public void Run_UnequalClients_IsNotPulledToTheFastOnes()
    {
        // Optima 0 to 4 pull to 2, whatever the speeds; FedBuff is pulled to where the fast ones are.
        Trace area = Run(services => new Area(new() { BufferSize = 1 }, services), "lognormal", mark: 0, rounds: 3000);
        Assert.All(area.Parameters, parameter => Assert.Equal(2, parameter, 0.02));
    }

    private static Trace Run(Func<StrategyServices, IServerStrategy> strategy, string delay, float mark = 0.01f, long rounds = 100) => new Scenario
    {
        Clients = 5,
        Concurrency = 5,
        Rounds = rounds,
        Delay = Scenario.DelayOf(delay, per: delay == "constant" ? DelayScope.Task : DelayScope.Client),
        Problem = new() { OccurrenceMark = mark },
        Strategy = strategy,
    }.Run();
}
