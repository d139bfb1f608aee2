using System.Collections.Concurrent;
using Straggler.Federation;
using Straggler.Tests.Support;
using Straggler.Training;
using TestResult = Straggler.Training.TestResult;

namespace Straggler.Tests.Training;

public sealed class WorkerPoolTests
{
    [Fact]
    public async Task Start_OneWorkerBusy_TakesTheEarliestDueNext()
    {
        using Gate gate = new();
        ConcurrentQueue<int> order = new();
        QuadraticProblem problem = new()
        {
            During = (task, _) =>
            {
                order.Enqueue(task.Client);
                gate.PassOnce(task.Client);
            },
        };
        using WorkerPool pool = new(problem, 1, TimeProvider.System);
        VersionStore store = Store(problem);
        Task<TrainedModel> busy = Train(pool, store, client: 0, due: 9);
        gate.WaitForArrival();
        Task<TrainedModel>[] waiting = [Train(pool, store, 3, due: 3), Train(pool, store, 1, due: 1), Train(pool, store, 2, due: 2), Train(pool, store, 4, 3)];
        gate.Open();
        await Task.WhenAll([busy, .. waiting]);
        Assert.Equal([0, 1, 2, 3, 4], order);
    }

    [Theory]
    [InlineData(false, new[] { "training", "training", "evaluation", "evaluation", "evaluation" })]
    [InlineData(true, new[] { "training", "evaluation", "evaluation", "evaluation", "training" })]
    public async Task StartEvaluation_TrainingsWait_GoesLastUnlessHurried(bool hurried, string[] expected)
    {
        using Gate gate = new();
        ConcurrentQueue<string> order = new();
        QuadraticProblem problem = new()
        {
            TestCount = 3 * WorkerPool.EvaluationChunk,
            Evaluating = () => order.Enqueue("evaluation"),
            During = (task, _) =>
            {
                order.Enqueue("training");
                gate.PassOnce(task.Client);
            },
        };
        using WorkerPool pool = new(problem, 1, TimeProvider.System);
        VersionStore store = Store(problem);
        Task<TrainedModel> busy = Train(pool, store, 0, due: 1);
        gate.WaitForArrival();
        IEvaluation evaluation = pool.StartEvaluation(store.Current);
        Task<TrainedModel> waiting = Train(pool, store, 1, due: 1);
        if (hurried)
        {
            evaluation.Hurry();
        }

        gate.Open();
        await Task.WhenAll(busy, waiting, evaluation.Result);
        Assert.Equal(expected, order);
    }

    [Fact]
    public async Task StartEvaluation_GivenUp_EndsWhatRunsAndBeginsNothingMore()
    {
        using ManualResetEventSlim begun = new(), open = new();
        int parts = 0;
        QuadraticProblem problem = new()
        {
            TestCount = 5 * WorkerPool.EvaluationChunk,
            Evaluating = () =>
            {
                parts++;
                begun.Set();
                open.Wait(TestContext.Current.CancellationToken);
            },
        };
        using WorkerPool pool = new(problem, 1, TimeProvider.System);
        VersionStore store = Store(problem);
        IEvaluation evaluation = pool.StartEvaluation(store.Current);
        begun.Wait(TestContext.Current.CancellationToken);
        evaluation.GiveUp();
        Assert.False(evaluation.Result.IsCompleted); // a worker still reads the version
        open.Set();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => evaluation.Result);
        (await Train(pool, store, 0, due: 1)).Dispose();
        Assert.Equal(1, parts);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(WorkerPool.EvaluationChunk)]
    [InlineData(WorkerPool.EvaluationChunk + 1)]
    [InlineData(1234)]
    public async Task StartEvaluation_AnyTestSetSize_MeasuresEachSampleOnce(int count)
    {
        // x = 0.5: the loss of each sample is 0.25; sample j of m is right iff (j + 1)/m ≤ 0.5.
        QuadraticProblem problem = new() { TestCount = count, Initial = 0.5f };
        using WorkerPool pool = new(problem, 3, TimeProvider.System);
        TestResult result = await pool.StartEvaluation(Store(problem).Current).Result;
        Assert.Equal(0.25, result.Loss, 1e-12);
        Assert.Equal(count, result.Predictions.Length);
        Assert.Equal(count / 2, result.Predictions.Zip(problem.TestLabels).Count(pair => pair.First == pair.Second));
    }

    [Fact]
    public async Task StartEvaluation_APartFails_ThrowsOnlyWhenNoWorkerReadsTheVersionAnyMore()
    {
        int parts = 0, ended = 0;
        QuadraticProblem problem = new()
        {
            TestCount = 4 * WorkerPool.EvaluationChunk,
            Evaluating = () =>
            {
                int part = Interlocked.Increment(ref parts);
                Thread.SpinWait(part * 20_000);
                Interlocked.Increment(ref ended);
                if (part == 1)
                {
                    throw new ArithmeticException("bad batch");
                }
            },
        };
        using WorkerPool pool = new(problem, 2, TimeProvider.System);
        await Assert.ThrowsAsync<ArithmeticException>(() => pool.StartEvaluation(Store(problem).Current).Result);
        Assert.Equal(4, ended);
    }

    [Fact]
    public async Task Start_GivenUpWhileItWaits_EndsAtOnceAndIsNotTrained()
    {
        using Gate gate = new();
        QuadraticProblem problem = new() { During = (task, _) => gate.PassOnce(task.Client) };
        using WorkerPool pool = new(problem, 1, TimeProvider.System);
        VersionStore store = Store(problem);
        Task<TrainedModel> busy = Train(pool, store, 0, due: 1);
        gate.WaitForArrival();
        ITraining given = pool.Start(new(1, 0, ClientAlgorithm.Plain), store.Current, new(2));
        Task<TrainedModel> after = Train(pool, store, 2, due: 3);
        given.GiveUp();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given.Result);
        gate.Open();
        await Task.WhenAll(busy, after);
        Assert.Equal(2, problem.Trainings);
    }

    [Fact]
    public async Task Start_GivenUpInTheMidst_EndsAndTheWorkerGoesOn()
    {
        using Gate gate = new();
        QuadraticProblem problem = new()
        {
            During = (task, cancellation) =>
            {
                if (task.Client == 0)
                {
                    gate.PassOnce(0);
                    cancellation.ThrowIfCancellationRequested();
                }
            },
        };
        using WorkerPool pool = new(problem, 1, TimeProvider.System);
        VersionStore store = Store(problem);
        ITraining given = pool.Start(new(0, 0, ClientAlgorithm.Plain), store.Current, new(1));
        gate.WaitForArrival();
        given.GiveUp();
        Assert.False(given.Result.IsCompleted); // a worker still reads the version
        gate.Open();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given.Result);
        using TrainedModel next = await Train(pool, store, 1, due: 2);
        Assert.Equal(0.5f, next.Parameters[0]); // from 0 half of the way to client 1's optimum
    }

    [Fact]
    public async Task Start_OneFails_OthersGoOn()
    {
        QuadraticProblem problem = new()
        {
            During = (task, _) =>
            {
                if (task.Client == 0)
                {
                    throw new ArithmeticException("broken");
                }
            },
        };
        using WorkerPool pool = new(problem, 1, TimeProvider.System);
        VersionStore store = Store(problem);
        await Assert.ThrowsAsync<ArithmeticException>(() => Train(pool, store, 0, due: 1));
        using TrainedModel next = await Train(pool, store, 1, due: 2);
        Assert.Equal(3, next.Outcome.GradientSteps);
    }

    [Fact]
    public async Task Start_LearnerCannotBeMade_FailsEachJobAndTriesAgain()
    {
        int made = 0;
        QuadraticProblem problem = new()
        {
            Creating = () =>
            {
                if (++made == 1)
                {
                    throw new DllNotFoundException("no libtorch");
                }
            },
        };
        using WorkerPool pool = new(problem, 1, TimeProvider.System);
        VersionStore store = Store(problem);
        await Assert.ThrowsAsync<DllNotFoundException>(() => Train(pool, store, 0, due: 1));
        (await Train(pool, store, 0, due: 1)).Dispose();
        Assert.Equal(1, problem.LearnersAlive);
    }

    [Fact]
    public async Task Dispose_WorkersBusyAndJobsWaiting_GivesUpAllAndDisposesOfTheLearners()
    {
        using CountdownEvent begun = new(2);
        QuadraticProblem problem = new()
        {
            During = (_, cancellation) =>
            {
                begun.Signal();
                cancellation.WaitHandle.WaitOne();
            },
        };
        WorkerPool pool = new(problem, 2, TimeProvider.System);
        VersionStore store = Store(problem);
        Task<TrainedModel>[] jobs = [.. Enumerable.Range(0, 6).Select(client => Train(pool, store, client, due: client))];
        begun.Wait(TestContext.Current.CancellationToken);
        pool.Dispose();
        Assert.Equal((0, 2), (problem.LearnersAlive, problem.Trainings));
        foreach (Task<TrainedModel> job in jobs)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => job);
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Train(pool, store, 0, due: 1));
    }

    [Fact]
    public async Task Start_ManyTasks_KeepsNoMoreResultsThanTheBoundUntilTheyAreUsed()
    {
        const int Workers = 2, Tasks = 200;
        QuadraticProblem problem = new();
        using WorkerPool pool = new(problem, Workers, TimeProvider.System);
        VersionStore store = Store(problem);
        Task<TrainedModel>[] results = [.. Enumerable.Range(0, Tasks).Select(client => Train(pool, store, client, due: client))];
        for (int client = 0; client < Tasks; client++)
        {
            using TrainedModel result = await results[client];
            Assert.Equal(0.5f * client, result.Parameters[0]); // from 0 half of the way to the client's optimum
        }

        // Tasks are used in the order in which they are due, so none is ever begun beyond the bound.
        Assert.InRange(pool.ResultsAllocated, 1, Workers * WorkerPool.ResultsPerWorker);
    }

    [Fact]
    public async Task TrainedModel_DisposedTwice_DoesNotHandItsBufferToTwoTasks()
    {
        QuadraticProblem problem = new();
        using WorkerPool pool = new(problem, 1, TimeProvider.System);
        VersionStore store = Store(problem);
        TrainedModel first = await Train(pool, store, 0, due: 1);
        first.Dispose();
        first.Dispose();
        using TrainedModel two = await Train(pool, store, 2, due: 1), four = await Train(pool, store, 4, due: 1);
        Assert.Equal((1f, 2f), (two.Parameters[0], four.Parameters[0]));
        Assert.True(first.Parameters.IsEmpty);
    }

    [Fact]
    public async Task TrainingTime_FakeClock_AddsUpOverWorkers()
    {
        // A clock that moves on by a second whenever it is read: each job reads it at its start and end.
        QuadraticProblem problem = new() { TestCount = 3 };
        using WorkerPool pool = new(problem, 1, new TickingClock());
        VersionStore store = Store(problem);
        for (int client = 0; client < 5; client++)
        {
            (await Train(pool, store, client, due: 1)).Dispose();
        }

        await pool.StartEvaluation(store.Current).Result;
        Assert.Equal((5.0, 1.0), (pool.TrainingTime.TotalSeconds, pool.EvaluationTime.TotalSeconds));
    }

    private static Task<TrainedModel> Train(WorkerPool pool, VersionStore store, int client, double due) =>
        pool.Start(new(client, 0, ClientAlgorithm.Plain), store.Current, new(due)).Result;

    private static VersionStore Store(QuadraticProblem problem)
    {
        float[] initial = new float[problem.Length];
        problem.Initialize(initial);
        return new(problem.Layout, initial);
    }

    /// <summary>Stops client 0 until it is opened; the others pass.</summary>
    private sealed class Gate : IDisposable
    {
        private readonly ManualResetEventSlim _arrived = new(), _open = new();

        public void PassOnce(int client)
        {
            if (client == 0)
            {
                _arrived.Set();
                _open.Wait(TestContext.Current.CancellationToken);
            }
        }

        public void WaitForArrival() => _arrived.Wait(TestContext.Current.CancellationToken);

        public void Open() => _open.Set();

        public void Dispose()
        {
            _arrived.Dispose();
            _open.Dispose();
        }
    }

    private sealed class TickingClock : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Increment(ref _seconds);
    }
}
