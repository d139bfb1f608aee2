using Straggler.Configuration;
using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Simulation;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

public sealed class FedBuffTests
{
    [Fact]
    [Conformance("fedbuff", Evidence.NumericOracle)]
    public void OnArrival_TwoClients_StepsByTheDiscountedMeanByHand()
    {
        Server server = new(services => new FedBuff(new() { BufferSize = 2 }, services), [10, 0]);

        // Fresh A and B: x = (10, 0) + ((2, 4) + (−4, 0))/2 = (9, 2).
        Assert.Equal(1, server.ArriveDelta(0, [2, 4]));
        Assert.Equal((0, 10f), (server.Version, server.Model[0]));
        Assert.Equal(1, server.ArriveDelta(0, [-4, 0]));
        Assert.Equal(1, server.Version);
        Assert.Equal([9, 2], server.Model);

        // A from version 0, τ = 1: s = 1/√2. B from version 1: s = 1. x = (9, 2) + (0.7071068·(4, 0) + (0, 6))/2 = (10.4142136, 5).
        Assert.Equal(Math.Sqrt(0.5), server.ArriveDelta(0, [4, 0]), 1e-12);
        server.ArriveDelta(1, [0, 6]);
        Assert.Equal(10.4142136f, server.Model[0], 1e-5f);
        Assert.Equal(5, server.Model[1], 1e-5f);
    }

    [Fact]
    [Conformance("fedbuff", Evidence.KnownMistake)]
    public void OnArrival_DeltaOfAnOldVersion_IsTakenAgainstThatVersionNotTheCurrentOne()
    {
        // K = 1, s ≡ 1, η = 1. From 0: client returns 5, x = 5. Another one, sent 0 too, returns 2: Δ = 2 − 0, so x = 7, not 2.
        Server server = new(services => new FedBuff(new() { BufferSize = 1, StalenessScaling = false }, services), [0]);
        server.Arrive(0, [5]);
        server.Arrive(0, [2]);
        Assert.Equal([7], server.Model);
    }

    [Fact]
    [Conformance("fedbuff", Evidence.LimitCase)]
    public void OnArrival_BufferOfOneWithoutScaling_AddsEachDelta()
    {
        Server server = new(services => new FedBuff(new() { BufferSize = 1, StalenessScaling = false }, services), [0, 100]);
        float[] sum = [0, 100];
        for (int arrival = 0; arrival < 20; arrival++)
        {
            float[] delta = [arrival, -2 * arrival];
            Assert.Equal(1, server.ArriveDelta(server.Version / 2, delta));
            sum = [sum[0] + delta[0], sum[1] + delta[1]];
            Assert.Equal(sum, server.Model); // small integers: exact in single precision
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    [Conformance("fedbuff", Evidence.LimitCase)]
    public void OnArrival_IdenticalFreshDeltas_StepExactlyByTheServerRate(int bufferSize)
    {
        Server server = new(services => new FedBuff(new() { BufferSize = bufferSize, ServerLearningRate = 0.5 }, services), [8]);
        for (int arrival = 0; arrival < bufferSize; arrival++)
        {
            server.ArriveDelta(0, [4]);
        }

        // 8 + 0.5·4. K·4/K: with K = 3 the division rounds, within one unit in the last place.
        Assert.Equal(10, server.Model[0], 1e-6f);
        Assert.Equal(1, server.Version);
    }

    [Fact]
    public void OnDeadline_PartlyFullBuffer_StepsByTheMeanOfWhatItHolds()
    {
        Server server = new(services => new FedBuff(new() { BufferSize = 10, TimeoutS = 3 }, services), [0]);
        Assert.Equal(VirtualTime.Never, server.Strategy.Deadline);
        server.ArriveDelta(0, [2], at: 5);
        server.ArriveDelta(0, [4], at: 6);
        Assert.Equal(8, server.Strategy.Deadline.Seconds); // counted from the first of the buffer
        server.Deadline();
        Assert.Equal((1, 3f), (server.Version, server.Model[0]));
        Assert.Equal(VirtualTime.Never, server.Strategy.Deadline);

        // The next buffer starts afresh.
        server.ArriveDelta(1, [7], at: 20);
        Assert.Equal(23, server.Strategy.Deadline.Seconds);
        server.Deadline();
        Assert.Equal([10], server.Model);
    }

    [Fact]
    public void Run_Timeout_FlushesInVirtualTimeAndArrivalsOfThatInstantComeFirst()
    {
        // Client with 2 samples arrives at 2, 4, 6, ...; the other one after 100. A buffer opened at 2 with a timeout of 3 closes at 5
        // with the updates of 2 and 4; the next opens at 6 and closes at 9 with 6 and 8; ...
        Assert.Equal([0, 0, 1, 1, 2, 2, 3, 3], VersionsSeen(timeout: 3));

        // With a timeout of 2 the deadline falls on the arrivals at 4, 8, ...: they go first, and into the buffer.
        Assert.Equal([0, 0, 1, 1, 2, 2, 3, 3], VersionsSeen(timeout: 2));

        // With 1.5 every buffer holds one update.
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], VersionsSeen(timeout: 1.5));
    }

    [Fact]
    public void Run_TimeoutBeforeTheBudget_IsStillHonoured()
    {
        // Arrivals at 2, 4; budget 4.75. The buffer of 2 closes at 4.5, between the last arrival and the end.
        Trace run = (TwoSpeeds(2.5) with { Rounds = 100, Stop = new() { VirtualTime = 4.75 } }).Run();
        Assert.Equal((2, 1, 4.75), (run.Updates.Count, run.Result.ServerSteps, run.Result.VirtualTime.Seconds));
        Assert.Equal(1, run.Result.LastEvaluation.Version);
    }

    [Fact]
    public void Run_StepByTimeoutAfterAnEvaluation_DoesNotMeasureTheSameArrivalsTwice()
    {
        // Evaluated after 2, 4, 6 and 8 arrivals; the steps at 5, 9, 13 come between arrivals. The last buffer is never flushed.
        Trace run = (TwoSpeeds(timeout: 3) with { Evaluation = new() { EveryEvents = 2 } }).Run();
        Assert.Equal([0, 2, 4, 6, 8], run.Evaluations.Select(evaluation => evaluation.Arrival));
        Assert.Equal([0, 0, 1, 2, 3], run.Evaluations.Select(evaluation => evaluation.Version));
    }

    [Fact]
    public void Run_FlushWithABufferLargerThanTheFleetAndATimeout_GoesOn()
    {
        // Both clients wait in the buffer; the timeout lets them out: one step each 1 + 2 virtual seconds.
        Trace run = new Scenario
        {
            Clients = 2,
            Concurrency = 2,
            Rounds = 10,
            Delay = Scenario.DelayOf("constant"),
            Scheduler = new() { Redispatch = Redispatch.Flush },
            Strategy = services => new FedBuff(new() { BufferSize = 5, TimeoutS = 2 }, services),
        }.Run();
        Assert.Equal([1.0, 1, 4, 4, 7, 7, 10, 10, 13, 13], run.Updates.Select(update => update.VirtualTime));
        Assert.All(run.Updates, update => Assert.Equal(0, update.Staleness));
    }

    [Fact]
    public void Constructor_FlushAndABufferThatNeverFills_SaysWhatIsAllowed()
    {
        InvalidOptionException problem = Assert.Throws<InvalidOptionException>(
            () => new FedBuff(new() { BufferSize = 3 }, new(1, 1, 10, 2, Redispatch.Flush)));
        Assert.Equal("strategy.buffer_size", problem.Path);
        _ = new FedBuff(new() { BufferSize = 2 }, new(1, 1, 10, 2, Redispatch.Flush));
        _ = new FedBuff(new() { BufferSize = 3 }, new(1, 1, 10, 2, Redispatch.Arrival));
    }

    [Theory]
    [InlineData(Redispatch.Arrival)]
    [InlineData(Redispatch.Flush)]
    [Conformance("fedbuff", Evidence.Equivalence)]
    [Conformance("fedavg", Evidence.Equivalence)]
    [Conformance("fedbuff", Evidence.EngineRun)]
    public void Run_EqualDelaysAndBufferOfAllInFlight_IsFedAvg(Redispatch redispatch)
    {
        Trace buffered = Equal(services => new FedBuff(new() { BufferSize = 4 }, services), redispatch).Run();
        Trace rounds = Equal(services => new FedAvg(new() { Weighting = ClientWeighting.Uniform }, services), redispatch).Run();
        Assert.Equal(rounds.Updates.Select(Outcome), buffered.Updates.Select(Outcome));
        Assert.Equal(rounds.Parameters, buffered.Parameters);
        Assert.Equal(25, buffered.Result.ServerSteps);
    }

    private static (double, int, long, long) Outcome(UpdateRecord update) =>
        (update.VirtualTime, update.Client, update.BaseVersion, update.Version);

    private static Scenario Equal(Func<StrategyServices, IServerStrategy> strategy, Redispatch redispatch) => new()
    {
        Clients = 9,
        Concurrency = 4,
        Rounds = 100,
        Delay = Scenario.DelayOf("constant"),
        Scheduler = new() { Redispatch = redispatch },
        Problem = new() { OccurrenceMark = 0.01f },
        Strategy = strategy,
    };

    private static IEnumerable<long> VersionsSeen(double timeout) =>
        TwoSpeeds(timeout).Run().Updates.Select(update => update.Version);

    private static Scenario TwoSpeeds(double timeout) => new()
    {
        Clients = 2,
        Concurrency = 2,
        Rounds = 8,
        Delay = Delayed.WholeSeconds,
        Samples = client => client == 0 ? 2 : 100,
        Strategy = services => new FedBuff(new() { BufferSize = 10, TimeoutS = timeout }, services),
    };
}
