using CsCheck;
using Straggler.Aggregation;
using Straggler.Availability;
using Straggler.Checkpoints;
using Straggler.Compression;
using Straggler.Configuration;
using Straggler.Delays;
using Straggler.Metrics;
using Straggler.Scheduling;
using Straggler.Simulation;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Checkpoints;

/// <summary>A run that was cut anywhere and gone on with is the run that was never cut, bit for bit.</summary>
public sealed class ResumeTests
{
    private static readonly string[] Strategies = ["fedasync", "fedbuff", "fedbuff+timeout", "fedbuff+noise", "dynstale", "fedasync+drop", "fedavg"];

    [Fact]
    public void Load_CutAnywhere_GivesTheStraightRun() => (
        from strategy in Gen.Int[0, Strategies.Length - 1]
        from redispatch in Gen.Enum<Redispatch>()
        from ties in Gen.Enum<TieRule>()
        from tied in Gen.Bool
        from delay in Delayed.WithoutTies
        from concurrency in Gen.Int[1, 8]
        from seed in Gen.ULong
        from cut in Gen.Int[1, 60]
        from rest in Gen.Int[0, 40] // None: the finished run, with nothing to add.
        from every in Gen.Int[1, 25]
        from resident in Gen.Int[0, 3]
        select Make(Strategies[strategy], redispatch, ties, tied ? Delayed.WholeSeconds : delay, concurrency, seed, every) with
        {
            Rounds = cut + rest,
            CutAt = cut,
            ResidentVersions = resident == 0 ? null : resident,
        })
        .Sample(AssertSame, iter: 300, threads: 1);

    [Theory]
    [InlineData("fedasync")]
    [InlineData("fedbuff")]
    [InlineData("fedbuff+timeout")]
    [InlineData("dynstale")]
    [InlineData("fedavg")]
    public void Load_EveryCutOfOneRun_GivesTheStraightRun(string strategy)
    {
        foreach (TieRule ties in Enum.GetValues<TieRule>())
        {
            for (int cut = 1; cut <= 40; cut++)
            {
                AssertSame(Make(strategy, Redispatch.Arrival, ties, Delayed.WholeSeconds, 5, 7, 10) with { Rounds = 50, CutAt = cut });
            }
        }
    }

    /// <summary>Every strategy that there is, with its defaults.</summary>
    [Theory]
    [MemberData(nameof(AllStrategies))]
    public void Load_EveryStrategyOfTheTable_GivesTheStraightRun(string strategy)
    {
        foreach (int cut in new[] { 1, 7, 24, 25, 39 })
        {
            AssertSame(Make(strategy, Redispatch.Arrival, TieRule.ArrivalsFirst, Delayed.WholeSeconds, 6, 11, 10) with
            {
                Rounds = 70,
                CutAt = cut,
                Strategy = BuiltIns.Strategies.Choose(strategy).Create().Invoke,
            });
        }
    }

    public static TheoryData<string> AllStrategies { get; } = [.. BuiltIns.Strategies.Entries.Select(entry => entry.Name)];

    /// <summary>Every scheduler, under strategies in rounds and without.</summary>
    [Theory]
    [MemberData(nameof(SchedulersAndStrategies))]
    public void Load_EveryScheduler_GivesTheStraightRun(string scheduler, string strategy)
    {
        foreach (bool tied in new[] { true, false })
        {
            for (int cut = 1; cut <= 40; cut++)
            {
                DelayOptions delay = tied ? Delayed.WholeSeconds : Scenario.DelayOf("lognormal");
                AssertSame(Make(strategy, Redispatch.Arrival, TieRule.ArrivalsFirst, delay, 5, 7, 10) with
                {
                    Rounds = 50,
                    CutAt = cut,
                    Scheduler = new() { Policy = Schedulers[scheduler] },
                });
            }
        }
    }

    /// <summary>Every selection, with all clients in one group and in tiers.</summary>
    [Theory]
    [MemberData(nameof(AllSelections))]
    public void Load_EverySelection_GivesTheStraightRun(string selection)
    {
        foreach (string scheduler in new[] { "constant", "tiers" })
        {
            for (int cut = 1; cut <= 40; cut++)
            {
                AssertSame(Make("fedasync", Redispatch.Arrival, TieRule.ArrivalsFirst, cut % 2 == 0 ? Delayed.WholeSeconds : Scenario.DelayOf("lognormal"), 5, 7, 10) with
                {
                    Rounds = 60,
                    CutAt = cut,
                    Scheduler = new() { Policy = BuiltIns.DispatchPolicies.Choose(scheduler), Selection = BuiltIns.Selections.Choose(selection) },
                });
            }
        }
    }

    public static TheoryData<string> AllSelections { get; } = [.. BuiltIns.Selections.Entries.Select(entry => entry.Name)];

    private static Dictionary<string, Choice<DispatchPolicyFactory>> Schedulers { get; } = BuiltIns.DispatchPolicies.Entries
        .Select(entry => BuiltIns.DispatchPolicies.Choose(entry.Name))
        .Concat([
            Variant("polling", new PollingOptions { ClientsPerPoll = 4, PeriodS = 0.75 }),
            Variant("tiers", new SpeedTiersOptions { Tiers = 2 }),
            Variant("rounds", new RoundsOptions { OverSelection = 0.5, DeadlineS = 1.25, MinUpdates = 2 }),
            Variant("semi_sync", new SemiSyncOptions { MinUpdates = 3, PeriodS = 1.5 }),
        ])
        .ToDictionary(choice => choice.Options is NoOptions ? choice.Name : choice.Name + " " + choice.Options);

    /// <summary>Every scheduler with a strategy that steps in rounds and one that steps at arrivals; two have no rounds.</summary>
    public static TheoryData<string, string> SchedulersAndStrategies { get; } =
        [.. from scheduler in Schedulers.Keys
            from strategy in new[] { "fedavg", "fedbuff", "fedat", "fedfix", "favas", "quafl" }
            where scheduler is not ("constant" or "everyone") || strategy == "fedbuff"
            select (scheduler, strategy)];

    private static Choice<DispatchPolicyFactory> Variant(string name, object options) =>
        BuiltIns.DispatchPolicies.Choose(name) with { Options = options };

    /// <summary>Tasks that hold each other up on the server's link.</summary>
    [Fact]
    public void Load_SharedLinkCutAnywhere_GivesTheStraightRun() => (
        from delay in SharedLinks.Any
        from strategy in Gen.Int[0, Strategies.Length - 1]
        from scheduler in Gen.Int[0, 4].Select(place => new[] { "auto", "constant", "tiers", "queued", "rounds" }[place])
        from timeout in Gen.Bool
        from concurrency in Gen.Int[1, 8]
        from seed in Gen.ULong
        from cut in Gen.Int[1, 40]
        from rest in Gen.Int[0, 30]
        from every in Gen.Int[1, 25]
        select Make(Strategies[strategy] == "fedavg" ? "fedbuff" : Strategies[strategy], Redispatch.Arrival, TieRule.ArrivalsFirst, delay, concurrency, seed, every) with
        {
            Rounds = cut + rest,
            CutAt = cut,
            Bytes = SharedLinks.Bytes,
            Failure = timeout && scheduler != "queued" ? new() { Timeout = 20, Dropout = 0.2 } : new(),
            Scheduler = scheduler == "queued" ? new() { Selection = BuiltIns.Selections.Choose("queued") }
                : scheduler == "rounds" ? new() { Policy = Variant("rounds", new RoundsOptions { OverSelection = 0.1, DeadlineS = 3 }) }
                : new() { Policy = BuiltIns.DispatchPolicies.Choose(scheduler) },
        })
        .Sample(AssertSame, iter: 200, threads: 1);

    /// <summary>Clients that come and go, tasks that are lost, work that is partial.</summary>
    [Fact]
    public void Load_UnreliableClientsCutAnywhere_GivesTheStraightRun() => (
        from strategy in Gen.Int[0, Strategies.Length - 1]
        from availability in Gen.Int[0, 3].Select(place => new[] { "always", "bernoulli", "markov", "diurnal" }[place])
        from rule in Gen.Enum<MidTaskRule>()
        from outages in Gen.Bool
        from partial in Gen.Bool
        from timeout in Gen.Bool
        from tied in Gen.Bool
        from concurrency in Gen.Int[1, 8]
        from seed in Gen.ULong
        from cut in Gen.Int[1, 40]
        from rest in Gen.Int[0, 30]
        select Make(Strategies[strategy], Redispatch.Arrival, TieRule.ArrivalsFirst, Scenario.DelayOf(tied ? "constant" : "exponential"), concurrency, seed, 7) with
        {
            Availability = new() { Model = Frequent(availability), MidTask = rule, Outages = outages ? new() { MeanBetween = 20, MeanLength = 5 } : null },
            Failure = new() { Dropout = 0.1, UploadLoss = 0.1, Timeout = timeout ? 6 : null, Notice = timeout ? LossNotice.Timeout : LossNotice.AtOnce },
            PartialWork = partial ? new() : null,
            Samples = client => 100 * (1 + (client % 3)),
            Rounds = cut + rest,
            CutAt = cut,
        })
        .Sample(AssertSame, iter: 150, threads: 1);

    /// <summary>Budgets other than arrivals, raised: the first run ends by the small one, the second goes on from its last checkpoint.</summary>
    [Theory]
    [InlineData(3.0, null, null)]
    [InlineData(null, 9L, null)]
    [InlineData(null, null, 0.5)]
    public void Load_RaisedBudget_GivesTheStraightRun(double? virtualTime, long? steps, double? target)
    {
        Scenario straight = Make("fedbuff+timeout", Redispatch.Arrival, TieRule.ArrivalsFirst, Delayed.WholeSeconds, 4, 3, 4) with { Rounds = 80 };
        Scenario small = straight with
        {
            Stop = new() { VirtualTime = virtualTime, ServerSteps = steps },
            Evaluation = straight.Evaluation with { TargetAcc = target },
        };
        MemoryKeeper keeper = new();
        Trace begun = (small with { Keeper = keeper }).Run();
        Assert.NotEqual(StopReason.Rounds, begun.Result.StopReason);

        AssertSame(straight.Run(), (straight with { From = keeper.Last }).Run(), begun.Result.Statistics.Arrivals);
    }

    /// <summary>The memory of compression errors is part of a checkpoint; random rounding belongs to tasks.</summary>
    [Fact]
    public void Load_CompressedUpdates_GivesTheStraightRun()
    {
        Func<ICompressor>[] compressors = [() => new TopK(new() { Fraction = 0.2 }), () => new Qsgd(new()), () => new TopK(new() { Fraction = 0.2, ErrorFeedback = false })];
        Assert.All(compressors, compressor =>
        {
            Scenario run = Make("fedbuff", Redispatch.Arrival, TieRule.ArrivalsFirst, Scenario.DelayOf("exponential"), 5, 11, 10) with
            {
                Rounds = 60,
                Compressor = compressor,
                Energy = new(),
            };
            Assert.NotEqual((run with { Compressor = null }).Run().Parameters, run.Run().Parameters);
            AssertSame(run with { CutAt = 33 });
        });
    }

    [Fact]
    public void Run_CompressedUpdates_CountsTheirBytes()
    {
        // 19 parameters: 76 bytes down; up 4 of them (a fifth), each with its index: 32 bytes.
        Trace run = (Make("fedasync", Redispatch.Arrival, TieRule.ArrivalsFirst, Scenario.DelayOf("exponential"), 5, 1, 10) with
        {
            Rounds = 50,
            Compressor = () => new TopK(new() { Fraction = 0.2 }),
        }).Run();
        Assert.Equal((55 * 76L, 50 * 32L), (run.Result.Statistics.BytesDown, run.Result.Statistics.BytesUp));
    }

    /// <summary>A million clients and no vectors: the timeline alone.</summary>
    [Fact]
    public void Load_TimingOnly_GivesTheStraightRun() => AssertSame(
        Make("fedasync", Redispatch.Arrival, TieRule.ArrivalsFirst, Scenario.DelayOf("exponential"), 50, 5, 10) with
        {
            Problem = null,
            Clients = 1000,
            Rounds = 500,
            CutAt = 333,
        });

    private static Scenario Make(
        string strategy, Redispatch redispatch, TieRule ties, DelayOptions delay, int concurrency, ulong seed, int every) => new()
        {
            Clients = 9,
            Concurrency = concurrency,
            Seed = seed,
            Scheduler = new() { Redispatch = redispatch, Ties = ties },
            Evaluation = new() { EveryEvents = every, Targets = [0.2, 0.5] },
            Delay = delay,
            Samples = client => 1 + (client % 3),
            Strategy = services => Create(strategy, services),
            Problem = new() { Optimum = client => 0.1f * client, OccurrenceMark = 0.01f, Poisoned = task => task is { Client: 2, Occurrence: 1 } },
        };

    /// <summary>An availability that changes about as fast as tasks do.</summary>
    private static Choice<AvailabilityFactory> Frequent(string name)
    {
        Choice<AvailabilityFactory> choice = BuiltIns.Availability.Choose(name);
        return name switch
        {
            "bernoulli" => choice with { Options = new BernoulliOptions { Slot = 0.7, Spread = 0.3 } },
            "markov" => choice with { Options = new MarkovOptions { MeanOn = 2, MeanOff = 1.5 } },
            "diurnal" => choice with { Options = new DiurnalOptions { Period = 20, Slot = 0.5 } },
            _ => choice,
        };
    }

    private static IServerStrategy Create(string name, StrategyServices services) => name switch
    {
        "fedbuff" => new FedBuff(new() { BufferSize = Math.Min(3, services.Concurrency) }, services),
        "fedbuff+timeout" => new FedBuff(new() { BufferSize = 4, TimeoutS = 1.5 }, services),
        "fedbuff+noise" => new FedBuff(
            new() { BufferSize = Math.Min(2, services.Concurrency) },
            services with
            {
                Aggregation = new()
                {
                    Optimizer = BuiltIns.ServerOptimizers.Choose("sgd") with { Options = new SgdOptimizerOptions { Momentum = 0.5 } },
                    ClipNorm = 1,
                    NoiseMultiplier = 0.1,
                },
            }),
        "dynstale" => new DynStale(new(), services),
        "fedavg" => new FedAvg(new(), services),
        "fedat" => new FedAt(new(), services),
        "fedfix" => new FedFix(new(), services),
        "favas" => new Favas(new(), services),
        "quafl" => new QuAfl(services),
        "fedasync+drop" => new FedAsync(new() { MaxStaleness = 2 }),
        _ => new FedAsync(new()),
    };

    private static void AssertSame(Scenario scenario)
    {
        // Those who are cut may keep some versions in a file; the straight one keeps all in memory.
        Trace straight = (scenario with { CutAt = null, ResidentVersions = null }).Run();
        MemoryKeeper keeper = new();
        Trace begun = (scenario with { Rounds = scenario.CutAt!.Value, Keeper = keeper }).Run();
        Trace resumed = (scenario with { From = keeper.Last, CutAt = null }).Run();
        AssertSame(straight, resumed, scenario.CutAt.Value);

        // Tasks called back at the cut's arrival are lost before it.
        Assert.Equal(straight.Losses, begun.Losses.Concat(resumed.Losses));
    }

    private static void AssertSame(Trace straight, Trace resumed, long cut)
    {
        Assert.Equal(straight.Updates.Skip((int)cut), resumed.Updates);
        Assert.Equal(straight.Losses.TakeLast(resumed.Losses.Count), resumed.Losses);
        Assert.Equal(straight.Parameters, resumed.Parameters);
        Assert.Equal(straight.Evaluations.TakeLast(resumed.Evaluations.Count).Select(Flat), resumed.Evaluations.Select(Flat));
        Assert.Equal(straight.Evaluations.Count(evaluation => evaluation.Arrival > cut), resumed.Evaluations.Count(evaluation => evaluation.Arrival > cut));
        SimulationResult one = straight.Result, other = resumed.Result;
        Assert.Equal((one.StopReason, one.VirtualTime, one.ServerSteps, one.InFlight), (other.StopReason, other.VirtualTime, other.ServerSteps, other.InFlight));
        Assert.Equal(one.Convergence.Targets, other.Convergence.Targets);
        Assert.Equal((one.Convergence.Best, one.Convergence.NormalizedArea), (other.Convergence.Best, other.Convergence.NormalizedArea));
        Assert.Equal(Flat(one.LastEvaluation), Flat(other.LastEvaluation));
        Assert.Equal(Bytes(one.Statistics), Bytes(other.Statistics));
    }

    private static string Flat(EvaluationRecord record) => string.Join(' ', [
        record.Arrival, record.VirtualTime, record.Version, record.Loss, record.Accuracy,
        .. record.ClassAccuracy, .. record.ClientAccuracy, .. record.Metrics.Select(metric => metric.Value),
    ]);

    private static byte[] Bytes(RunStatistics part)
    {
        MemoryStream stream = new();
        using StateWriter writer = new(stream);
        part.Save(writer);
        return stream.ToArray();
    }
}
