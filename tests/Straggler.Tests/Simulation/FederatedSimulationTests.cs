using System.Runtime.InteropServices;
using CsCheck;
using Straggler.Delays;
using Straggler.Federation;
using Straggler.Metrics;
using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Simulation;
using Straggler.Strategies;
using Straggler.Tests.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Simulation;

/// <summary>What the run loop owes whatever the strategy.</summary>
public sealed class FederatedSimulationTests
{
    public static TheoryData<string> StrategyNames { get; } = [.. BuiltIns.Strategies.Entries.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(StrategyNames))]
    public void Run_AnyNumberOfWorkersInAnyTiming_GivesTheSameBits(string strategy)
    {
        Trace one = Learning(strategy, workers: 1, spin: _ => 0).Run();
        Trace two = Learning(strategy, workers: 2, spin: task => task.Client % 3 * 20_000).Run();
        Trace five = Learning(strategy, workers: 5, spin: task => (7 - task.Client) % 4 * 15_000).Run();

        Assert.Equal(200, one.Updates.Count);
        foreach (Trace other in new[] { two, five })
        {
            Assert.Equal(one.Updates, other.Updates);
            Assert.Equal(Bits(one), Bits(other));
            Assert.Equal(
                one.Evaluations.Select(evaluation => (evaluation.Arrival, evaluation.Version, evaluation.Loss, evaluation.Accuracy)),
                other.Evaluations.Select(evaluation => (evaluation.Arrival, evaluation.Version, evaluation.Loss, evaluation.Accuracy)));
        }
    }

    [Fact]
    public void Run_OtherSeed_GivesAnotherTrace() =>
        Assert.NotEqual(Learning("fedasync", 1).Run().Updates, (Learning("fedasync", 1) with { Seed = 2 }).Run().Updates);

    [Fact]
    public void Run_AnObserverMore_ChangesNothing()
    {
        Trace plain = Learning("dynstale", 2).Run(), extra = new();
        Trace watched = (Learning("dynstale", 2) with { Observer = extra }).Run();
        Assert.Equal(plain.Updates, watched.Updates);
        Assert.Equal(Bits(plain), Bits(watched));
        Assert.Equal(watched.Updates, extra.Updates);
    }

    [Fact]
    public void Run_FedAsync_TrainsFromTheVersionThatWasSent()
    {
        // Replays the records on paper: every version is kept, and each update must have been trained from its own base version.
        QuadraticProblem problem = new() { OccurrenceMark = 0.125f, Initial = 3 };
        Trace run = (Learning("fedasync", 3) with { Problem = problem }).Run();
        List<double> versions = [3];
        Dictionary<int, int> sent = [];
        foreach (UpdateRecord update in run.Updates)
        {
            int occurrence = sent.GetValueOrDefault(update.Client);
            sent[update.Client] = occurrence + 1;
            double local = versions[(int)update.BaseVersion] * 0.5 + 0.5 * update.Client + 0.125 * occurrence;
            Assert.Equal(versions.Count - 1, update.Version);
            Assert.Equal(0.6 / Math.Sqrt(1 + update.Staleness), update.Weight, 1e-12);
            versions.Add(((1 - update.Weight) * versions[^1]) + (update.Weight * local));
        }

        // 200 steps, each with a rounding of about 10·2⁻²⁴ that later steps shrink.
        Assert.All(run.Parameters, parameter => Assert.Equal(versions[^1], parameter, 1e-4));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [Conformance("fedasync", Evidence.EngineRun)]
    public void Run_FedAsyncIdenticalQuadraticClientsConstantDelay_FollowsTheDelayedRecursion(int concurrency)
    {
        // All clients have their optimum at 0: w = (1 − h) x_{t−τ}. With constant delays τ = min(t, C − 1), so
        // x_{t+1} = (1 − α) x_t + α (1 − h) x_{t−τ} with α = 0.5, h = 0.75, x_0 = 1.
        List<double> x = [1];
        for (int t = 0; t < 40; t++)
        {
            x.Add((0.5 * x[t]) + (0.5 * 0.25 * x[t - Math.Min(t, concurrency - 1)]));
        }

        QuadraticProblem problem = new() { Pull = 0.75f, Optimum = _ => 0, Initial = 1 };
        Trace run = new Scenario
        {
            Clients = 8,
            Concurrency = concurrency,
            Rounds = 40,
            Delay = Scenario.DelayOf("constant"),
            Problem = problem,
            Evaluation = new() { EveryEvents = 1 },
            Strategy = _ => new FedAsync(new() { MixingRate = 0.5, Staleness = BuiltIns.StalenessWeights.Choose("constant") }),
        }.Run();

        // The evaluator's mean loss is (x − 1)².
        Assert.Equal(41, run.Evaluations.Count);
        Assert.All(run.Evaluations.Zip(x), pair => Assert.Equal((pair.Second - 1) * (pair.Second - 1), pair.First.Loss, 1e-6));
        Assert.All(run.Parameters, parameter => Assert.Equal(x[40], parameter, 1e-6));
    }

    [Fact]
    public void Run_EvaluationEveryFifty_MeasuresStartMultiplesAndEndOnce()
    {
        Scenario scenario = Learning("fedasync", 1) with { Evaluation = new() { EveryEvents = 50 } };
        Assert.Equal([0, 50, 100, 120], (scenario with { Rounds = 120 }).Run().Evaluations.Select(evaluation => evaluation.Arrival));
        Assert.Equal([0, 50, 100], (scenario with { Rounds = 100 }).Run().Evaluations.Select(evaluation => evaluation.Arrival));
    }

    [Fact]
    public void Run_Evaluation_MeasuresTheModelRightAfterTheArrival()
    {
        Trace run = (Learning("fedasync", 2) with { Evaluation = new() { EveryEvents = 7 } }).Run();
        foreach (EvaluationRecord evaluation in run.Evaluations.Skip(1))
        {
            UpdateRecord update = run.Updates[(int)evaluation.Arrival - 1];
            Assert.Equal(update.Version + 1, evaluation.Version);
            Assert.Equal(update.VirtualTime, evaluation.VirtualTime);
        }
    }

    [Fact]
    public void Run_TooStaleUpdate_IsNotAwaited()
    {
        // A timing-only run tells which tasks will be refused; in the real run exactly their trainings block until they are given up.
        Scenario scenario = Learning("fedasync", 2) with
        {
            Strategy = _ => new FedAsync(new() { MaxStaleness = 2 }),
            Rounds = 300,
        };
        HashSet<(int, int)> refused = [];
        Dictionary<int, int> sent = [];
        Trace dry = (scenario with { Problem = null }).Run();
        foreach (UpdateRecord update in dry.Updates)
        {
            int occurrence = sent.GetValueOrDefault(update.Client);
            sent[update.Client] = occurrence + 1;
            if (update.Outcome == UpdateOutcome.RefusedStale)
            {
                Assert.True(update.Staleness > 2);
                refused.Add((update.Client, occurrence));
            }
        }

        int blocked = 0;
        Trace run = (scenario with
        {
            Workers = 20,
            Problem = new()
            {
                During = (task, unwanted) =>
                {
                    if (refused.Contains((task.Client, task.Occurrence)))
                    {
                        Interlocked.Increment(ref blocked);
                        unwanted.WaitHandle.WaitOne();
                    }
                },
            },
        }).Run();

        Assert.InRange(refused.Count, 10, 290);
        Assert.True(blocked > 0);
        Assert.Equal(dry.Updates.Select(Timing), run.Updates.Select(Timing));
        Assert.Equal(refused.Count, run.Result.Statistics.Refused);
        Assert.All(run.Updates.Where(update => update.Outcome == UpdateOutcome.RefusedStale), update =>
            Assert.True(update.Weight == 0 && double.IsNaN(update.TrainLoss)));
    }

    [Theory]
    [InlineData("fedasync", Redispatch.Arrival)]
    [InlineData("dynstale", Redispatch.Arrival)]
    [InlineData("fedbuff", Redispatch.Arrival)]
    [InlineData("fedbuff", Redispatch.Flush)]
    [InlineData("fedavg", Redispatch.Arrival)]
    public void Run_SomeUpdatesAreNaN_RefusesRecordsAndGoesOn(string strategy, Redispatch redispatch)
    {
        Trace run = (Learning(strategy, 2) with
        {
            Problem = new() { Poisoned = task => (task.Client + task.Occurrence) % 3 == 0 },
            Scheduler = new() { Redispatch = redispatch },
            Rounds = 300,
        }).Run();

        Assert.Equal(StopReason.Rounds, run.Result.StopReason);
        Assert.Equal(300, run.Updates.Count);
        int refused = run.Updates.Count(update => update.Outcome == UpdateOutcome.RefusedNonFinite);
        Assert.InRange(refused, 50, 200);
        Assert.Equal(refused, run.Result.Statistics.Refused);
        Assert.All(run.Updates, update => Assert.True(update.Outcome == UpdateOutcome.Applied ? update.Weight >= 0 : update.Weight == 0));
        Assert.All(run.Updates, update => Assert.Equal(1, update.TrainLoss));
        Assert.All(run.Parameters, parameter => Assert.True(float.IsFinite(parameter)));
        Assert.True(run.Result.ServerSteps > 20);
    }

    [Fact]
    public void Run_FedAvgWholeRoundIsNaN_MakesNoStepAndStartsTheNextRound()
    {
        // Occurrence 0 of every client is bad, and 4 of 4 clients take part: the first round is lost, the second one counts.
        Trace run = new Scenario
        {
            Clients = 4,
            Concurrency = 4,
            Rounds = 8,
            Delay = Scenario.DelayOf("constant"),
            Problem = new() { Poisoned = task => task.Occurrence == 0, Pull = 1, Optimum = client => client },
            Strategy = services => new FedAvg(new(), services),
        }.Run();
        Assert.Equal(4, run.Result.Statistics.Refused);
        Assert.Equal((1, 2.0), (run.Result.ServerSteps, run.Result.VirtualTime.Seconds));
        Assert.All(run.Parameters, parameter => Assert.Equal(1.5f, parameter)); // the mean of 0, 1, 2, 3
    }

    [Theory]
    [MemberData(nameof(StrategyNames))]
    public void Run_Long_KeepsOnlyTheVersionsInFlight(string strategy)
    {
        Trace run = (Learning(strategy, 2) with { Rounds = 3_000, Evaluation = new() { EveryEvents = 100 } }).Run();

        // At most one version for each task in flight, one that is evaluated, the current one and the next one under way.
        Assert.InRange(run.Versions.BuffersAllocated, 1, run.Result.InFlight.Tasks + 3);
    }

    [Theory]
    [MemberData(nameof(StrategyNames))]
    public void Run_Ended_HasLetGoOfEveryVersion(string strategy)
    {
        Trace run = (Learning(strategy, 1) with { Problem = null }).Run();
        VersionStore versions = run.Versions;
        Assert.True(versions.Current.HeldOnlyByStore);

        // All buffers but the current one are free again: that many more versions can be held without a new buffer.
        int buffers = versions.BuffersAllocated;
        for (int step = 1; step < buffers; step++)
        {
            versions.HoldCurrent();
            versions.BeginStep().Dispose();
        }

        Assert.Equal(buffers, versions.BuffersAllocated);
    }

    [Fact]
    public void Run_TimingOnly_AppliesEverythingAndMeasuresNoAccuracy()
    {
        Trace run = (Learning("fedasync", 1) with { Problem = null }).Run();
        Assert.All(run.Updates, update => Assert.Equal(UpdateOutcome.Applied, update.Outcome));
        Assert.All(run.Updates, update => Assert.True(double.IsNaN(update.TrainLoss)));
        Assert.Equal(run.Updates.Count, run.Result.ServerSteps);
        Assert.True(double.IsNaN(run.Result.LastEvaluation.Accuracy));
        Assert.Equal(0, run.Result.Statistics.GradientSteps);
    }

    [Theory]
    [MemberData(nameof(StrategyNames))]
    public void Run_TimingOnly_HasTheTimelineOfTheRealRun(string strategy)
    {
        Scenario real = Learning(strategy, 2);
        Assert.Equal((real with { Problem = null }).Run().Updates.Select(Timing), real.Run().Updates.Select(Timing));
    }

    [Fact]
    public void Run_StrategiesUnderOneSeed_MeetTheSameDurations()
    {
        // Common random numbers: the n-th task of a client takes equally long, whatever the strategy does in between.
        Dictionary<(int Client, int Occurrence), double> durations = [];
        // Not those that ask before tasks are done, queue tasks at clients, or give them steps of their own.
        string[] others = ["favas", "quafl", "generalized_asyncsgd", "fedcompass"];
        foreach (string strategy in StrategyNames.Select(row => row.Data).Except(others))
        {
            Dictionary<int, int> sent = [];
            foreach (UpdateRecord update in (Learning(strategy, 1) with { Problem = null }).Run().Updates)
            {
                int occurrence = sent.GetValueOrDefault(update.Client);
                sent[update.Client] = occurrence + 1;
                double duration = update.VirtualTime - update.DispatchVirtualTime;
                Assert.Equal(durations.GetValueOrDefault((update.Client, occurrence), duration), duration, 1e-9);
                durations[(update.Client, occurrence)] = duration;
            }
        }
    }

    [Fact]
    public void Run_DelaysOfZero_StillEnds() => Gen.Select(Gen.Enum<TieRule>(), Gen.Int[1, 5]).Sample((ties, concurrency) =>
    {
        Trace run = (Learning("fedbuff", 1) with
        {
            Problem = null,
            Concurrency = concurrency,
            Delay = Scenario.DelayOf("uniform", new UniformOptions { Low = 0, High = 0 }),
            Scheduler = new() { Ties = ties },
        }).Run();
        Assert.Equal((200, 0.0), (run.Updates.Count, run.Result.VirtualTime.Seconds));
    }, iter: 10);

    [Fact]
    public void Run_Traffic_CountsDispatchesDownAndArrivalsUp()
    {
        Trace run = Learning("fedasync", 1).Run();
        Assert.Equal((200 + 5) * 19 * 4, run.Result.Statistics.BytesDown);
        Assert.Equal(200 * 19 * 4, run.Result.Statistics.BytesUp);
        Assert.Equal(200 * 3, run.Result.Statistics.GradientSteps);
    }

    private static (double, int, double, long, long, UpdateOutcome) Timing(UpdateRecord update) =>
        (update.VirtualTime, update.Client, update.DispatchVirtualTime, update.BaseVersion, update.Version, update.Outcome);

    private static Scenario Learning(string strategy, int workers, Func<Straggler.Training.LocalTask, int>? spin = null) => new()
    {
        Clients = 8,
        Concurrency = 5,
        Rounds = 200,
        Workers = workers,
        Delay = Scenario.DelayOf("lognormal", per: DelayScope.Both),
        Evaluation = new() { EveryEvents = 25 },
        Samples = client => 1 + client,
        Problem = new()
        {
            OccurrenceMark = 0.01f,
            During = (task, _) => Thread.SpinWait(spin?.Invoke(task) ?? 0),
        },
        Strategy = BuiltIns.Strategies.Choose(strategy) switch
        {
            { Options: FedBuffOptions options } => services => new FedBuff(options with { BufferSize = 4 }, services),
            var choice => services => choice.Create()(services),
        },
    };

    private static int[] Bits(Trace run) => MemoryMarshal.Cast<float, int>(run.Parameters).ToArray();
}
