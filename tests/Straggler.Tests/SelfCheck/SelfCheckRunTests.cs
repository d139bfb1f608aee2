using Straggler.Availability;
using Straggler.Delays;
using Straggler.Scheduling;
using Straggler.SelfCheck;

namespace Straggler.Tests.SelfCheck;

/// <summary>The self-check lets the engine pass and catches wrong ones.</summary>
public sealed class SelfCheckRunTests
{
    /// <summary>What is made wrong, how, and a law that must notice.</summary>
    private static readonly Dictionary<string, (Sabotage Sabotage, int[] Laws)> Sabotages = new()
    {
        ["staleness off by one"] = (new() { Record = record => record with { Version = record.Version + 1 } }, [1, 2, 3, 4, 5, 7]),
        ["one client fewer in flight"] = (Run(run => run with { Concurrency = Math.Max(1, run.Concurrency - 1) }), [1, 2, 4, 8, 9]),
        ["delays 2 % too long"] = (Run(run => run with { Delay = Scaled(run.Delay, 1.02) }), [6, 7, 8, 9]),
        ["a law of the right mean but the wrong shape"] = (Run(run => run with { Delay = Renamed(run.Delay, "exponential", "uniform") }), [4, 9]),
        ["delays drawn once per client"] = (Run(run => run with { Delay = run.Delay with { Per = DelayScope.Client } }), [8]),
        ["clients' work mixed up"] = (Run(run => run with { Work = [.. run.Work.Reverse()] }), [5, 6, 7]),
        ["arrivals first for sequence"] = (Run(run => run with { Scheduler = run.Scheduler with { Ties = TieRule.ArrivalsFirst } }), [2]),
        ["dispatched at arrivals, not after the flush"] =
            (Run(run => run with { Scheduler = run.Scheduler with { Redispatch = Redispatch.Arrival } }), [3]),
        ["a server step too few now and then"] = (Run(run => run with { Strategy = services => new Forgetful(run.Strategy(services)) }), [1, 2, 3]),
        ["drawn from the idle clients, not from all"] = (Run(run => run with { Scheduler = new() }), [7]),
        ["clients that never go off"] = (Run(run => run with { Availability = new() }), [10]),
        ["tasks that pause instead of being given up, and the other way round"] = (Run(run => run with
        {
            Availability = run.Availability with { MidTask = run.Availability.MidTask == MidTaskRule.Pause ? MidTaskRule.Abort : MidTaskRule.Pause },
        }), [10]),
        ["nothing is lost"] = (Run(run => run with { Failure = new() }), [10]),
        ["nobody holds anybody up"] = (Run(run => run with { Delay = run.Delay with { ServerLink = null } }), [12]),
        ["one after another for equal shares, and the other way round"] = (Run(run => run with
        {
            Delay = run.Delay with
            {
                ServerLink = run.Delay.ServerLink! with
                {
                    Discipline = run.Delay.ServerLink.Discipline == LinkDiscipline.Fifo ? LinkDiscipline.ProcessorSharing : LinkDiscipline.Fifo,
                },
            },
        }), [12]),
        ["one seed for all runs"] = (Run(run => run with { Seed = 5 }), [11]),
        ["a strategy that saves nothing"] = (Run(run => run with { Strategy = services => new Amnesiac(run.Strategy(services)) }), [11]),
        ["an outcome that depends on what ran before"] = (Run(run => run with { Strategy = _ => new Drifting() }), [11]),
    };

    public static TheoryData<string, int> Cases { get; } =
        [.. Sabotages.SelectMany(wrong => wrong.Value.Laws.Select(law => (TheoryDataRow<string, int>)(wrong.Key, law)))];

    [Theory]
    [InlineData(0UL)]
    [InlineData(42UL)]
    [InlineData(ulong.MaxValue)]
    public async Task RunAsync_TheEngine_Passes(ulong seed)
    {
        SelfCheckReport report = await SelfCheckRun.RunAsync(seed, TestContext.Current.CancellationToken);

        Assert.DoesNotContain(report.Laws.SelectMany(law => law.Findings), finding => finding.Verdict == Verdict.Fails);
        Assert.True(report.Passed);
        Assert.Equal(Enumerable.Range(1, 12), report.Laws.Select(law => law.Number));
        Assert.All(report.Laws, law => Assert.NotEmpty(law.Source));
    }

    [Fact]
    public async Task RunAsync_SameSeed_FindsTheSame()
    {
        SelfCheckReport first = await SelfCheckRun.RunAsync(7, TestContext.Current.CancellationToken);
        SelfCheckReport second = await SelfCheckRun.RunAsync(7, TestContext.Current.CancellationToken);

        Assert.Equal(first.Laws.SelectMany(law => law.Findings), second.Laws.SelectMany(law => law.Findings));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task RunAsync_WrongEngine_FailsTheLaw(string wrong, int law)
    {
        SelfCheckReport report = await SelfCheckRun.RunAsync(
            11, [.. SelfCheckRun.Laws.Where(line => line.Number == law)], Sabotages[wrong].Sabotage, TestContext.Current.CancellationToken);

        Assert.False(report.Passed);
        Assert.Equal([law], report.Laws.Select(line => line.Number));
    }

    [Fact]
    public async Task RunAsync_EngineStops_IsAFailureOfItsLaw()
    {
        Sabotage stopping = Run(run => run with { Strategy = _ => throw new InvalidOperationException("stuck") });
        SelfCheckReport report = await SelfCheckRun.RunAsync(1, [SelfCheckRun.Laws[0]], stopping, TestContext.Current.CancellationToken);

        Assert.Equal((Verdict.Fails, "stuck"), (report.Laws[0].Findings[0].Verdict, report.Laws[0].Findings[0].Measured));
    }

    [Fact]
    public async Task RunAsync_Cancelled_GivesUp() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SelfCheckRun.RunAsync(1, new CancellationToken(canceled: true)));

    private static Sabotage Run(Func<Timeline, Timeline> change) => new() { Timeline = change };

    private static DelayOptions Scaled(DelayOptions delay, double factor) =>
        delay with { Dist = delay.Dist with { Factory = options => new Slower(delay.Dist.Factory(options), factor) } };

    private static DelayOptions Renamed(DelayOptions delay, string from, string to) =>
        delay.Dist.Name == from ? delay with { Dist = BuiltIns.Distributions.Choose(to) } : delay;
}
