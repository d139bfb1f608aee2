using System.ComponentModel.DataAnnotations;
using Straggler.Availability;
using Straggler.Recording;
using Straggler.Tests.Partitioning;
using Straggler.Tests.Support;

namespace Straggler.Tests.Availability;

/// <summary>What becomes of tasks, known at dispatch.</summary>
public sealed class TaskFatesTests
{
    private const int Tasks = 40_000;

    // On in [0, 4), [6, 7), [10, 20).
    private static readonly Scripted Client = new(0, 4, 6, 7, 10, 20);

    [Fact]
    public void Foresee_NothingConfigured_ArrivesAtTheSumToTheLastBit()
    {
        TaskFates fates = new(new AlwaysOn(), MidTaskRule.Abort, null, null, new(1));
        for (int task = 0; task < 1000; task++)
        {
            double start = 0.1 * task, duration = 1 / (1.0 + task);
            Assert.Equal(new TaskFate(new(start + duration), null), Foresee(fates, task % 7, task, start, duration));
        }
    }

    [Theory]
    [InlineData(MidTaskRule.Pause, 3.5, null, LossNotice.AtOnce, 6.5, null)]
    [InlineData(MidTaskRule.Pause, 3.5, 5.0, LossNotice.AtOnce, 6, UpdateOutcome.LostTimeout)] // 1 + 5, half a second before its end.
    [InlineData(MidTaskRule.Pause, 3.5, 5.5, LossNotice.AtOnce, 6.5, null)] // Just in time.
    [InlineData(MidTaskRule.Abort, 3.5, null, LossNotice.AtOnce, 4, UpdateOutcome.LostOffline)]
    [InlineData(MidTaskRule.Abort, 3.5, 8.0, LossNotice.AtOnce, 4, UpdateOutcome.LostOffline)]
    [InlineData(MidTaskRule.Abort, 3.5, 8.0, LossNotice.Timeout, 9, UpdateOutcome.LostOffline)]
    [InlineData(MidTaskRule.Abort, 3.5, 2.0, LossNotice.Timeout, 3, UpdateOutcome.LostTimeout)]
    [InlineData(MidTaskRule.Finish, 3.5, null, LossNotice.AtOnce, 4.5, null)]
    [InlineData(MidTaskRule.Finish, 30.0, 8.0, LossNotice.AtOnce, 9, UpdateOutcome.LostTimeout)]
    public void Foresee_OfflineAndTimeout_ByHand(
        MidTaskRule rule, double duration, double? timeout, LossNotice notice, double ends, UpdateOutcome? loss)
    {
        TaskFates fates = new(Client, rule, new() { Timeout = timeout, Notice = notice }, null, new(1));
        Assert.Equal(new TaskFate(new(ends), loss), Foresee(fates, 0, 0, 1, duration));
    }

    /// <summary>A third is broken off, at points that are uniform over the task's work.</summary>
    [Fact]
    public void Foresee_Dropout_BreaksTasksOffAtUniformPoints()
    {
        TaskFates fates = new(new AlwaysOn(), MidTaskRule.Finish, new() { Dropout = 1 / 3.0 }, null, new(2));
        TaskFate[] drawn = [.. Enumerable.Range(0, Tasks).Select(task => Foresee(fates, task % 100, task / 100, 5, 2))];
        TaskFate[] lost = [.. drawn.Where(fate => fate.Loss == UpdateOutcome.LostDropout)];
        AssertShare(1 / 3.0, lost.Length);
        KolmogorovSmirnov.AssertFollows([.. lost.Select(fate => fate.Ends.Seconds)], at => (at - 5) / 2);
        Assert.All(drawn.Except(lost), fate => Assert.Equal(new TaskFate(new(7), null), fate));
    }

    /// <summary>A task that is broken off rests like any other: 3 s of work before the break of 2 s, so from 4 s on it is 2 s later.</summary>
    [Fact]
    public void Foresee_DropoutOnAClientThatPauses_CountsItsWorkNotItsRests()
    {
        TaskFates fates = new(Client, MidTaskRule.Pause, new() { Dropout = 0.999 }, null, new(3));
        double[] ends = [.. Enumerable.Range(0, 2000).Select(task => Foresee(fates, 0, task, 1, 4))
            .Where(fate => fate.Loss == UpdateOutcome.LostDropout).Select(fate => fate.Ends.Seconds)];
        Assert.DoesNotContain(ends, end => end is > 4 and < 6);
        KolmogorovSmirnov.AssertFollows([.. ends.Select(end => end > 4 ? end - 2 : end)], at => (at - 1) / 4);
    }

    /// <summary>Lost at the end with probability 0.2, of those that are not broken off with probability 0.5: 0.5, 0.1, 0.4.</summary>
    [Fact]
    public void Foresee_DropoutAndUploadLoss_AreIndependent()
    {
        TaskFates fates = new(new AlwaysOn(), MidTaskRule.Finish, new() { Dropout = 0.5, UploadLoss = 0.2 }, null, new(4));
        TaskFate[] drawn = [.. Enumerable.Range(0, Tasks).Select(task => Foresee(fates, task, 3, 0, 1))];
        ChiSquare.AssertFollows(
            [drawn.Count(Is(UpdateOutcome.LostDropout)), drawn.Count(Is(UpdateOutcome.LostUpload)), drawn.Count(Is(null))],
            [Tasks * 0.5, Tasks * 0.1, Tasks * 0.4]);
        Assert.All(drawn.Where(Is(UpdateOutcome.LostUpload)), fate => Assert.Equal(1, fate.Ends.Seconds));
        static Func<TaskFate, bool> Is(UpdateOutcome? loss) => fate => fate.Loss == loss;
    }

    /// <summary>Another failure, another probability or more work shift no other draw: comparisons stay paired.</summary>
    [Fact]
    public void Foresee_OneMoreFailure_LeavesTheOthersAlone()
    {
        TaskFates one = new(new AlwaysOn(), MidTaskRule.Finish, new() { UploadLoss = 0.3 }, null, new(5));
        TaskFates two = new(new AlwaysOn(), MidTaskRule.Finish, new() { UploadLoss = 0.3, Dropout = 0.3 }, new(), new(5));
        for (int task = 0; task < 500; task++)
        {
            TaskFate with = Foresee(two, 1, task, 0, 1);
            Assert.True(with.Loss == UpdateOutcome.LostDropout || with.Loss == Foresee(one, 1, task, 0, 1).Loss);
        }
    }

    [Fact]
    public void WorkShare_Partial_FollowsItsDistribution()
    {
        // Half of the tasks are whole; the others uniform in (0, 1) with all below 0.25 moved there.
        PartialWorkOptions options = new() { Probability = 0.5, MinFraction = 0.25 };
        TaskFates fates = new(new AlwaysOn(), MidTaskRule.Finish, null, options, new(6));
        double[] shares = [.. Enumerable.Range(0, Tasks).Select(task => fates.WorkShare(task % 10, task / 10))];
        AssertShare(0.5, shares.Count(share => share == 1));
        AssertShare(0.125, shares.Count(share => share == 0.25));
        KolmogorovSmirnov.AssertFollows([.. shares.Where(share => share is > 0.25 and < 1)], share => (share - 0.25) / 0.75);
        Assert.Equal(1, new TaskFates(new AlwaysOn(), MidTaskRule.Finish, null, null, new(6)).WorkShare(0, 0));
    }

    [Fact]
    public void Foresee_ClientThatStaysOff_IsRefusedUnlessThereIsATimeout()
    {
        Assert.Contains("would never end", Assert.Throws<InvalidOperationException>(() =>
            Foresee(new(Client, MidTaskRule.Pause, null, null, new(1)), 0, 0, 1, 100)).Message, StringComparison.Ordinal);
        Assert.Equal(new TaskFate(new(51), UpdateOutcome.LostTimeout),
            Foresee(new(Client, MidTaskRule.Pause, new() { Timeout = 50 }, null, new(1)), 0, 0, 1, 100));
    }

    [Fact]
    public void Validate_NoticeByATimeoutThatIsNotThere_IsRefused()
    {
        Assert.Single(Faults(new() { Notice = LossNotice.Timeout }));
        Assert.Empty(Faults(new() { Notice = LossNotice.Timeout, Timeout = 3 }));
        Assert.Empty(Faults(new()));
    }

    private static IEnumerable<ValidationResult> Faults(FailureOptions options) => options.Validate(new(options));

    private static TaskFate Foresee(TaskFates fates, int client, int occurrence, double start, double duration) =>
        fates.Foresee(client, occurrence, new(start), new(duration));

    private static void AssertShare(double expected, int count) =>
        Assert.Equal(expected, (double)count / Tasks, 4 * Math.Sqrt(expected * (1 - expected) / Tasks));
}
