using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

public sealed class FedDynTests
{
    [Fact]
    [Conformance("feddyn", Evidence.NumericOracle)]
    public void OnRoundEnd_TwoRounds_ByHand()
    {
        // α = 0.5, n = 2. Round 1, client 0, Δ = 2: λ_0 = −1, h = −0.5·2/2 = −0.5, x = (0 + 2) + 0.5/0.5 = 3.
        Server server = new(services => new FedDyn(new() { Alpha = 0.5 }, services), [0], clients: 2);
        Assert.Equal(new() { ProximalCoefficient = 0.5 }, server.Instruct(0));
        server.ArriveDelta(0, [2], client: 0);
        server.EndRound();
        Assert.Equal(3, server.Model[0], 1e-6f);
        Assert.Equal([1f], server.Instruct(0).Correction.ToArray()); // −λ_0
        Assert.True(server.Instruct(1).Correction.IsEmpty);

        // Round 2, Δ = −1 and 4: λ_0 = −1 + 0.5, λ_1 = −2; h = −0.5 − 0.5·3/2 = −1.25; x = (3 + 1.5) + 1.25/0.5 = 7.
        server.ArriveDelta(1, [-1], client: 0);
        server.ArriveDelta(1, [4], client: 1);
        server.EndRound();
        Assert.Equal(7, server.Model[0], 1e-6f);
        Assert.Equal([0.5f], server.Instruct(0).Correction.ToArray());
        Assert.Equal([2f], server.Instruct(1).Correction.ToArray());
    }

    [Fact]
    [Conformance("feddyn", Evidence.Equivalence)]
    public void Run_FirstRoundWithAFaintRegulariser_IsFedAvgWithALongerStep()
    {
        // h begins at 0: x = x + mean Δ + (|S|/n) mean Δ; with 4 of 8 clients that is FedAvg with η_g = 1.5.
        Scenario scenario = new()
        {
            Clients = 8,
            Concurrency = 4,
            Rounds = 4,
            Problem = new() { Optimum = client => 0.1f * client, StepRate = 0.1f, Steps = 3 },
        };
        Trace dyn = (scenario with { Strategy = services => new FedDyn(new() { Alpha = 1e-7 }, services) }).Run();
        Trace average = (scenario with
        {
            Strategy = services => new FedAvg(new() { Weighting = ClientWeighting.Uniform, ServerLearningRate = 1.5 }, services),
        }).Run();
        Assert.Equal(average.Parameters[0], dyn.Parameters[0], 1e-5f);
        Assert.NotEqual(0, dyn.Parameters[0]);
    }

    [Fact]
    [Conformance("feddyn", Evidence.LimitCase)]
    [Conformance("feddyn", Evidence.EngineRun)]
    public void Run_ClientsOfUnequalCurvature_ReachTheOptimumThatFedAvgMisses()
    {
        // f_i = κ_i (w − c_i)²/2 with κ = 1 and 4, c = 0 and 1: the sum's optimum is 0.8; FedAvg with five steps of 0.1 stops at 0.692.
        Scenario scenario = new()
        {
            Clients = 2,
            Concurrency = 2,
            Rounds = 1000,
            Problem = new() { Optimum = client => client, Curvature = client => client == 0 ? 1 : 4, StepRate = 0.1f, Steps = 5 },
        };
        Trace average = (scenario with { Strategy = services => new FedAvg(new(), services) }).Run();
        Trace dyn = (scenario with { Strategy = services => new FedDyn(new() { Alpha = 1 }, services) }).Run();
        Assert.Equal(0.692, average.Parameters[0], 1e-3);
        Assert.Equal(0.8, dyn.Parameters[0], 1e-4);
    }

    [Fact]
    public void OnRoundEnd_Buffers_AreAveraged()
    {
        Server server = new(services => new FedDyn(new(), services), [0, 0], trainable: 1, clients: 2);
        server.ArriveDelta(0, [2, 10], client: 0);
        server.ArriveDelta(0, [2, 20], client: 1);
        server.EndRound();
        server.ArriveDelta(1, [0, 3], client: 0);
        server.EndRound();
        Assert.Equal(18, server.Model[1], 1e-6f);
    }
}
