using CsCheck;
using Straggler.Delays;
using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Simulation;

/// <summary>Conservation laws that hold exactly, whatever the delays and the seed.</summary>
public sealed class EngineLawsTests
{
    private static readonly Gen<(int Clients, int Concurrency, int BufferSize, ulong Seed)> Sizes =
        from concurrency in Gen.Int[1, 12]
        from spare in Gen.Int[0, 12]
        from bufferSize in Gen.Int[1, 12]
        from seed in Gen.ULong
        select (concurrency + spare, concurrency, bufferSize, seed);

    private static readonly Gen<TieRule> Ties = Gen.Enum<TieRule>();

    [Fact]
    public void Law1_EveryArrivalIsAStep_StalenessIsConserved() =>
        Gen.Select(Sizes, Gen.OneOf(Delayed.WithoutTies, Gen.Const(Delayed.WholeSeconds)), Ties, Gen.Int[1, 200])
            .Sample((size, delay, ties, rounds) =>
        {
            Trace run = (Plain(size, delay, ties, Redispatch.Arrival) with { Rounds = rounds }).Run();
            AssertWhole(run, size.Concurrency);

            // Σ staleness of arrivals + Σ in flight (T − version sent) = (C − 1)·T: each of T steps makes the C − 1 others one staler.
            Assert.Equal(size.Concurrency, run.Result.InFlight.Tasks);
            Assert.Equal((size.Concurrency - 1L) * rounds, run.StalenessSum + run.Result.InFlight.VersionLag);
        }, iter: 400);

    [Fact]
    public void Law2_BufferAnsweredAtEachArrival_StalenessIsConserved() =>
        Gen.Select(Sizes, Delayed.WithoutTies, Ties, Gen.Int[1, 40]).Sample((size, delay, ties, steps) =>
            AssertLaw2(size, delay, ties, steps), iter: 400);

    [Fact]
    public void Law2_DurationsFixedPerClient_NeedsTheRuleOfSequence() => Gen.Select(Sizes, Gen.Int[1, 40]).Sample((size, steps) =>
    {
        // Even continuous durations tie here: two chains of tasks that served the same clients in another order end at the same instant.
        // Arrivals first then leaves a client unanswered over a step, so only Sequence promises the law.
        AssertLaw2(size, Scenario.DelayOf("lognormal", per: DelayScope.Client), TieRule.Sequence, steps);
    }, iter: 400);

    [Fact]
    public void Law2_TiesInSequence_StalenessIsConserved() =>
        Gen.Select(Sizes, Gen.Int[1, 40]).Sample((size, steps) =>
            AssertLaw2(size, Delayed.WholeSeconds, TieRule.Sequence, steps), iter: 400);

    [Fact]
    public void Law3_BufferAnsweredAfterTheFlush_StalenessIsConserved() =>
        Gen.Select(Sizes, Gen.OneOf(Delayed.WithoutTies, Gen.Const(Delayed.WholeSeconds)), Ties, Gen.Int[1, 40])
            .Sample((size, delay, ties, steps) =>
        {
            int bufferSize = Math.Min(size.BufferSize, size.Concurrency);
            Trace run = Buffered(size with { BufferSize = bufferSize }, delay, ties, Redispatch.Flush, steps);
            Assert.Equal(steps, run.Result.ServerSteps);
            Assert.Equal((long)(size.Concurrency - bufferSize) * steps, run.StalenessSum + run.Result.InFlight.VersionLag);
            Assert.Equal(size.Concurrency, run.Result.InFlight.Tasks);
        }, iter: 400);

    [Fact]
    public void Law4_EqualConstantDelays_StalenessIsConcurrencyMinusOneAfterWarmUp() =>
        Gen.Select(Gen.Int[1, 12], Gen.Int[0, 5], Ties).Sample((concurrency, spare, ties) =>
        {
            Trace run = Plain((concurrency + spare, concurrency, 1, 1), Scenario.DelayOf("constant"), ties, Redispatch.Arrival).Run();

            // Version 0 goes to all C, so the j-th arrival (from 0) of the first C has staleness j; then C − 1 for ever.
            Assert.All(run.Updates, update => Assert.Equal(Math.Min(update.Arrival - 1, concurrency - 1), update.Staleness));
        }, iter: 60);

    [Fact]
    public void Concurrency1_AnyDelays_NothingIsStale() => Gen.Select(Delayed.WithoutTies, Gen.ULong).Sample((delay, seed) =>
    {
        Trace run = Plain((6, 1, 1, seed), delay, TieRule.ArrivalsFirst, Redispatch.Arrival).Run();
        Assert.All(run.Updates, update => Assert.Equal(0, update.Staleness));
    }, iter: 60);

    private static void AssertLaw2((int Clients, int Concurrency, int BufferSize, ulong Seed) size, DelayOptions delay, TieRule ties, int steps)
    {
        Trace run = Buffered(size, delay, ties, Redispatch.Arrival, steps);

        // At each of m steps the K arrivals of the buffer end, but all C − 1 other tasks are out or were answered before the step.
        Assert.Equal(steps, run.Result.ServerSteps);
        Assert.Equal((size.Concurrency - 1L) * steps, run.StalenessSum + run.Result.InFlight.VersionLag);
        Assert.Equal(size.Concurrency, run.Result.InFlight.Tasks);
    }

    private static Trace Buffered(
        (int Clients, int Concurrency, int BufferSize, ulong Seed) size, DelayOptions delay, TieRule ties, Redispatch redispatch, int steps)
    {
        Trace run = (Plain(size, delay, ties, redispatch) with
        {
            Rounds = (long)size.BufferSize * steps,
            Strategy = services => new FedBuff(new() { BufferSize = size.BufferSize }, services),
        }).Run();
        AssertWhole(run, size.Concurrency);
        return run;
    }

    private static Scenario Plain(
        (int Clients, int Concurrency, int BufferSize, ulong Seed) size, DelayOptions delay, TieRule ties, Redispatch redispatch) => new()
        {
            Clients = size.Clients,
            Concurrency = size.Concurrency,
            Seed = size.Seed,
            Delay = delay,
            Samples = client => 1 + (client * 7 % 4),
            Scheduler = new() { Ties = ties, Redispatch = redispatch },
        };

    /// <summary>What is true of any run's records: time never runs back, nothing is negative, nobody is out twice, C are never exceeded.</summary>
    private static void AssertWhole(Trace run, int concurrency)
    {
        Assert.Equal(run.Updates.Count, run.Result.Statistics.Arrivals);
        for (int i = 0; i < run.Updates.Count; i++)
        {
            UpdateRecord update = run.Updates[i];
            Assert.Equal(i + 1, update.Arrival);
            Assert.True(update.Staleness >= 0 && update.BaseVersion >= 0);
            Assert.True(update.DispatchVirtualTime <= update.VirtualTime);
            Assert.True(i == 0 || (update.VirtualTime >= run.Updates[i - 1].VirtualTime && update.Version >= run.Updates[i - 1].Version));
        }

        foreach (IGrouping<int, UpdateRecord> client in run.Updates.GroupBy(update => update.Client))
        {
            Assert.All(client.Zip(client.Skip(1)), pair => Assert.True(pair.Second.DispatchVirtualTime >= pair.First.VirtualTime));
        }

        foreach (double moment in run.Updates.Select(update => update.DispatchVirtualTime).Distinct())
        {
            Assert.True(run.Updates.Count(update => update.DispatchVirtualTime <= moment && moment < update.VirtualTime) <= concurrency);
        }

        Assert.Equal(run.Result.Statistics.Dispatches, run.Updates.Count + run.Result.InFlight.Tasks);
    }
}
