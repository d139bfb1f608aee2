using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

public sealed class MaleniaTests
{
    [Fact]
    [Conformance("malenia", Evidence.NumericOracle)]
    public void OnArrival_TwoClientsAndATotalOfFour_ByHand()
    {
        // n = 2, S = 4: the harmonic mean of the counts must reach 2. Counts (1, 1), (2, 1), (3, 1) give 1, 4/3, 3/2; (3, 2) gives 12/5.
        Server server = new(services => new Malenia(new() { TotalBatch = 4 }, services), [0], clients: 2);
        server.ArriveDelta(0, [3], client: 0);
        server.ArriveDelta(0, [10], client: 1);
        server.ArriveDelta(0, [6], client: 0);
        server.ArriveDelta(0, [9], client: 0);
        Assert.Equal(0, server.Version);
        server.ArriveDelta(0, [20], client: 1);

        // Means 6 and 15; their mean.
        Assert.Equal(1, server.Version);
        Assert.Equal(10.5f, server.Model[0], 1e-5f);
    }

    [Fact]
    [Conformance("malenia", Evidence.KnownMistake)]
    public void OnArrival_FastClient_CountsNoMoreThanTheSlowOne()
    {
        // The mean over all updates would be (3·2 + 10)/4 = 4; the mean of the clients' means is 6.
        Server server = new(services => new Malenia(new(), services), [0], clients: 2);
        server.ArriveDelta(0, [2], client: 0);
        server.ArriveDelta(0, [2], client: 0);
        server.ArriveDelta(0, [2], client: 0);
        server.ArriveDelta(0, [10], client: 1);
        Assert.Equal(6, server.Model[0], 1e-5f);

        // And all starts afresh.
        server.ArriveDelta(1, [4], client: 1);
        Assert.Equal(1, server.Version);
        server.ArriveDelta(1, [0], client: 0);
        Assert.Equal((2, 8f), (server.Version, MathF.Round(server.Model[0], 4)));
    }

    [Fact]
    [Conformance("malenia", Evidence.LimitCase)]
    public void Admits_UpdateOfAnOlderModel_IsRefused()
    {
        Server server = new(services => new Malenia(new(), services), [0], clients: 1);
        server.ArriveDelta(0, [2]);
        Assert.False(server.Admits(0));
        Assert.True(server.Admits(1));
    }

    [Fact]
    [Conformance("malenia", Evidence.Equivalence)]
    public void OnArrival_OneClient_IsRennala()
    {
        Server malenia = new(services => new Malenia(new() { TotalBatch = 3 }, services), [0, 1], clients: 1);
        Server rennala = new(services => new Rennala(new() { BufferSize = 3 }, services), [0, 1], clients: 1);
        for (int arrival = 0; arrival < 9; arrival++)
        {
            malenia.ArriveDelta(malenia.Version, [arrival, -1]);
            rennala.ArriveDelta(rennala.Version, [arrival, -1]);
        }

        Assert.Equal(3, malenia.Version);
        Assert.All(rennala.Model.Zip(malenia.Model), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    [Conformance("malenia", Evidence.Equivalence)]
    [Conformance("malenia", Evidence.EngineRun)]
    public void Run_EqualDelaysAndAllInFlight_IsFedAvg()
    {
        Trace malenia = Run(services => new Malenia(new(), services), "constant");
        Trace rounds = Run(services => new FedAvg(new() { Weighting = ClientWeighting.Uniform }, services), "constant");
        Assert.Equal(20, malenia.Result.ServerSteps);
        Assert.All(rounds.Parameters.Zip(malenia.Parameters), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    [Conformance("malenia", Evidence.EngineRun)]
    public void Run_UnequalClients_IsNotPulledToTheFastOnes()
    {
        // Identical quadratics with optima 0 to 4 pull to their mean 2, whatever the speeds: each step is x + (2 − x)/2 up to rounding.
        Trace run = Run(services => new Malenia(new(), services), "lognormal", mark: 0);
        Assert.True(run.Result.ServerSteps > 10);
        Assert.All(run.Parameters, parameter => Assert.Equal(2 - (2 * Math.Pow(0.5, run.Result.ServerSteps)), parameter, 1e-3));
    }

    private static Trace Run(Func<StrategyServices, IServerStrategy> strategy, string delay, float mark = 0.01f) => new Scenario
    {
        Clients = 5,
        Concurrency = 5,
        Rounds = delay == "constant" ? 100 : 400,
        Delay = Scenario.DelayOf(delay),
        Problem = new() { OccurrenceMark = mark },
        Strategy = strategy,
    }.Run();
}
