using Straggler.Configuration;
using Straggler.Scheduling;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

public sealed class GeneralizedAsyncSgdTests
{
    [Fact]
    [Conformance("generalized_asyncsgd", Evidence.NumericOracle)]
    public void OnArrival_TwoDraws_StepsByTheInverseProbabilityByHand()
    {
        Server server = new(services => new GeneralizedAsyncSgd(new() { ServerLearningRate = 0.5 }, services), [10, 0], clients: 4);

        // p = 0.5: 1/(4 · 0.5) = 0.5, so x = (10, 0) + 0.5 · 0.5 · (4, −8) = (11, −2).
        server.Probability = 0.5;
        Assert.Equal(0.5, server.ArriveDelta(0, [4, -8]));
        Assert.Equal([11, -2], server.Model);

        // p = 0.125, sent at version 0 still: 1/(4 · 0.125) = 2, so x = (11, −2) + 0.5 · 2 · (1, 3) = (12, 1).
        server.Probability = 0.125;
        Assert.Equal(2, server.ArriveDelta(0, [1, 3]));
        Assert.Equal([12, 1], server.Model);
        Assert.Equal(2, server.Version);
    }

    [Fact]
    [Conformance("generalized_asyncsgd", Evidence.NumericOracle)]
    public void OnArrival_WeighedBySamples_StepsByShareOverProbability()
    {
        // Client 1 of two holds 3 of 4 samples and is drawn with p = 0.25: 0.75/0.25 = 3.
        GeneralizedAsyncSgdOptions options = new() { ServerLearningRate = 1, Weighting = ClientWeighting.Samples };
        Server server = new(services => new GeneralizedAsyncSgd(options, services with { Samples = [1, 3] }), [0], clients: 2);
        server.Probability = 0.25;
        Assert.Equal(3, server.ArriveDelta(0, [2], client: 1));
        Assert.Equal([6], server.Model);
    }

    [Fact]
    [Conformance("generalized_asyncsgd", Evidence.KnownMistake)]
    public void OnArrival_AnyProbabilities_StepsByTheMeanDeltaInExpectation()
    {
        // Σ p_i · step_i = η/n Σ Δ_i, whatever p: with 1/p_i alone it would be n times that, without it Σ p_i Δ_i.
        double[] p = [0.5, 0.25, 0.125, 0.125];
        float[] deltas = [8, -4, 16, 2];
        double expected = 0;
        for (int client = 0; client < 4; client++)
        {
            Server server = new(services => new GeneralizedAsyncSgd(new() { ServerLearningRate = 0.5 }, services), [0], clients: 4) { Probability = p[client] };
            server.ArriveDelta(0, [deltas[client]], client: client);
            expected += p[client] * server.Model[0];
        }

        Assert.Equal(0.5 * (8 - 4 + 16 + 2) / 4, expected, 1e-6);
    }

    [Fact]
    [Conformance("generalized_asyncsgd", Evidence.Equivalence)]
    public void Run_UniformProbabilities_IsFedBuffOfOneBitForBit()
    {
        // 8 clients: 1/8 is a power of two, so that (1/8)/(1/8) = 1 without rounding.
        Scenario run = Run() with { Strategy = services => new GeneralizedAsyncSgd(new() { ServerLearningRate = 1 }, services) };
        Scenario buffered = run with { Strategy = services => new FedBuff(new() { BufferSize = 1, StalenessScaling = false }, services) };
        Assert.Equal(buffered.Run().Parameters, run.Run().Parameters);
    }

    [Fact]
    [Conformance("generalized_asyncsgd", Evidence.LimitCase)]
    public void OnArrival_OneClient_AddsEachDelta()
    {
        Server server = new(services => new GeneralizedAsyncSgd(new() { ServerLearningRate = 1 }, services), [1], clients: 1) { Probability = 1 };
        server.ArriveDelta(0, [2]);
        server.ArriveDelta(1, [-5]);
        Assert.Equal([-2], server.Model);
    }

    [Fact]
    public void OnArrival_RarelyDrawnClient_MovesRunningStatisticsByAtMostTheWholeDelta()
    {
        // One trained parameter and one running variance. p = 0.01 of 10 clients: weight 10. The parameter moves by 10 · 0.5, the variance by 1.
        Server server = new(services => new GeneralizedAsyncSgd(new() { ServerLearningRate = 1 }, services), [0, 4], trainable: 1) { Probability = 0.01 };
        server.ArriveDelta(0, [0.5f, -3]);
        Assert.Equal(5, server.Model[0], 1e-5);
        Assert.Equal(1, server.Model[1], 1e-5);
    }

    /// <summary>Client i pulls towards i; the mean optimum of 0 to 7 is 3.5, while the clients drawn most stand for 6 and 7.</summary>
    [Theory]
    [InlineData("queued")]
    [InlineData("importance")]
    [Conformance("generalized_asyncsgd", Evidence.EngineRun)]
    public void Run_UnevenProbabilities_EndsAtTheMeanOptimum(string selection)
    {
        object options = selection == "queued"
            ? new QueuedSelectionOptions { Probabilities = [1, 1, 1, 1, 1, 1, 4, 6] }
            : new ImportanceSelectionOptions();
        Scenario run = Run() with
        {
            Rounds = 20_000,
            Concurrency = 3,
            Scheduler = new() { Selection = BuiltIns.Selections.Choose(selection) with { Options = options } },
            Strategy = services => new GeneralizedAsyncSgd(new() { ServerLearningRate = 0.002 }, services),
        };

        // Pull h = 0.5 and η = 0.002: the spread around the optimum is about √(η h)/2 · 3 = 0.05.
        Assert.Equal(3.5, run.Run().Parameters[0], 0.3);
    }

    [Fact]
    public void Create_SelectionWithoutProbabilities_IsRefused()
    {
        InvalidOptionException fault = Assert.Throws<InvalidOptionException>(() =>
            (Run() with { Scheduler = new() { Selection = BuiltIns.Selections.Choose("uniform") } }).Run());
        Assert.Equal("scheduler.selection", fault.Path);
    }

    private static Scenario Run() => new()
    {
        Clients = 8,
        Concurrency = 4,
        Rounds = 200,
        Delay = Scenario.DelayOf("exponential"),
        Scheduler = new() { Selection = BuiltIns.Selections.Choose("queued") },
        Strategy = services => new GeneralizedAsyncSgd(new(), services),
        Problem = new() { Optimum = client => client },
    };
}
