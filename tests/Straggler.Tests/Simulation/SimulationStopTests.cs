using Straggler.Delays;
using Straggler.Metrics;
using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Simulation;
using Straggler.Strategies;
using Straggler.Tests.Support;
using Straggler.Training;

namespace Straggler.Tests.Simulation;

/// <summary>When a run ends, and why.</summary>
public sealed class SimulationStopTests
{
    private static readonly Scenario EverySecondTwoArrive = new()
    {
        Clients = 2,
        Concurrency = 2,
        Delay = Scenario.DelayOf("constant"),
    };

    [Fact]
    public void Run_RoundsBudget_ProcessesExactlySoManyArrivals()
    {
        Trace run = (EverySecondTwoArrive with { Rounds = 7 }).Run();
        Assert.Equal(StopReason.Rounds, run.Result.StopReason);
        Assert.Equal(7, run.Updates.Count);
        Assert.Equal(4, run.Result.VirtualTime.Seconds); // two at each of 1, 2, 3 and the first of 4
    }

    [Theory]
    [InlineData(3.5, 6, 3.5)] // two at each of 1, 2, 3; the clock then stands at the budget
    [InlineData(3.0, 6, 3.0)] // events at the budget itself still happen
    [InlineData(0.5, 0, 0.5)]
    public void Run_VirtualTimeBudget_ProcessesNothingAfterIt(double budget, int arrivals, double end)
    {
        Trace run = (EverySecondTwoArrive with { Stop = new() { VirtualTime = budget } }).Run();
        Assert.Equal(StopReason.VirtualTime, run.Result.StopReason);
        Assert.Equal(arrivals, run.Updates.Count);
        Assert.Equal(end, run.Result.VirtualTime.Seconds);
        Assert.Equal(arrivals, run.Result.LastEvaluation.Arrival);
    }

    [Fact]
    public void Run_ServerStepsBudget_StopsAtTheStep()
    {
        Trace run = (EverySecondTwoArrive with
        {
            Stop = new() { ServerSteps = 4 },
            Strategy = services => new FedBuff(new() { BufferSize = 3 }, services),
        }).Run();
        Assert.Equal(StopReason.ServerSteps, run.Result.StopReason);
        Assert.Equal((4, 12), (run.Result.ServerSteps, run.Updates.Count));
    }

    [Fact]
    public void Run_TargetAccuracy_StopsAtTheEvaluationThatReachesIt()
    {
        // Each step halves the distance to 1: 0, 1/2, 3/4 (7 of 10 samples), 7/8 (8 of 10). Evaluated every second arrival.
        Trace run = (Converging() with { Evaluation = new() { EveryEvents = 2, TargetAcc = 0.75, Targets = [0.5, 0.7, 0.99] } }).Run();
        Assert.Equal(StopReason.TargetAccuracy, run.Result.StopReason);
        Assert.Equal([0, 2, 4], run.Evaluations.Select(evaluation => evaluation.Arrival));
        Assert.Equal([0, 0.7, 0.9], run.Evaluations.Select(evaluation => evaluation.Accuracy));
        Assert.Equal(
            [new(0.5, true, 2, 2, 2), new(0.7, true, 2, 2, 2), new(0.99, false, null, null, null)],
            run.Result.Convergence.Targets);
    }

    [Fact]
    public void Run_InitialModelReachesTheTarget_ProcessesNothing()
    {
        Trace run = (Converging() with { Evaluation = new() { TargetAcc = 0 } }).Run();
        Assert.Equal(StopReason.TargetAccuracy, run.Result.StopReason);
        Assert.Empty(run.Updates);
    }

    [Fact]
    public async Task Run_CancelledBeforeTheStart_StillEvaluatesTheModel()
    {
        Trace run = await Converging().RunAsync(new CancellationToken(canceled: true));
        Assert.Equal(StopReason.Cancelled, run.Result.StopReason);
        Assert.Empty(run.Updates);
        Assert.Equal(0, Assert.Single(run.Evaluations).Arrival);
    }

    [Fact]
    public async Task Run_CancelledBetweenArrivals_KeepsWhatWasDone()
    {
        using CancellationTokenSource cancel = new();
        Trace run = await (Converging() with { Observer = new CancelAt(10, cancel) }).RunAsync(cancel.Token);
        Assert.Equal(StopReason.Cancelled, run.Result.StopReason);
        Assert.Equal(10, run.Updates.Count);
        Assert.Equal(10, run.Result.LastEvaluation.Arrival);
        Assert.Equal(10, run.Result.ServerSteps);
    }

    [Fact]
    public async Task Run_CancelledWhileATrainingIsAwaited_GivesItUpAndEvaluates()
    {
        // The fourth training cancels the run and then holds its worker, the only one, until it is told to give up: the last evaluation
        // can only happen if the run tells it first.
        using CancellationTokenSource cancel = new();
        int trainings = 0;
        QuadraticProblem problem = new()
        {
            During = (_, unwanted) =>
            {
                if (Interlocked.Increment(ref trainings) == 4)
                {
                    cancel.Cancel();
                    unwanted.WaitHandle.WaitOne();
                }
            },
        };
        Trace run = await (EverySecondTwoArrive with { Problem = problem }).RunAsync(cancel.Token);
        Assert.Equal(StopReason.Cancelled, run.Result.StopReason);
        Assert.Equal(run.Updates.Count, run.Result.LastEvaluation.Arrival);
        Assert.Equal(run.Result.ServerSteps, run.Result.LastEvaluation.Version);
        Assert.InRange(run.Updates.Count, 1, 3);
        Assert.Equal(2, run.Result.InFlight.Tasks);
        Assert.Equal(0, problem.LearnersAlive);
    }

    [Fact]
    public void Run_BudgetReachedWhileOthersTrain_DoesNotWaitForThem()
    {
        // Two clients: one returns every second, the other after 100; the other's training ends only when it is given up.
        QuadraticProblem problem = new()
        {
            During = (task, unwanted) =>
            {
                if (task.Client == 1)
                {
                    unwanted.WaitHandle.WaitOne();
                }
            },
        };
        Trace run = (EverySecondTwoArrive with
        {
            Rounds = 20,
            Problem = problem,
            Workers = 2,
            Delay = Delayed.WholeSeconds,
            Samples = client => client == 0 ? 1 : 100,
        }).Run();
        Assert.Equal(20, run.Updates.Count(update => update.Client == 0));
    }

    [Fact]
    public async Task Run_TrainingFails_NamesClientAndVirtualTime()
    {
        QuadraticProblem problem = new()
        {
            During = (task, _) => throw new ArithmeticException($"client {task.Client} is broken"),
        };
        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => (EverySecondTwoArrive with { Problem = problem, Delay = Scenario.DelayOf("constant", new ConstantOptions { Value = 2.5 }) })
                .RunAsync(TestContext.Current.CancellationToken));
        ArithmeticException cause = Assert.IsType<ArithmeticException>(failure.InnerException);
        Assert.Contains(cause.Message, failure.Message, StringComparison.Ordinal);
        Assert.Contains(cause.Message.Replace(" is broken", " from version 0", StringComparison.Ordinal), failure.Message, StringComparison.Ordinal);
        Assert.Contains("virtual time 2.5", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, problem.LearnersAlive);
    }

    [Fact]
    public async Task Run_LearnerThrowsACancellationOfItsOwn_IsAFailureNotTheUsersCancellation()
    {
        QuadraticProblem problem = new() { During = (_, _) => throw new TaskCanceledException("the connection timed out") };
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => (EverySecondTwoArrive with { Problem = problem }).RunAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Run_LearnerCannotBeMade_Fails()
    {
        QuadraticProblem problem = new() { Creating = () => throw new DllNotFoundException("no libtorch") };
        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => (EverySecondTwoArrive with { Problem = problem }).RunAsync(TestContext.Current.CancellationToken));
        Assert.Contains("no libtorch", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_SecondTime_IsRefused()
    {
        using FederatedSimulation simulation = new(new() { Concurrency = 1, Rounds = 3 }, Parts());
        await simulation.RunAsync(TestContext.Current.CancellationToken);
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => simulation.RunAsync(TestContext.Current.CancellationToken));
        Assert.Contains("was run before", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_EvaluatorWithoutAccuracyCounter_Throws()
    {
        using WorkerPool workers = new(new QuadraticProblem(), 1, TimeProvider.System);
        ArgumentException refused = Assert.Throws<ArgumentException>(
            () => new FederatedSimulation(new() { Concurrency = 1, Rounds = 3 }, Parts() with { Evaluator = workers }));
        Assert.Contains("accuracy counter", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Constructor_NobodyInFlight_Throws(int concurrency) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => (EverySecondTwoArrive with { Concurrency = concurrency }).Run());

    [Fact]
    public void Constructor_MoreInFlightThanClients_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => (EverySecondTwoArrive with { Concurrency = 3 }).Run());

    [Fact]
    public void Run_StrategyThatWaitsForEver_SaysThatNothingCanHappen()
    {
        // A buffer of 5 with 2 clients that are answered only after the flush; the strategy is told otherwise, or it would refuse that.
        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => (EverySecondTwoArrive with
        {
            Scheduler = new() { Redispatch = Redispatch.Flush },
            Strategy = services => new FedBuff(new() { BufferSize = 5 }, services with { Redispatch = Redispatch.Arrival }),
        }).Run());
        Assert.Contains("virtual time 1 s", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>All clients want 1 and go there at once; the server goes half of the way at each arrival, whatever the staleness.</summary>
    private static SimulationParts Parts()
    {
        RandomStreams streams = new(1);
        return new()
        {
            Population = new([1, 1]),
            Streams = streams,
            Delays = new(new(), streams, [1, 1], 0),
            Strategy = new FedAsync(new()),
            Versions = new(TimingOnlyTrainer.Layout, []),
            Trainer = new TimingOnlyTrainer(),
            ModelBytes = 0,
        };
    }

    private static Scenario Converging() => new()
    {
        Clients = 2,
        Concurrency = 1,
        Delay = Scenario.DelayOf("constant"),
        Problem = new() { Pull = 1, Optimum = _ => 1 },
        Strategy = _ => new FedAsync(new() { MixingRate = 0.5, Staleness = BuiltIns.StalenessWeights.Choose("constant") }),
    };

    private sealed class CancelAt(long arrival, CancellationTokenSource cancel) : IRunObserver
    {
        public void OnUpdate(in UpdateRecord update)
        {
            if (update.Arrival == arrival)
            {
                cancel.Cancel();
            }
        }

        public void OnEvaluation(EvaluationRecord evaluation)
        {
        }
    }
}
