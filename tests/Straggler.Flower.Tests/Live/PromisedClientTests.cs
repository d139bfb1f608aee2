using Straggler.Flower.Live;
using Straggler.Flower.Tests.Support;
using Straggler.Simulation;
using Straggler.Training;
using TestResult = Straggler.Training.TestResult;

namespace Straggler.Flower.Tests.Live;

/// <summary>Clients that were asked to evaluate in the moment between the run's look at them and the task that it has for them.</summary>
public class PromisedClientTests
{
    private readonly TaskCompletionSource _speak = new();

    [Fact]
    public async Task Start_ClientEvaluates_TaskFollowsBeforeAnythingElse()
    {
        FreeMember member = Member();
        await using LiveServer server = await LiveServer.BeginAsync(member);
        FederatedEvaluator evaluator = server.Evaluator(10);
        evaluator.StartEvaluation(server.Versions.Current);
        ITraining training = server.Send(0);
        Task<TestResult> next = server.EvaluateAsync(evaluator);
        _speak.SetResult();
        Assert.Equal((LiveEventKind.Ready, 0), await server.HeardAsync());
        member.Answer(FreeMember.Proper);
        (await training.Result).Dispose();

        Assert.Equal((LiveEventKind.Answered, 0), await server.HeardAsync());
        Assert.Equal(3, (await next).Loss);
        Assert.Equal((LiveEventKind.Ready, 0), await server.HeardAsync());
        Assert.True(server.Clients.IsReady(0));
    }

    [Fact]
    public async Task GiveUp_ClientStillEvaluates_ReadyOnceItHasAnsweredAndTheTaskIsNotSent()
    {
        FreeMember member = Member();
        await using LiveServer server = await LiveServer.BeginAsync(member);
        server.Evaluator(10).StartEvaluation(server.Versions.Current);
        ITraining training = server.Send(0);
        training.GiveUp();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => training.Result);
        Assert.Equal((LiveEventKind.Ready, 0), await server.HeardAsync());
        Assert.False(server.Clients.IsReady(0));
        _speak.SetResult();
        Assert.Equal((LiveEventKind.Ready, 0), await server.HeardAsync());
        Assert.True(server.Clients.IsReady(0));

        // The only answer is to the task that comes now.
        ITraining second = server.Send(0);
        member.Answer(FreeMember.Proper);
        (await second.Result).Dispose();
        Assert.Equal((LiveEventKind.Answered, 0), await server.HeardAsync());
        Assert.True(server.Clients.IsReady(0));
    }

    [Fact]
    public async Task Start_ClientGoesWhileItEvaluates_IsLost()
    {
        await using LiveServer server = await LiveServer.BeginAsync(Member());
        server.Evaluator(10).StartEvaluation(server.Versions.Current);
        server.Send(0);
        _speak.SetException(new InvalidOperationException("The power fails."));

        Assert.Equal((LiveEventKind.Lost, 0), await server.HeardAsync());
    }

    /// <summary>Whoever is taken is not ready for that moment, and each time is told.</summary>
    [Fact]
    public async Task StartEvaluation_OthersAnswer_WhoHasAnsweredIsNotTakenAgain()
    {
        FreeMember last = Evaluations.Evaluating(3, 10, 0.25, 1, _speak.Task);
        await using LiveServer server = await LiveServer.BeginAsync(Evaluations.Evaluating(3, 10, 0.25, 0), last);
        IEvaluation evaluation = server.Evaluator(3).StartEvaluation(server.Versions.Current);
        Assert.Equal((LiveEventKind.Ready, 0), await server.HeardAsync());
        _speak.SetResult();
        Assert.Equal((LiveEventKind.Ready, 1), await server.HeardAsync());
        Assert.Equal([true, true], [server.Clients.IsReady(0), server.Clients.IsReady(1)]);
        Assert.False(evaluation.Result.IsCompleted);
        ITraining training = server.Send(1);
        last.Answer(FreeMember.Proper);
        (await training.Result).Dispose();
        Assert.Equal((LiveEventKind.Answered, 1), await server.HeardAsync());
    }

    private FreeMember Member() => Evaluations.Evaluating(3, 10, 0.25, 0, _speak.Task);
}
