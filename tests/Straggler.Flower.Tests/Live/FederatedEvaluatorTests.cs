using Straggler.Flower.Live;
using Straggler.Flower.Tests.Support;
using Straggler.Simulation;
using Straggler.Training;
using TestResult = Straggler.Training.TestResult;

namespace Straggler.Flower.Tests.Live;

public class FederatedEvaluatorTests
{
    [Fact]
    public async Task StartEvaluation_IdleClients_MeansWeightedBySamples()
    {
        await using LiveServer server = await LiveServer.StartAsync(4);
        await server.JoinAsync(Evaluations.Evaluating(1, 10, 0.5), Evaluations.Evaluating(2, 30, 0.9), new FreeMember());
        TestResult result = await server.EvaluateAsync(server.Evaluator(10));

        Assert.Equal(((1 * 10) + (2 * 30)) / 40.0, result.Loss);
        Assert.Equal(((0.5 * 10) + (0.9 * 30)) / 40, result.Measured!.Value.Accuracy, 1e-12);
        Assert.Equal([0.5, 0.9, double.NaN, double.NaN], result.Measured.Value.ByClient);
        Assert.Equal(2, result.Measured.Value.EvaluatingClients);
    }

    /// <summary>The client is told apart from those who break the protocol: its training is as good as any.</summary>
    [Theory]
    [InlineData(double.NaN, 0.5, "loss NaN")]
    [InlineData(double.PositiveInfinity, 0.5, "loss Infinity")]
    [InlineData(1, 85, "accuracy 85, expected from 0 to 1 (not in percent)")]
    [InlineData(1, double.NaN, "accuracy NaN, expected")]
    [InlineData(1, -0.01, "accuracy -0.01, expected")]
    public async Task StartEvaluation_AnswerIsOfNoUse_IsNotCountedAndTold(double loss, double accuracy, string told)
    {
        await using LiveServer server = await LiveServer.StartAsync(2);
        await server.JoinAsync(Evaluations.Evaluating(loss, int.MaxValue, accuracy), Evaluations.Evaluating(2, 30, 0.9));
        TestResult result = await server.EvaluateAsync(server.Evaluator(2));

        Assert.Equal((2, 0.9), (result.Loss, result.Measured!.Value.Accuracy));
        Assert.Equal([double.NaN, 0.9, double.NaN, double.NaN], result.Measured.Value.ByClient);
        Assert.Equal(1, result.Measured.Value.EvaluatingClients);
        string line = await server.Running.Log.WhenAsync("evaluated with");
        Assert.StartsWith("client 1 (127.0.0.1:", line, StringComparison.Ordinal);
        Assert.Contains(told, line, StringComparison.Ordinal);
        Assert.Equal(2, server.Running.Server.Clients.Count);
    }

    [Fact]
    public async Task StartEvaluation_EveryoneTrains_AsksWhoIsFreeNextBeforeItTrainsAgain()
    {
        FreeMember member = Evaluations.Evaluating(3, 10, 0.25);
        await using LiveServer server = await LiveServer.BeginAsync(member);
        FederatedEvaluator evaluator = server.Evaluator(10);
        server.Send(0);
        IEvaluation evaluation = evaluator.StartEvaluation(server.Versions.Current);
        evaluation.Hurry();
        member.Answer(FreeMember.Proper);

        Assert.Equal(3, (await evaluation.Result).Loss);
        Assert.Equal([LiveEventKind.Answered, LiveEventKind.Ready], [(await server.NextAsync()).Kind, (await server.NextAsync()).Kind]);
        Assert.True(server.Clients.IsReady(0));
    }

    [Fact]
    public async Task StartEvaluation_RunHasNotBeenToldThatClientsAreIdle_AsksThem()
    {
        FreeMember member = Evaluations.Evaluating(3, 10, 0.25);
        await using LiveServer server = await LiveServer.BeginAsync(member);
        FederatedEvaluator evaluator = server.Evaluator(10);
        ITraining training = server.Send(0);
        member.Answer(FreeMember.Proper);
        (await training.Result).Dispose();

        Assert.Equal(3, (await server.EvaluateAsync(evaluator)).Loss);
        Assert.False(server.Clients.IsReady(0));
        Assert.Equal([LiveEventKind.Answered, LiveEventKind.Ready], [(await server.NextAsync()).Kind, (await server.NextAsync()).Kind]);
        Assert.True(server.Clients.IsReady(0));
    }

    [Fact]
    public async Task StartEvaluation_NobodyEvaluates_NothingIsKnown()
    {
        await using LiveServer server = await LiveServer.StartAsync(2);
        await server.JoinAsync(new FreeMember());
        FederatedEvaluator evaluator = server.Evaluator(10);
        for (int time = 0; time < 2; time++)
        {
            TestResult result = await server.EvaluateAsync(evaluator);
            Assert.True(double.IsNaN(result.Loss) && double.IsNaN(result.Measured!.Value.Accuracy));
            Assert.Equal(0, result.Measured.Value.EvaluatingClients);
        }
    }

    [Fact]
    public async Task StartEvaluation_MoreClientsThanAreAsked_AsksSoMany()
    {
        await using LiveServer server = await LiveServer.StartAsync(3);
        await server.JoinAsync(Evaluations.Evaluating(1, 1, 0), Evaluations.Evaluating(2, 1, 0), Evaluations.Evaluating(6, 1, 0));
        FederatedEvaluator evaluator = server.Evaluator(2);
        IEvaluation evaluation = evaluator.StartEvaluation(server.Versions.Current);
        Assert.Equal(1.5, (await evaluation.Result).Loss);
    }

    [Fact]
    public async Task StartEvaluation_NobodyIsThereAndNothingIsWaitedFor_EndsWithoutKnowing()
    {
        await using LiveServer server = await LiveServer.StartAsync(1);
        Assert.True(double.IsNaN((await server.EvaluateAsync(server.Evaluator(1))).Loss));
    }

    [Fact]
    public async Task StartEvaluation_TheOnlyOneLeftGoes_EndsWithoutKnowing()
    {
        FreeMember trains = Evaluations.Evaluating(3, 10, 0.25);
        await using LiveServer server = await LiveServer.BeginAsync(trains);
        server.Send(0);
        Task<TestResult> result = server.EvaluateAsync(server.Evaluator(10));
        Assert.False(result.IsCompleted);
        trains.Answer(() => throw new InvalidOperationException("The power fails."));

        Assert.True(double.IsNaN((await result).Loss));
    }
}
