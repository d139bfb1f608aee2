using Straggler.Metrics;
using Straggler.Recording;
using Straggler.Simulation;
using Straggler.Tests.Support;

namespace Straggler.Tests.Simulation;

/// <summary>Evaluations are measured beside the trainings; nobody can tell but by the wall clock.</summary>
public sealed class OverlappedEvaluationTests
{
    private static readonly Scenario Learning = new()
    {
        Clients = 6,
        Concurrency = 3,
        Rounds = 60,
        Workers = 2,
        Evaluation = new() { EveryEvents = 10 },
        Samples = client => 1 + client,
    };

    [Fact]
    public void Run_EvaluationTakesLong_ArrivalsGoOnAndObserversAreToldInOrder()
    {
        // One worker is kept in the evaluation of arrival 10 until the other has trained 16 clients: 10 arrivals and 3 in flight are 13,
        // so without overlap the run would stand still for ever.
        using CountdownEvent trained = new(16);
        int evaluations = 0;
        Told told = new(), plain = new();
        Trace overlapped = (Learning with
        {
            Observer = told,
            Problem = new()
            {
                OccurrenceMark = 0.01f,
                During = (_, _) => Signal(trained),
                Evaluating = () =>
                {
                    if (Interlocked.Increment(ref evaluations) == 2)
                    {
                        trained.Wait(TestContext.Current.CancellationToken);
                    }
                },
            },
        }).Run();
        Trace serial = (Learning with { Workers = 1, Observer = plain, Problem = new() { OccurrenceMark = 0.01f } }).Run();

        Assert.Equal(Told.Serial(60, 10), told.What);
        Assert.Equal(plain.What, told.What);
        Assert.Equal(serial.Updates, overlapped.Updates);
        Assert.Equal(serial.Parameters, overlapped.Parameters);
        Assert.Equal(serial.Evaluations.Select(Flat), overlapped.Evaluations.Select(Flat));
    }

    [Fact]
    public void Run_ObserverWantsUpdatesAtOnce_HearsOfThemWhileTheEvaluationIsMeasured()
    {
        // The evaluation of arrival 10 ends only when that observer has heard of arrival 12.
        using ManualResetEventSlim heard = new();
        int evaluations = 0;
        Told impatient = new(atOnce: true, update =>
        {
            if (update == 12)
            {
                heard.Set();
            }
        });
        (Learning with
        {
            Observer = impatient,
            Problem = new()
            {
                Evaluating = () =>
                {
                    if (Interlocked.Increment(ref evaluations) == 2)
                    {
                        heard.Wait(TestContext.Current.CancellationToken);
                    }
                },
            },
        }).Run();
        Assert.Equal(Enumerable.Range(1, 60).Select(arrival => (long)arrival), impatient.What.Where(what => what > 0));
        Assert.True(impatient.What.IndexOf(12) < impatient.What.IndexOf(-10));
    }

    [Fact]
    public async Task Run_EvaluationFails_TellsOfAllBeforeItAndNamesVersionAndTime()
    {
        int evaluations = 0;
        Told told = new();
        QuadraticProblem problem = new()
        {
            Evaluating = () =>
            {
                if (Interlocked.Increment(ref evaluations) == 3)
                {
                    throw new ArithmeticException("bad batch");
                }
            },
        };
        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => (Learning with { Observer = told, Problem = problem }).RunAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith("Evaluating version 20 at virtual time", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("bad batch", failure.Message, StringComparison.Ordinal);
        Assert.Equal(Told.Serial(20, 10).TakeWhile(what => what != -20), told.What);
        Assert.Equal(0, problem.LearnersAlive);
    }

    [Fact]
    public async Task Run_CancelledWhileAnEvaluationIsMeasured_FinishesItAndLeavesNoGap()
    {
        // The evaluation of arrival 10 cancels the run, and the trainings then end only when they are given up.
        using CancellationTokenSource cancel = new();
        int evaluations = 0;
        Told told = new();
        Trace run = await (Learning with
        {
            Observer = told,
            Problem = new()
            {
                Evaluating = () =>
                {
                    if (Interlocked.Increment(ref evaluations) == 2)
                    {
                        cancel.Cancel();
                    }
                },
                During = (_, unwanted) =>
                {
                    if (cancel.IsCancellationRequested)
                    {
                        unwanted.WaitHandle.WaitOne();
                    }
                },
            },
        }).RunAsync(cancel.Token);

        Assert.Equal(StopReason.Cancelled, run.Result.StopReason);
        int arrivals = run.Updates.Count;
        Assert.InRange(arrivals, 10, 20);
        Assert.Equal(Told.Serial(arrivals, 10), told.What);
        Assert.Equal(arrivals, run.Result.LastEvaluation.Arrival);
    }

    [Fact]
    public async Task Run_TrainingFailsWhileAnEvaluationIsMeasured_EndsWithTheTrainingsFailure()
    {
        // At arrival 10 at most 13 trainings have begun, so the 14th can wait for that evaluation. It fails while the evaluation goes on.
        int evaluations = 0, trainings = 0;
        using ManualResetEventSlim evaluating = new(), failing = new();
        QuadraticProblem problem = new()
        {
            Evaluating = () =>
            {
                if (Interlocked.Increment(ref evaluations) == 2)
                {
                    evaluating.Set();
                    failing.Wait(TestContext.Current.CancellationToken);
                }
            },
            During = (_, _) =>
            {
                if (Interlocked.Increment(ref trainings) == 14)
                {
                    evaluating.Wait(TestContext.Current.CancellationToken);
                    failing.Set();
                    throw new ArithmeticException("broken");
                }
            },
        };
        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => (Learning with { Problem = problem }).RunAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith("Training client", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, problem.LearnersAlive);
    }

    [Fact]
    public void Run_TargetAccuracy_WaitsForEachEvaluation()
    {
        // Were arrivals taken while the deciding evaluation is measured, there would be more than at the evaluation.
        Trace run = (Learning with
        {
            Evaluation = new() { EveryEvents = 2, TargetAcc = 0.7 },
            Problem = new() { Optimum = _ => 1, Evaluating = () => Thread.SpinWait(200_000) },
        }).Run();
        Assert.Equal(StopReason.TargetAccuracy, run.Result.StopReason);
        Assert.Equal(run.Updates.Count, run.Result.LastEvaluation.Arrival);
    }

    [Fact]
    public void Run_CheckpointDueWhileAnEvaluationIsMeasured_HoldsTheEvaluation()
    {
        MemoryKeeper keeper = new();
        int evaluations = 0;
        Scenario scenario = Learning with
        {
            Problem = new() { Evaluating = () => Thread.SpinWait(Interlocked.Increment(ref evaluations) == 2 ? 2_000_000 : 0) },
        };
        Trace straight = scenario.Run();
        (scenario with { Rounds = 11, CheckpointEvery = 11, Keeper = keeper }).Run();
        Trace resumed = (scenario with { From = keeper.Last }).Run();
        Assert.Equal(straight.Updates.Skip(11), resumed.Updates);
        Assert.Equal(straight.Evaluations.Skip(2).Select(Flat), resumed.Evaluations.Select(Flat));
    }

    private static void Signal(CountdownEvent trained)
    {
        lock (trained)
        {
            if (!trained.IsSet)
            {
                trained.Signal();
            }
        }
    }

    private static string Flat(EvaluationRecord record) => string.Join(' ', [
        record.Arrival, record.VirtualTime, record.Version, record.Loss, record.Accuracy,
        .. record.ClassAccuracy, .. record.ClientAccuracy, .. record.Metrics.Select(metric => metric.Value),
    ]);

    /// <summary>What an observer was told, in order: the number of an arrival, or minus the arrivals at an evaluation.</summary>
    private sealed class Told(bool atOnce = false, Action<long>? onUpdate = null) : IRunObserver
    {
        public List<long> What { get; } = [];

        public bool TellUpdatesAtOnce => atOnce;

        /// <summary>What a run must say: evaluations right after the arrivals they are due at, and of the last model.</summary>
        public static IEnumerable<long> Serial(int arrivals, int every) =>
        [
            0,
            .. Enumerable.Range(1, arrivals).SelectMany(arrival =>
                arrival % every == 0 || arrival == arrivals ? new long[] { arrival, -arrival } : [arrival]),
        ];

        public void OnUpdate(in UpdateRecord update)
        {
            What.Add(update.Arrival);
            onUpdate?.Invoke(update.Arrival);
        }

        public void OnEvaluation(EvaluationRecord evaluation) => What.Add(-evaluation.Arrival);
    }
}
