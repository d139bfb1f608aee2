using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

/// <summary>fedstale, and its limits fedvarp (β = 1) and unbiased_fedavg (β = 0).</summary>
public sealed class FedStaleTests
{
    private static readonly FedStaleOptions _uniform = new() { Weighting = ClientWeighting.Uniform };

    [Fact]
    [Conformance("fedstale", Evidence.NumericOracle)]
    public void OnRoundEnd_TwoRounds_ByHand()
    {
        // n = 4, α = 1/4, β = 1/2. Round 1, clients 0 and 1 (p = 1/2, h = 0): x = (0.25/0.5)(4 + 8) = 6. h = (4, 8, 0, 0).
        // Round 2, clients 1 and 2: β Σ α h = 0.5·0.25·12 = 1.5; (0.25/0.5)((6 − 0.5·8) + (2 − 0)) = 2; x = 6 + 3.5.
        Server server = Create(_uniform);
        server.ArriveDelta(0, [4], client: 0);
        server.ArriveDelta(0, [8], client: 1);
        server.EndRound();
        Assert.Equal(6, server.Model[0], 1e-5f);
        server.ArriveDelta(1, [6], client: 1);
        server.ArriveDelta(1, [2], client: 2);
        server.EndRound();
        Assert.Equal(9.5f, server.Model[0], 1e-5f);

        // Round 3, client 3 alone (p = 1/4): 0.5·0.25·(4 + 6 + 2) = 1.5; (0.25/0.25)(1 − 0) = 1.
        server.ArriveDelta(2, [1], client: 3);
        server.EndRound();
        Assert.Equal(12, server.Model[0], 1e-5f);
    }

    [Fact]
    [Conformance("fedstale", Evidence.NumericOracle)]
    public void OnRoundEnd_SharesBySamples_ByHand()
    {
        // α = (0.1, 0.2, 0.3, 0.4), n = 4, two in the round: α/p = (0.2, …, 0.8). x = 0.2·10 + 0.8·5 = 6, which is no mean: the
        // weights add up to 1 on average only.
        Server server = Create(new(), samples: [1, 2, 3, 4]);
        server.ArriveDelta(0, [10], client: 0, samples: 1);
        server.ArriveDelta(0, [5], client: 3, samples: 4);
        server.EndRound();
        Assert.Equal(6, server.Model[0], 1e-5f);

        // Then client 3 alone, p = 1/4: 0.5(0.1·10 + 0.4·5) + (0.4/0.25)(5 − 2.5) = 1.5 + 4.
        server.ArriveDelta(1, [5], client: 3, samples: 4);
        server.EndRound();
        Assert.Equal(11.5f, server.Model[0], 1e-5f);
    }

    [Fact]
    public void OnRoundEnd_ObservedParticipation_ByHand()
    {
        // α = 1/2, β = 0. Round 1: client 0, p = 1/1: x = 0.5·4 = 2. Round 2: client 1, p = 1/2: x = 2 + (0.5/0.5)·3 = 5.
        // Round 3: client 0, p = 2/3: x = 5 + 0.75·4 = 8.
        Server server = Create(_uniform with { Beta = 0, Participation = Participation.Observed }, clients: 2);
        (int Client, float Delta, float Model)[] rounds = [(0, 4, 2), (1, 3, 5), (0, 4, 8)];
        foreach ((int client, float delta, float expected) in rounds)
        {
            server.ArriveDelta(server.Version, [delta], client: client);
            server.EndRound();
            Assert.Equal(expected, server.Model[0], 1e-5f);
        }
    }

    [Fact]
    [Conformance("fedvarp", Evidence.NumericOracle)]
    public void OnRoundEnd_FedVarp_ByHand()
    {
        // mean_S(Δ − y) + (1/n) Σ y. Round 1: (4 + 8)/2 = 6. Round 2: ((6 − 8) + (2 − 0))/2 + 12/4 = 3.
        Server server = Named("fedvarp", new FedVarpOptions());
        server.ArriveDelta(0, [4], client: 0);
        server.ArriveDelta(0, [8], client: 1);
        server.EndRound();
        Assert.Equal(6, server.Model[0], 1e-5f);
        server.ArriveDelta(1, [6], client: 1);
        server.ArriveDelta(1, [2], client: 2);
        server.EndRound();
        Assert.Equal(9, server.Model[0], 1e-5f);
    }

    [Fact]
    [Conformance("unbiased_fedavg", Evidence.NumericOracle)]
    public void OnRoundEnd_UnbiasedFedAvg_ByHand()
    {
        // α = (0.1, 0.2, 0.3, 0.4), p = 1/4: x = (0.4/0.25)·5 = 8; the next round remembers nothing of it: (0.1/0.25)·10 = 4.
        Server server = Named("unbiased_fedavg", new ParticipationOptions(), samples: [1, 2, 3, 4]);
        server.ArriveDelta(0, [5], client: 3);
        server.EndRound();
        Assert.Equal(8, server.Model[0], 1e-5f);
        server.ArriveDelta(1, [10], client: 0);
        server.EndRound();
        Assert.Equal(12, server.Model[0], 1e-5f);
    }

    [Theory]
    [Conformance("fedstale", Evidence.LimitCase)]
    [Conformance("fedvarp", Evidence.Equivalence)]
    [Conformance("unbiased_fedavg", Evidence.Equivalence)]
    [Conformance("fedvarp", Evidence.EngineRun)]
    [Conformance("unbiased_fedavg", Evidence.EngineRun)]
    [InlineData("fedvarp", 1)]
    [InlineData("unbiased_fedavg", 0)]
    public void Run_NamedLimit_IsFedStaleWithThatBeta(string strategy, double beta)
    {
        Trace named = Rounds(services => BuiltIns.Strategies.Choose(strategy).Create()(services)).Run();
        Trace limit = Rounds(services => new FedStale(new FedStaleOptions(), beta, services)).Run();
        Assert.Equal(limit.Parameters, named.Parameters);
        Assert.NotEqual(0, named.Parameters[0]);
    }

    [Fact]
    [Conformance("fedstale", Evidence.Equivalence)]
    [Conformance("unbiased_fedavg", Evidence.LimitCase)]
    [Conformance("fedstale", Evidence.EngineRun)]
    public void Run_ForgetfulWithEqualShares_IsFedAvgWithUniformWeights()
    {
        Trace forgetful = Rounds(services => new FedStale(_uniform, 0, services)).Run();
        Trace average = Rounds(services => new FedAvg(new() { Weighting = ClientWeighting.Uniform }, services)).Run();
        Assert.All(forgetful.Parameters.Zip(average.Parameters), pair => Assert.Equal(pair.Second, pair.First, 1e-4f));
    }

    [Theory]
    [Conformance("fedstale", Evidence.LimitCase)]
    [Conformance("fedvarp", Evidence.LimitCase)]
    [InlineData(0.5)]
    [InlineData(1.0)]
    public void Run_AllClientsInEveryRound_IsFedAvg(double beta)
    {
        // p = 1: β Σ α h and −β Σ α h cancel, whatever β.
        Trace stale = Rounds(services => new FedStale(_uniform, beta, services), concurrency: 9).Run();
        Trace average = Rounds(services => new FedAvg(new() { Weighting = ClientWeighting.Uniform }, services), concurrency: 9).Run();
        Assert.All(stale.Parameters.Zip(average.Parameters), pair => Assert.Equal(pair.Second, pair.First, 1e-4f));
    }

    [Fact]
    public void OnRoundEnd_Buffers_AreAveragedOverTheRound()
    {
        Server server = new(services => new FedStale(_uniform, 0.5, services), [0, 0], trainable: 1, clients: 4);
        server.ArriveDelta(0, [4, 10], client: 0);
        server.ArriveDelta(0, [8, 20], client: 1);
        server.EndRound();
        server.ArriveDelta(1, [1, 3], client: 3);
        server.EndRound();
        Assert.Equal(18, server.Model[1], 1e-5f);
    }

    private static Server Create(FedStaleOptions options, int clients = 4, int[]? samples = null) => new(
        services => new FedStale(options, options.Beta, services), [0], clients: clients,
        services: services => services with { Samples = samples ?? [] });

    private static Server Named(string strategy, object options, int[]? samples = null) => new(
        services => (BuiltIns.Strategies.Choose(strategy) with { Options = options }).Create()(services), [0], clients: 4,
        services: services => services with { Samples = samples ?? [] });

    private static Scenario Rounds(Func<StrategyServices, IServerStrategy> strategy, int concurrency = 3) => new()
    {
        Clients = 9,
        Concurrency = concurrency,
        Rounds = 90,
        Problem = new() { Optimum = client => 0.1f * client, OccurrenceMark = 0.01f },
        Strategy = strategy,
    };
}
