using Straggler.Configuration;
using Straggler.Strategies;
using Straggler.Tests.Support;
using Straggler.Training;

namespace Straggler.Tests.Strategies;

public sealed class FedNovaTests
{
    [Fact]
    [Conformance("fednova", Evidence.NumericOracle)]
    public void OnRoundEnd_TwoClients_ByHand()
    {
        // p = (1/4, 3/4), τ = (2, 6): τ_eff = 0.5 + 4.5 = 5; Σ p_i Δ_i/τ_i = 0.25·4/2 + 0.75·12/6 = 2; x = 1 + 0.5·5·2 = 6.
        Server server = Create(new() { ServerLearningRate = 0.5 });
        server.ArriveDelta(0, [4], samples: 1, outcome: new(1, 2));
        server.ArriveDelta(0, [12], samples: 3, outcome: new(1, 6));
        server.EndRound();
        Assert.Equal(6, server.Model[0], 1e-5f);

        // Uniform: τ_eff = 4; (4/2 + 12/6)/2 = 2; x = 1 + 8.
        server = Create(new() { Weighting = ClientWeighting.Uniform });
        server.ArriveDelta(0, [4], samples: 1, outcome: new(1, 2));
        server.ArriveDelta(0, [12], samples: 3, outcome: new(1, 6));
        server.EndRound();
        Assert.Equal(9, server.Model[0], 1e-5f);
    }

    [Fact]
    [Conformance("fednova", Evidence.NumericOracle)]
    public void OnRoundEnd_Momentum_UsesThePapersNorm()
    {
        // ρ = 0.5: ‖a‖₁ = [τ − ρ(1 − ρ^τ)/(1 − ρ)]/(1 − ρ): τ = 1: 1; τ = 3: (3 − 0.875)/0.5 = 4.25.
        // τ_eff = (1 + 4.25)/2 = 2.625; Σ = (2/1 + 8.5/4.25)/2 = 2; x = 1 + 5.25.
        Server server = Create(new(), new() { Momentum = 0.5 });
        server.ArriveDelta(0, [2], outcome: new(1, 1));
        server.ArriveDelta(0, [8.5f], outcome: new(1, 3));
        server.EndRound();
        Assert.Equal(6.25f, server.Model[0], 1e-5f);
    }

    [Fact]
    [Conformance("fednova", Evidence.NumericOracle)]
    public void OnRoundEnd_ProximalTerm_UsesThePapersNormAndMeanSteps()
    {
        // η = 0.1, μ = 5, ημ = 0.5: ‖a‖₁ = (1 − 0.5^τ)/0.5: τ = 1: 1; τ = 3: 1.75. τ_eff = Σ p_i τ_i = 2 (the authors' code).
        // Σ = (2/1 + 3.5/1.75)/2 = 2; x = 1 + 4.
        Server server = Create(new() { Proximal = 5 }, new() { LearningRate = 0.1 });
        Assert.Equal(5, server.Instruct(0).ProximalCoefficient);
        server.ArriveDelta(0, [2], outcome: new(1, 1));
        server.ArriveDelta(0, [3.5f], outcome: new(1, 3));
        server.EndRound();
        Assert.Equal(5, server.Model[0], 1e-5f);
    }

    [Fact]
    public void OnRoundEnd_Nesterov_CountsEachGradientAsItIsApplied()
    {
        // ρ = 0.5, gradients of 1: v = 1, 1.5; steps 1 + 0.5·1 = 1.5 and 1 + 0.5·1.5 = 1.75, so ‖a‖₁ = 3.25 for τ = 2, 1.5 for τ = 1.
        Server server = Create(new(), new() { Momentum = 0.5, Nesterov = true });
        server.ArriveDelta(0, [3], outcome: new(1, 1));
        server.ArriveDelta(0, [6.5f], outcome: new(1, 2));
        server.EndRound();
        Assert.Equal(1 + (2 * (1.5f + 3.25f) / 2), server.Model[0], 1e-5f);
    }

    [Fact]
    [Conformance("fednova", Evidence.Equivalence)]
    [Conformance("fednova", Evidence.LimitCase)]
    public void OnRoundEnd_EqualSteps_IsFedAvg()
    {
        Server nova = Create(new()), average = new(services => new FedAvg(new(), services), [1]);
        foreach (Server server in new[] { nova, average })
        {
            for (int arrival = 1; arrival <= 12; arrival++)
            {
                server.ArriveDelta(server.Version, [MathF.Sin(arrival)], samples: arrival, outcome: new(1, 7));
                if (arrival % 4 == 0)
                {
                    server.EndRound();
                }
            }
        }

        Assert.Equal(average.Model[0], nova.Model[0], 1e-5f);
    }

    [Fact]
    [Conformance("fednova", Evidence.KnownMistake)]
    [Conformance("fednova", Evidence.EngineRun)]
    public void Run_UnequalSteps_FindTheOptimumThatFedAvgMisses()
    {
        // f_i = (w − c_i)²/2 with c = 0 and 1, one and ten steps: with a small rate FedAvg goes to 10/11, FedNova to the mean 1/2
        // (both up to the curvature, which steps of 0.001 keep below 1%).
        Scenario scenario = new()
        {
            Clients = 2,
            Concurrency = 2,
            Rounds = 6000,
            Problem = new() { Optimum = client => client, StepRate = 0.001f, StepsOf = client => client == 0 ? 1 : 10 },
        };
        Trace average = (scenario with { Strategy = services => new FedAvg(new(), services) }).Run();
        Trace nova = (scenario with { Strategy = services => new FedNova(new(), services with { Local = new() { LearningRate = 0.001 } }) }).Run();
        Assert.Equal(10 / 11.0, average.Parameters[0], 0.01);
        Assert.Equal(0.5, nova.Parameters[0], 0.01);
    }

    [Fact]
    public void OnRoundEnd_ClientWithoutSteps_HasNoWeight()
    {
        Server server = Create(new());
        server.ArriveDelta(0, [4], outcome: new(1, 2));
        Assert.Equal(0, server.ArriveDelta(0, [0], samples: 100, outcome: new(double.NaN, 0)));
        server.EndRound();
        Assert.Equal(5, server.Model[0], 1e-5f);
        server.ArriveDelta(1, [0], outcome: new(double.NaN, 0));
        server.EndRound();
        Assert.Equal((2, 5f), (server.Version, server.Model[0])); // a round that moves nothing
    }

    [Fact]
    public void OnRoundEnd_Buffers_AreAveragedNotNormalised()
    {
        // Trained: τ_eff = 4, Σ p Δ/τ = (2/2 + 6/6)/2 = 1, x = 4. Buffer: (10 + 30)/2 = 20.
        Server server = new(services => new FedNova(new(), services), [0, 0], trainable: 1);
        server.ArriveDelta(0, [2, 10], outcome: new(1, 2));
        server.ArriveDelta(0, [6, 30], outcome: new(1, 6));
        server.EndRound();
        Assert.Equal(4, server.Model[0], 1e-5f);
        Assert.Equal(20, server.Model[1], 1e-5f);
    }

    [Fact]
    public void Constructor_Adam_SaysWhatIsAllowed() =>
        Assert.Equal("model.optimizer", Assert.Throws<InvalidOptionException>(() => Create(new(), new() { Optimizer = LocalOptimizer.Adam })).Path);

    private static Server Create(FedNovaOptions options, LocalTrainingOptions? recipe = null) =>
        new(services => new FedNova(options, services with { Local = recipe ?? new() }), [1]);
}
