using Straggler.Flower.Live;
using Straggler.Flower.Tests.Support;
using Straggler.Simulation;
using Straggler.Training;
using TestResult = Straggler.Training.TestResult;

namespace Straggler.Flower.Tests.Live;

/// <summary>How long evaluations by clients are waited for, and for whom.</summary>
public class EvaluationPatienceTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private readonly TaskCompletionSource _speak = new();

    [Fact]
    public async Task Hurry_OneAskedIsSilent_TheNextIsAskedOnceItIsLate()
    {
        await using LiveServer server = await WithOneSilentAsync(9);
        Task<TestResult> result = server.EvaluateAsync(server.Evaluator(1));
        Assert.False(result.IsCompleted);
        server.Running.Clock.Advance(_patience);

        Assert.Equal(3, (await result).Loss);
        Assert.Equal((LiveEventKind.Ready, 1), await server.HeardAsync());
        Assert.Equal([false, true], [server.Clients.IsReady(0), server.Clients.IsReady(1)]);
        _speak.SetResult();
        Assert.Equal((LiveEventKind.Ready, 0), await server.HeardAsync());
        Assert.True(server.Clients.IsReady(0));
    }

    [Fact]
    public async Task Hurry_OneAnswersInTime_TheOtherIsWaitedForNoLonger()
    {
        await using LiveServer server = await WithOneSilentAsync(9);
        Task<TestResult> result = server.EvaluateAsync(server.Evaluator(10));
        Assert.Equal((LiveEventKind.Ready, 1), await server.HeardAsync());
        Assert.False(result.IsCompleted);
        server.Running.Clock.Advance(_patience);

        Assert.Equal(3, (await result).Loss);
    }

    [Fact]
    public async Task Hurry_EveryoneTakesFifteenSeconds_AllAreCounted()
    {
        await using LiveServer server = await LiveServer.BeginAsync(Silent(1, 0), Silent(2, 1), Silent(6, 2));
        Task<TestResult> result = server.EvaluateAsync(server.Evaluator(10));
        server.Running.Clock.Advance(_patience);
        Assert.False(result.IsCompleted);
        server.Running.Clock.Advance(TimeSpan.FromSeconds(5));
        _speak.SetResult();

        Assert.Equal((1 + 2 + 6) / 3.0, (await result).Loss);
        Assert.Equal([0.5, 0.5, 0.5, double.NaN], (await result).Measured!.Value.ByClient);
    }

    [Fact]
    public async Task Hurry_FirstAnswerIsLate_TheOthersHaveTenSecondsMore()
    {
        await using LiveServer server = await LiveServer.BeginAsync(Silent(2, 0), Silent(9, 1, new TaskCompletionSource().Task));
        Task<TestResult> result = server.EvaluateAsync(server.Evaluator(10));
        server.Running.Clock.Advance(_patience);
        server.Running.Clock.Advance(TimeSpan.FromSeconds(5));
        _speak.SetResult();
        Assert.Equal((LiveEventKind.Ready, 0), await server.HeardAsync());
        server.Running.Clock.Advance(_patience - TimeSpan.FromSeconds(1));
        Assert.False(result.IsCompleted);
        server.Running.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(2, (await result).Loss);
    }

    [Fact]
    public async Task Hurry_EveryoneIsSilent_EndsWithoutKnowingWhenItsTimeIsOver()
    {
        await using LiveServer server = await LiveServer.BeginAsync(Silent(9, 0), Silent(9, 1));
        FederatedEvaluator evaluator = server.Evaluator(1);
        Task<TestResult> result = server.EvaluateAsync(evaluator);

        // One after the other is asked, the second one after ten seconds.
        server.Running.Clock.Advance(_patience);
        server.Running.Clock.Advance(_patience);
        server.Running.Clock.Advance(Evaluations.Timeout - (2 * _patience) - TimeSpan.FromSeconds(1));
        Assert.False(result.IsCompleted);
        server.Running.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(double.IsNaN((await result).Loss));

        // The second one's time is over ten seconds later; from then on there is nobody who might answer, and a further evaluation waits for nobody.
        Task<TestResult> next = server.EvaluateAsync(evaluator);
        Assert.False(next.IsCompleted);
        server.Running.Clock.Advance(_patience);
        Assert.True(double.IsNaN((await next).Loss));
        Assert.True(double.IsNaN((await server.EvaluateAsync(evaluator)).Loss));

        // Tasks are not given to them, and the goodbye is short.
        Assert.Equal([false, false], [server.Clients.IsReady(0), server.Clients.IsReady(1)]);
        await server.Running.StopWithoutAnswerAsync(clients: 2);
        _speak.SetResult();
    }

    [Fact]
    public async Task Hurry_TimeIsShorterThanPatience_EndsWithWhatIsThere()
    {
        await using LiveServer server = await WithOneSilentAsync(9);
        Task<TestResult> result = server.EvaluateAsync(server.Evaluator(10, TimeSpan.FromSeconds(3)));
        Assert.Equal((LiveEventKind.Ready, 1), await server.HeardAsync());
        Assert.False(result.IsCompleted);
        server.Running.Clock.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(3, (await result).Loss);
    }

    [Fact]
    public async Task Hurry_SilentOneAndOneThatTrains_AsksTheOtherWhenItIsFree()
    {
        FreeMember trains = Evaluations.Evaluating(3, 10, 0.25, 1);
        await using LiveServer server = await LiveServer.BeginAsync(Silent(9, 0), trains);
        FederatedEvaluator evaluator = server.Evaluator(10);
        server.Send(1);
        Task<TestResult> result = server.EvaluateAsync(evaluator);
        server.Running.Clock.Advance(_patience);
        Assert.False(result.IsCompleted);
        trains.Answer(FreeMember.Proper);

        // The silent one was asked first, and has its ten seconds from the first answer.
        Assert.Equal((LiveEventKind.Answered, 1), await server.HeardAsync());
        Assert.Equal((LiveEventKind.Ready, 1), await server.HeardAsync());
        server.Running.Clock.Advance(_patience);
        Assert.Equal(3, (await result).Loss);
    }

    [Fact]
    public async Task Hurry_TheOnlyOneStillEvaluatesTheVersionBefore_IsWaitedForAndAsked()
    {
        FreeMember leaves = Evaluations.Evaluating(3, 10, 0.25, 1);
        await using LiveServer server = await LiveServer.BeginAsync(Silent(5, 0), leaves);
        FederatedEvaluator evaluator = server.Evaluator(10);
        Task<TestResult> before = server.EvaluateAsync(evaluator);
        Assert.Equal((LiveEventKind.Ready, 1), await server.HeardAsync());
        server.Running.Clock.Advance(_patience);
        Assert.Equal(3, (await before).Loss);
        server.Send(1);
        leaves.Answer(() => throw new InvalidOperationException("The power fails."));
        Assert.Equal((LiveEventKind.Lost, 1), await server.HeardAsync());

        Task<TestResult> result = server.EvaluateAsync(evaluator);
        server.Running.Clock.Advance(_patience);
        Assert.False(result.IsCompleted);
        _speak.SetResult();

        Assert.Equal(5, (await result).Loss);
    }

    [Fact]
    public async Task HurryLast_OneTakesLonger_AllAreCounted()
    {
        await using LiveServer server = await WithOneSilentAsync(1);
        IEvaluation evaluation = await LastAsync(server);
        server.Running.Clock.Advance(_patience);
        Assert.False(evaluation.Result.IsCompleted);
        _speak.SetResult();

        Assert.Equal((1 + 3) / 2.0, (await evaluation.Result).Loss);
    }

    /// <summary>At the end of a run most clients are at work, so that who is free alone would judge the final model.</summary>
    [Fact]
    public async Task HurryLast_OneEndsATaskWithinTenSeconds_IsAskedToo()
    {
        FreeMember trains = Silent(1, 0, Task.CompletedTask);
        await using LiveServer server = await LiveServer.BeginAsync(trains, Evaluations.Evaluating(3, 1, 0.25, 1));
        server.Send(0);
        IEvaluation evaluation = await LastAsync(server);
        server.Running.Clock.Advance(_patience - TimeSpan.FromSeconds(1));
        Assert.False(evaluation.Result.IsCompleted);
        trains.Answer(FreeMember.Proper);

        Assert.Equal((1 + 3) / 2.0, (await evaluation.Result).Loss);
    }

    [Fact]
    public async Task HurryLast_OneEndsNoTaskWithinTenSeconds_IsNotWaitedFor()
    {
        await using LiveServer server = await LiveServer.BeginAsync(Silent(1, 0, Task.CompletedTask), Evaluations.Evaluating(3, 1, 0.25, 1));
        server.Send(0);
        IEvaluation evaluation = await LastAsync(server);
        Assert.False(evaluation.Result.IsCompleted);
        server.Running.Clock.Advance(_patience);

        Assert.Equal(3, (await evaluation.Result).Loss);
    }

    [Fact]
    public async Task HurryLast_NoMoreAreWanted_WhoTrainsIsNotWaitedFor()
    {
        await using LiveServer server = await LiveServer.BeginAsync(Silent(1, 0, Task.CompletedTask), Evaluations.Evaluating(3, 1, 0.25, 1));
        server.Send(0);

        Assert.Equal(3, (await (await LastAsync(server, most: 1)).Result).Loss);
    }

    [Fact]
    public async Task HurryLast_TheRunIsToEndNow_WhoTrainsIsNotWaitedFor()
    {
        await using LiveServer server = await LiveServer.BeginAsync(Silent(1, 0, Task.CompletedTask), Evaluations.Evaluating(3, 1, 0.25, 1));
        using CancellationTokenSource ending = new();
        server.Send(0);
        IEvaluation evaluation = await LastAsync(server, ending.Token);
        Assert.False(evaluation.Result.IsCompleted);
        await ending.CancelAsync();

        Assert.Equal(3, (await evaluation.Result).Loss);
    }

    [Fact]
    public async Task HurryLast_OneIsSilent_EndsWithWhatIsThereWhenItsTimeIsOver()
    {
        await using LiveServer server = await WithOneSilentAsync(1);
        IEvaluation evaluation = await LastAsync(server);
        server.Running.Clock.Advance(_patience);
        server.Running.Clock.Advance(Evaluations.Timeout - _patience - TimeSpan.FromSeconds(1));
        Assert.False(evaluation.Result.IsCompleted);
        server.Running.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(3, (await evaluation.Result).Loss);
    }

    [Fact]
    public async Task HurryLast_TheRunIsToEndNow_WaitsNoLongerThanAnyOther()
    {
        await using LiveServer server = await WithOneSilentAsync(1);
        using CancellationTokenSource ending = new();
        IEvaluation evaluation = await LastAsync(server, ending.Token);
        server.Running.Clock.Advance(_patience);
        Assert.False(evaluation.Result.IsCompleted);
        await ending.CancelAsync();

        Assert.Equal(3, (await evaluation.Result).Loss);
    }

    /// <summary>Two clients: number 0 answers once it is let, number 1 at once with a loss of 3; both have one sample.</summary>
    private Task<LiveServer> WithOneSilentAsync(double loss) => LiveServer.BeginAsync(Silent(loss, 0), Evaluations.Evaluating(3, 1, 0.25, 1));

    /// <summary>Begins a last evaluation; client 1 has answered.</summary>
    private static async Task<IEvaluation> LastAsync(LiveServer server, CancellationToken? ending = null, int most = 10)
    {
        IEvaluation evaluation = server.Evaluator(most, ending: ending).StartEvaluation(server.Versions.Current);
        evaluation.HurryLast();
        Assert.Equal((LiveEventKind.Ready, 1), await server.HeardAsync());
        return evaluation;
    }

    private FreeMember Silent(double loss, int number, Task? before = null) => Evaluations.Evaluating(loss, 1, 0.5, number, before ?? _speak.Task);
}
