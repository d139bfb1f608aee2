using Straggler.Simulation;
using Straggler.Tests.Support;

namespace Straggler.Tests.Simulation;

public sealed class LoopClockTests
{
    /// <summary>A clock that moves on by a second whenever it is read: whatever is measured once takes a second.</summary>
    [Fact]
    public void Run_TickingClock_MeasuresEachPartOnceAndTheWholeAroundThem()
    {
        LoopClock clock = (Scenario() with { Problem = new() }).Run().Clock;
        Assert.Equal((30.0, 30.0), (clock.Aggregation.TotalSeconds, clock.TrainingWait.TotalSeconds));

        // At the start, before each of 3 evaluations, and at the end; what is measured at all is read twice, and the whole twice, too.
        Assert.InRange(clock.EvaluationWait.TotalSeconds, 4, 9);
        Assert.Equal((2 * (60 + clock.EvaluationWait.TotalSeconds)) + 1, clock.Loop.TotalSeconds);
    }

    [Fact]
    public void Run_TimingOnly_MeasuresTheWholeAlone()
    {
        LoopClock clock = Scenario().Run().Clock;
        Assert.Equal((1.0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero), (clock.Loop.TotalSeconds, clock.Aggregation, clock.TrainingWait, clock.EvaluationWait));
    }

    private static Scenario Scenario() => new() { Rounds = 30, Clock = new TickingClock(), Evaluation = new() { EveryEvents = 10 } };

    private sealed class TickingClock : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Increment(ref _seconds);
    }
}
