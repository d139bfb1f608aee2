using Straggler.Aggregation;
using Straggler.Configuration;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

/// <summary>fedavgm, fedadam, fedyogi, fedadagrad, and server optimizers with other strategies.</summary>
public sealed class FedOptTests
{
    private static readonly AdamOptimizerOptions _moments = new() { Beta1 = 0.5, Beta2 = 0.75, Epsilon = 1, InitialAccumulator = 0 };

    [Fact]
    [Conformance("fedavgm", Evidence.NumericOracle)]
    public void OnRoundEnd_FedAvgM_ByHand()
    {
        // Round 1: Δ̄ = (1·8 + 3·4)/4 = 5, v = 5, x = 0 + 0.5·5 = 2.5. Round 2: Δ̄ = 2, v = 0.8·5 + 2 = 6, x = 2.5 + 3 = 5.5.
        Server server = Of("fedavgm", new FedAvgMOptions { Momentum = 0.8, ServerLearningRate = 0.5 });
        server.ArriveDelta(0, [8], samples: 1);
        server.ArriveDelta(0, [4], samples: 3);
        server.EndRound();
        Assert.Equal(2.5f, server.Model[0], 1e-6f);
        server.ArriveDelta(1, [2]);
        server.EndRound();
        Assert.Equal(5.5f, server.Model[0], 1e-6f);
    }

    [Fact]
    [Conformance("fedadam", Evidence.NumericOracle)]
    [Conformance("fedadam", Evidence.KnownMistake)]
    public void OnRoundEnd_FedAdam_ByHandWithoutBiasCorrection()
    {
        // Round 1: Δ̄ = (1·5 + 3·1)/4 = 2, m = 1, v = 1, x = 2·1/(1 + 1) = 1; with bias correction m = 2, v = 4 and x = 1.33.
        // Round 2: Δ̄ = −2, m = −0.5, v = 1.75, x = 1 − 2·0.5/(1.3228757 + 1) = 0.5694992.
        Server server = Of("fedadam", new FedAdamOptions { Moments = _moments, ServerLearningRate = 2 });
        server.ArriveDelta(0, [5], samples: 1);
        server.ArriveDelta(0, [1], samples: 3);
        server.EndRound();
        Assert.Equal(1, server.Model[0], 1e-6f);
        server.ArriveDelta(1, [-2]);
        server.EndRound();
        Assert.Equal(0.5694992f, server.Model[0], 1e-6f);
    }

    [Fact]
    [Conformance("fedyogi", Evidence.NumericOracle)]
    public void OnRoundEnd_FedYogi_ByHand()
    {
        // Δ̄ = 2: m = 1, v = 0 + 0.25·4 = 1, x = 1/2. Δ̄ = 0.5: m = 0.75, v = 1 − 0.25·0.25 = 0.9375 (Adam's would be 0.8125),
        // x = 0.5 + 0.75/1.9682458 = 0.8810501.
        Server server = Of("fedyogi", new FedAdamOptions { Moments = _moments, ServerLearningRate = 1 });
        Round(server, 2, 2);
        Assert.Equal(0.5f, server.Model[0], 1e-6f);
        Round(server, 1, 0);
        Assert.Equal(0.8810501f, server.Model[0], 1e-6f);
    }

    [Fact]
    [Conformance("fedadagrad", Evidence.NumericOracle)]
    public void OnRoundEnd_FedAdagrad_ByHand()
    {
        // Δ̄ = 3: v = 9, x = 3/(3 + 1) = 0.75. Δ̄ = 4: v = 25, x = 0.75 + 4/6.
        Server server = Of("fedadagrad", new FedAdagradOptions { Moments = new() { Epsilon = 1, InitialAccumulator = 0 }, ServerLearningRate = 1 });
        Round(server, 2, 4);
        Assert.Equal(0.75f, server.Model[0], 1e-6f);
        Round(server, 4, 4);
        Assert.Equal(0.75f + (4f / 6), server.Model[0], 1e-6f);
    }

    [Fact]
    [Conformance("fedavgm", Evidence.LimitCase)]
    public void OnRoundEnd_NoMomentum_IsFedAvg()
    {
        Server with = Of("fedavgm", new FedAvgMOptions { Momentum = 0 }), without = new(services => new FedAvg(new(), services), [0]);
        for (int round = 0; round < 5; round++)
        {
            Round(with, round, 0.3f);
            Round(without, round, 0.3f);
        }

        Assert.Equal(without.Model, with.Model);
    }

    [Theory]
    [Conformance("fedadam", Evidence.LimitCase)]
    [Conformance("fedyogi", Evidence.LimitCase)]
    [Conformance("fedadagrad", Evidence.LimitCase)]
    [InlineData("fedadam")]
    [InlineData("fedyogi")]
    [InlineData("fedadagrad")]
    public void OnRoundEnd_HugeEpsilonAndRateOfThatSize_IsFedAvg(string strategy)
    {
        // ε above all squares and η = ε, without momentum: x + ε Δ̄/(√v + ε) → x + Δ̄. (v₋₁ = 0: Adagrad's and the others' √v < 30.)
        const double epsilon = 1e6;
        AdamOptimizerOptions moments = new() { Beta1 = 0, Epsilon = epsilon, InitialAccumulator = 0 };
        FedAvgOptions options = strategy == "fedadagrad"
            ? new FedAdagradOptions { Moments = new() { Epsilon = epsilon, InitialAccumulator = 0 }, ServerLearningRate = epsilon }
            : new FedAdamOptions { Moments = moments, ServerLearningRate = epsilon };
        Server adaptive = Of(strategy, options), average = new(services => new FedAvg(new(), services), [0]);
        for (int round = 0; round < 5; round++)
        {
            Round(adaptive, round, 3);
            Round(average, round, 3);
        }

        Assert.Equal(average.Model[0], adaptive.Model[0], 1e-3f);
    }

    [Theory]
    [Conformance("fedavgm", Evidence.Equivalence)]
    [Conformance("fedadam", Evidence.Equivalence)]
    [Conformance("fedyogi", Evidence.Equivalence)]
    [Conformance("fedadagrad", Evidence.Equivalence)]
    [Conformance("fedavgm", Evidence.EngineRun)]
    [Conformance("fedadam", Evidence.EngineRun)]
    [Conformance("fedyogi", Evidence.EngineRun)]
    [Conformance("fedadagrad", Evidence.EngineRun)]
    [InlineData("fedavgm", "sgd")]
    [InlineData("fedadam", "adam")]
    [InlineData("fedyogi", "yogi")]
    [InlineData("fedadagrad", "adagrad")]
    public void Run_NamedStrategy_IsFedAvgWithThatOptimizer(string strategy, string optimizer)
    {
        Choice<ServerOptimizerFactory> choice = BuiltIns.ServerOptimizers.Choose(optimizer);
        choice = optimizer == "sgd" ? choice with { Options = new SgdOptimizerOptions { Momentum = 0.9 } } : choice;
        double rate = ((FedAvgOptions)BuiltIns.Strategies.Choose(strategy).Options).ServerLearningRate;
        Trace named = Rounds(services => BuiltIns.Strategies.Choose(strategy).Create()(services)).Run();
        Trace composed = Rounds(services =>
            new FedAvg(new() { ServerLearningRate = rate }, services with { Aggregation = new() { Optimizer = choice } })).Run();
        Assert.Equal(composed.Parameters, named.Parameters);
        Assert.NotEqual(0, named.Parameters[0]);
        Assert.Equal(25, named.Result.ServerSteps);
    }

    [Fact]
    public void OnArrival_FedBuffWithAdam_ByHand()
    {
        // K = 2, s(τ) = 1/(1 + τ), η_g = 2. Buffer 1, both fresh: Δ̄ = (3 + 1)/2 = 2, m = 1, v = 1, x = 2·1/2 = 1.
        FedBuffOptions options = new() { BufferSize = 2, Staleness = BuiltIns.StalenessWeights.Choose("polynomial"), ServerLearningRate = 2 };
        options = options with { Staleness = options.Staleness with { Options = new Straggler.Staleness.PolynomialWeightOptions { A = 1 } } };
        Server server = new(services => new FedBuff(options, services), [0], services: services => services with
        {
            Aggregation = new() { Optimizer = BuiltIns.ServerOptimizers.Choose("adam") with { Options = _moments } },
        });
        server.ArriveDelta(0, [3]);
        server.ArriveDelta(0, [1]);
        Assert.Equal(1, server.Model[0], 1e-6f);

        // Buffer 2, τ = 1 and 0: Δ̄ = (0.5·(−6) − 1)/2 = −2, m = −0.5, v = 1.75, x = 1 − 2·0.5/(1.3228757 + 1) = 0.5694992.
        Assert.Equal(0.5, server.ArriveDelta(0, [-6]));
        server.ArriveDelta(1, [-1]);
        Assert.Equal(0.5694992f, server.Model[0], 1e-6f);
    }

    [Fact]
    public void Create_AnotherOptimizerConfigured_SaysWhatToDo()
    {
        InvalidOptionException fault = Assert.Throws<InvalidOptionException>(() => Of("fedadam", new FedAdamOptions(), "yogi"));
        Assert.Equal("aggregation.optimizer", fault.Path);
    }

    private static Server Of(string strategy, FedAvgOptions options, string optimizer = "sgd") => new(
        services => (BuiltIns.Strategies.Choose(strategy) with { Options = options }).Create()(services), [0],
        services: services => services with { Aggregation = new() { Optimizer = BuiltIns.ServerOptimizers.Choose(optimizer) } });

    private static void Round(Server server, float one, float other)
    {
        server.ArriveDelta(server.Version, [one]);
        server.ArriveDelta(server.Version, [other]);
        server.EndRound();
    }

    private static Scenario Rounds(Func<StrategyServices, IServerStrategy> strategy) => new()
    {
        Clients = 9,
        Concurrency = 4,
        Rounds = 100,
        Samples = client => 1 + client,
        Problem = new() { OccurrenceMark = 0.01f },
        Strategy = strategy,
    };
}
