using Straggler.Configuration;
using Straggler.Strategies;
using Straggler.Tests.Support;
using Straggler.Training;

namespace Straggler.Tests.Strategies;

public sealed class ScaffoldTests
{
    /// <summary>Steps of 0.1, five in a task: mean gradients are deltas × −2.</summary>
    private static readonly LocalTrainingOptions _recipe = new() { LearningRate = 0.1 };

    private static readonly LocalOutcome _five = new(1, 5);

    [Fact]
    [Conformance("scaffold", Evidence.NumericOracle)]
    public void OnRoundEnd_TwoRoundsOfTwoOfFourClients_ByHand()
    {
        Server server = Create(clients: 4);
        ClientAlgorithm first = Assert.IsType<ClientAlgorithm>(server.Instruct(0));
        Assert.Equal([0f], first.Correction.ToArray());

        // Round 1, c = c_i = 0: Δ_0 = −2, Δ_1 = 1, so c_0⁺ = 2/(5·0.1) = 4, c_1⁺ = −2; x = 10 + (−2 + 1)/2 = 9.5;
        // c = (2/4)·((4 − 0) + (−2 − 0))/2 = 0.5.
        Arrive(server, 0, -2);
        Arrive(server, 1, 1);
        server.EndRound();
        Assert.Equal([9.5f], server.Model);
        Assert.Equal(0.5f, Control(server), 1e-6f);

        // Corrections c − c_i: client 0 0.5 − 4 = −3.5; client 1 0.5 + 2 = 2.5; clients 2 and 3 0.5.
        Assert.Equal(-3.5f, server.Instruct(0).Correction.Span[0], 1e-6f);
        Assert.Equal(2.5f, server.Instruct(1).Correction.Span[0], 1e-6f);
        Assert.Equal(0.5f, server.Instruct(2).Correction.Span[0], 1e-6f);

        // Round 2, clients 0 and 2: Δ_0 = 1: c_0⁺ = 4 − 0.5 − 1/0.5 = 1.5. Δ_2 = −1: c_2⁺ = 0 − 0.5 + 2 = 1.5. x = 9.5;
        // c = 0.5 + (2/4)·((1.5 − 4) + (1.5 − 0))/2 = 0.25.
        Arrive(server, 0, 1);
        Arrive(server, 2, -1);
        server.EndRound();
        Assert.Equal(9.5f, server.Model[0], 1e-6f);
        Assert.Equal(0.25f, Control(server), 1e-6f);
        Assert.Equal(0.25f - 1.5f, server.Instruct(0).Correction.Span[0], 1e-6f);
        Assert.Equal(0.25f - 1.5f, server.Instruct(2).Correction.Span[0], 1e-6f);
        Assert.Equal(0.25f + 2, server.Instruct(1).Correction.Span[0], 1e-6f);
    }

    [Fact]
    [Conformance("scaffold", Evidence.LimitCase)]
    [Conformance("scaffold", Evidence.Equivalence)]
    public void Run_FirstRound_IsFedAvgWithUniformWeights()
    {
        // c = c_i = 0: corrections of 0 leave the local steps as they are, bit for bit.
        Scenario scenario = Heterogeneous() with { Rounds = 4 };
        Trace average = (scenario with { Strategy = services => new FedAvg(new() { Weighting = ClientWeighting.Uniform }, services) }).Run();
        Trace scaffold = (scenario with { Strategy = services => new Scaffold(new(), services with { Local = _recipe }) }).Run();
        Assert.Equal(average.Parameters, scaffold.Parameters);
        Assert.NotEqual(0, scaffold.Parameters[0]);
    }

    [Fact]
    [Conformance("scaffold", Evidence.LimitCase)]
    public void Run_AllClientsInEveryRound_KeepsTheServersVariateTheMeanOfTheClients()
    {
        Scaffold? made = null;
        Scenario scenario = Heterogeneous() with { Concurrency = 8, Rounds = 8 * 6 };
        (scenario with { Strategy = services => made = new Scaffold(new(), services with { Local = _recipe }) }).Run();

        // With every client present c = mean c_i, so that the corrections c − c_i add up to nothing.
        double sum = Enumerable.Range(0, 8).Sum(client => (double)made!.Instruct(new(client, 1, 0, 0, default), null!).Correction.Span[0]);
        Assert.Equal(0, sum, 1e-5);
        Assert.NotEqual(0, made!.Control[0]);
    }

    [Fact]
    [Conformance("scaffold", Evidence.KnownMistake)]
    [Conformance("scaffold", Evidence.EngineRun)]
    public void Run_ClientsOfUnequalCurvature_ReachTheOptimumThatFedAvgMisses()
    {
        // f_i = κ_i (w − c_i)²/2, all clients, five steps of 0.1. The optimum of the sum is Σκ_i c_i/Σκ_i = (1·0 + 4·1)/5 = 0.8.
        // FedAvg's fixed point weighs by 1 − (1 − 0.1κ_i)⁵ instead: 0.40951 and 0.92224, so 0.692. Corrections at every step get it
        // right; a correction applied once, after the training, does not.
        Scenario scenario = new()
        {
            Clients = 2,
            Concurrency = 2,
            Rounds = 400,
            Problem = new() { Optimum = client => client, Curvature = client => client == 0 ? 1 : 4, StepRate = 0.1f, Steps = 5 },
        };
        Trace average = (scenario with { Strategy = services => new FedAvg(new(), services) }).Run();
        Trace scaffold = (scenario with { Strategy = services => new Scaffold(new(), services with { Local = _recipe }) }).Run();
        Assert.Equal(0.92224 / (0.92224 + 0.40951), average.Parameters[0], 1e-4);
        Assert.Equal(0.8, scaffold.Parameters[0], 1e-4);
    }

    [Fact]
    public void OnArrival_LateUpdate_IsReckonedFromTheCorrectionItWasGiven()
    {
        // Client 1 leaves with correction 0 and arrives after a round has made c = 1: c_1⁺ = −0 + 1/0.5·... of its own Δ = −1: 2, not 1.
        Server server = Create(clients: 2);
        ClientAlgorithm given = server.Instruct(1);
        Arrive(server, 0, -1);
        server.EndRound();
        Assert.Equal(1, Control(server), 1e-6f); // (c_0⁺ = 2)/2
        server.ArriveDelta(0, [-1], client: 1, outcome: _five, algorithm: given);
        server.EndRound();
        Assert.Equal(2, Control(server), 1e-6f); // 1 + 2/2
    }

    [Fact]
    public void OnArrival_NoStepMade_KeepsTheVariate()
    {
        Server server = Create(clients: 2);
        server.ArriveDelta(0, [0], client: 0, outcome: new(double.NaN, 0));
        server.EndRound();
        Assert.Equal(0, Control(server));
    }

    [Fact]
    public void OnArrival_Buffers_AreAveragedAndHaveNoVariates()
    {
        Server server = new(services => new Scaffold(new(), services with { Local = _recipe }), [0, 100], trainable: 1);
        server.ArriveDelta(0, [1, 10], client: 0, outcome: _five);
        server.ArriveDelta(0, [3, -20], client: 1, outcome: _five);
        server.EndRound();
        Assert.Equal([2, 95], server.Model);
        Assert.Equal(1, server.Instruct(0).Correction.Length);
    }

    [Theory]
    [InlineData("model.momentum")]
    [InlineData("model.optimizer")]
    [InlineData("model.clip_norm")]
    public void Constructor_RecipeThatIsNoPlainSgd_SaysWhatIsAllowed(string path)
    {
        LocalTrainingOptions recipe = path switch
        {
            "model.momentum" => new() { Momentum = 0.9 },
            "model.optimizer" => new() { Optimizer = LocalOptimizer.Adam },
            _ => new() { ClipNorm = 1 },
        };
        InvalidOptionException fault = Assert.Throws<InvalidOptionException>(
            () => new Server(services => new Scaffold(new(), services with { Local = recipe }), [0]));
        Assert.Equal(path, fault.Path);
    }

    private static Server Create(int clients) =>
        new(services => new Scaffold(new(), services with { Local = _recipe }), [10], clients: clients);

    private static void Arrive(Server server, int client, float delta) =>
        server.ArriveDelta(server.Version, [delta], client: client, outcome: _five, algorithm: server.Instruct(client));

    private static float Control(Server server) => ((Scaffold)server.Strategy).Control[0];

    private static Scenario Heterogeneous() => new()
    {
        Clients = 8,
        Concurrency = 4,
        Problem = new() { Optimum = client => 0.1f * client, StepRate = 0.1f, Steps = 3 },
    };
}
