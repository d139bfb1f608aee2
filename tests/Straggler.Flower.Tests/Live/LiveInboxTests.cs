using Straggler.Flower.Live;
using Straggler.Flower.Tests.Support;
using Straggler.Simulation;

namespace Straggler.Flower.Tests.Live;

public class LiveInboxTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NextAsync_HeardBeforeAndAfterTheMoment_TellsTheFirstAndThenNothing()
    {
        (LiveInbox inbox, ManualClock clock) = Begun(5);
        clock.Advance(TimeSpan.FromSeconds(1));
        inbox.Add(new(LiveEventKind.Ready, 3, default), () => { });
        clock.Advance(TimeSpan.FromSeconds(2));
        inbox.Add(new(LiveEventKind.Lost, 4, default), () => { });

        Assert.Equal(new LiveEvent(LiveEventKind.Ready, 3, new(6)), await inbox.NextAsync(new(7), Cancellation));
        Assert.Null(await inbox.NextAsync(new(7), Cancellation));
        Assert.Equal(new LiveEvent(LiveEventKind.Lost, 4, new(8)), await inbox.NextAsync(VirtualTime.Never, Cancellation));
    }

    [Fact]
    public async Task NextAsync_NothingHeard_WaitsForTheMoment()
    {
        (LiveInbox inbox, ManualClock clock) = Begun(0);
        Task<LiveEvent?> next = inbox.NextAsync(new(2.5), Cancellation).AsTask();
        await clock.WhenTimerAsync(TimeSpan.FromSeconds(2.5));
        Assert.False(next.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(2.5));
        Assert.Null(await next);
    }

    [Fact]
    public async Task NextAsync_HeardAtOneInstant_StampsRiseInTheOrderOfHearing()
    {
        (LiveInbox inbox, _) = Begun(0);
        Array.ForEach([5, 1, 3], client => inbox.Add(new(LiveEventKind.Ready, client, default), () => { }));

        List<LiveEvent> told = [];
        for (int i = 0; i < 3; i++)
        {
            told.Add((await inbox.NextAsync(VirtualTime.Never, Cancellation))!.Value);
        }

        Assert.Equal([5, 1, 3], told.Select(heard => heard.Client));
        Assert.True(told[0].At < told[1].At && told[1].At < told[2].At);
        Assert.Equal(0, told[2].At.Seconds, 1e-9);
    }

    [Fact]
    public void Add_BeforeTheClockStarts_IsHowThingsStand()
    {
        LiveInbox inbox = new(new ManualClock());
        bool told = false;
        inbox.Add(new(LiveEventKind.Ready, 0, default), () => told = true);
        Assert.True(told);
    }

    [Fact]
    public async Task NextAsync_Cancelled_Throws()
    {
        (LiveInbox inbox, _) = Begun(0);
        using CancellationTokenSource cancellation = new();
        Task<LiveEvent?> next = inbox.NextAsync(VirtualTime.Never, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    private static (LiveInbox Inbox, ManualClock Clock) Begun(double now)
    {
        ManualClock clock = new();
        LiveInbox inbox = new(clock);
        inbox.Begin(new(now));
        return (inbox, clock);
    }
}
