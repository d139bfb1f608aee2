using Straggler.Configuration;
using Straggler.Strategies;
using Straggler.Tests.Support;
using Straggler.Training;

namespace Straggler.Tests.Strategies;

public sealed class AsoFedTests
{
    /// <summary>Steps of 0.1, five in a task.</summary>
    private static readonly LocalTrainingOptions _recipe = new() { LearningRate = 0.1 };

    private static readonly LocalOutcome _five = new(1, 5);

    [Fact]
    [Conformance("asofed", Evidence.NumericOracle)]
    public void OnArrival_TwoTasksOfOneOfTwoClients_ByHand()
    {
        // Client 0 has a quarter of the data. Δ = −2 over 5 steps of 0.1: x = 10 − 2/4 = 9.5; g = 2/0.5 = 4, h = 0.5·4 = 2, v = 4.
        Server server = Create(new() { Beta = 0.5, Proximal = 0.2 });
        Assert.Equal(0.25, Arrive(server, -2, seconds: 4), 1e-12);
        Assert.Equal([9.5f], server.Model);

        // c = h − v = −2, r = ln 4. Δ = −1: g = 1/(0.5 ln 4) + 2 = 3.442695, h = 0.5·2 + 0.5·g = 2.7213475, c = −0.7213475, d = (4 + 20)/2.
        ClientAlgorithm second = server.Instruct(0);
        Assert.Equal((0.2, 1), (second.ProximalCoefficient, second.Correction.Length));
        Assert.Equal(-2, second.Correction.Span[0], 1e-6f);
        Assert.Equal(1.3862944, second.LearningRateScale, 1e-7);
        Arrive(server, -1, seconds: 20);
        Assert.Equal([9.25f], server.Model);
        Assert.Equal(-0.7213475, server.Instruct(0).Correction.Span[0], 1e-5);
        Assert.Equal(Math.Log(12), server.Instruct(0).LearningRateScale, 1e-12);
    }

    [Fact]
    [Conformance("asofed", Evidence.LimitCase)]
    public void Instruct_NeverHeardOf_IsTheProximalTermAlone()
    {
        Server server = Create(new() { Proximal = 0.2 });
        Arrive(server, -2, seconds: 100);
        ClientAlgorithm fresh = server.Instruct(1);
        Assert.Equal((0.2, true, 1.0), (fresh.ProximalCoefficient, fresh.Correction.IsEmpty, fresh.LearningRateScale));
    }

    [Fact]
    [Conformance("asofed", Evidence.KnownMistake)]
    public void Instruct_ShortTasks_AreNotSlowedDown()
    {
        // max(1, ln d): 1 up to d = e, not ln d below; and of the duration, not of versions.
        Server server = Create(new());
        Arrive(server, -2, seconds: 2.7);
        Assert.Equal(1, server.Instruct(0).LearningRateScale);
        Arrive(server, -2, seconds: 2.8);
        Assert.Equal(Math.Log(2.75), server.Instruct(0).LearningRateScale, 1e-12);
        Assert.Equal(1, Create(new() { DynamicLr = false }).Instruct(0).LearningRateScale);
    }

    [Fact]
    [Conformance("asofed", Evidence.Equivalence)]
    public void Run_NoDecayNoProximalTermShortTasks_IsAddingDeltasByShares()
    {
        // β = 0: h = v = g, so nothing is corrected; tasks of 1 s: r = 1. Ringmaster without a threshold adds what it is told.
        Scenario scenario = Heterogeneous();
        Trace plain = (scenario with { Strategy = services => new Ringmaster(new() { DelayThreshold = 1000, ServerLearningRate = 1.0 / 8 }, services) }).Run();
        Trace same = (scenario with { Strategy = services => new AsoFed(new() { Beta = 0, Proximal = 0 }, services) }).Run();
        Assert.Equal(plain.Parameters, same.Parameters);
        Assert.NotEqual(0, same.Parameters[0]);
    }

    [Fact]
    [Conformance("asofed", Evidence.EngineRun)]
    [Conformance("asofed", Evidence.LimitCase)]
    public void Run_OneClient_CorrectsByHandReckonedGradients()
    {
        // f = (w − 8)²/2, one step of 0.1 a task, β = 0.5, r = 1, x = 0. Step 1: g = −8, x = 0.8; h = −4, v = −8. Step 2: g = −7.2,
        // g − v + h = −3.2, x = 1.12; h = −2 − 3.6 = −5.6, v = −7.2. Step 3: g = −6.88, − v + h = −5.28, x = 1.648.
        Scenario scenario = new()
        {
            Clients = 1,
            Concurrency = 1,
            Rounds = 3,
            Delay = Scenario.DelayOf("constant"),
            Problem = new() { StepRate = 0.1f, Steps = 1, Optimum = _ => 8 },
            Strategy = services => new AsoFed(new() { Beta = 0.5, Proximal = 0 }, services with { Local = _recipe }),
        };
        Assert.All(scenario.Run().Parameters, parameter => Assert.Equal(1.648, parameter, 1e-5));
    }

    [Fact]
    public void Create_RecipeThatIsNotPlainSgd_IsRefused() => Assert.Equal("model.momentum", Assert.Throws<InvalidOptionException>(
        () => Create(new(), _recipe with { Momentum = 0.9 })).Path);

    private static Scenario Heterogeneous() => new()
    {
        Clients = 8,
        Concurrency = 4,
        Rounds = 60,
        Delay = Scenario.DelayOf("constant"),
        Problem = new() { StepRate = 0.1f, Steps = 5 },
    };

    private static Server Create(AsoFedOptions options, LocalTrainingOptions? recipe = null) => new(
        services => new AsoFed(options, services), [10], clients: 2, services: plain => plain with { Local = recipe ?? _recipe, Samples = [1, 3] });

    /// <summary>Client 0 makes five steps as it is told.</summary>
    private static double Arrive(Server server, float delta, double seconds) =>
        server.ArriveDelta(server.Version, [delta], at: seconds, outcome: _five, algorithm: server.Instruct(0));
}
