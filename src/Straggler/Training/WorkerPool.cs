using Straggler.Federation;
using Straggler.Simulation;

namespace Straggler.Training;

/// <summary>Trains and evaluates on a fixed number of threads of this machine.</summary>
/// <remarks>
/// Each worker owns a learner. Evaluations go first, then trainings by the virtual time at which they are due. What a job computes
/// depends on the job alone, so the number of workers and their timing change nothing but the wall time.
/// </remarks>
public sealed class WorkerPool : IClientTrainer, IModelEvaluator, IDisposable
{
    /// <summary>Test samples per evaluation job. Fixed, because the loss is summed job by job.</summary>
    public const int EvaluationChunk = 500;

    private readonly ILearningProblem _problem;
    private readonly TimeProvider _clock;
    private readonly VectorPool _results;
    private readonly JobQueue _jobs = new();
    private readonly CancellationTokenSource _shutdown = new();
    private readonly Thread[] _workers;
    private long _trainingTicks;
    private long _evaluationTicks;

    /// <summary>Starts the workers.</summary>
    /// <param name="problem">What is learned; outlives the pool.</param>
    /// <param name="workers">Number of threads, at least 1.</param>
    /// <param name="clock">Measures how long the workers were busy.</param>
    public WorkerPool(ILearningProblem problem, int workers, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers);
        _problem = problem;
        _clock = clock;
        _results = new(problem.Layout.Length);
        _workers = [.. Enumerable.Range(0, workers).Select(number => new Thread(Work) { IsBackground = true, Name = $"worker {number}" })];
        foreach (Thread worker in _workers)
        {
            worker.Start();
        }
    }

    /// <summary>Number of threads.</summary>
    public int WorkerCount => _workers.Length;

    /// <summary>Wall time spent in training, summed over the workers.</summary>
    public TimeSpan TrainingTime => Elapsed(ref _trainingTicks);

    /// <summary>Wall time spent in evaluation, summed over the workers.</summary>
    public TimeSpan EvaluationTime => Elapsed(ref _evaluationTicks);

    /// <inheritdoc/>
    public Task<TrainedModel> TrainAsync(LocalTask task, ModelVersion dispatched, VirtualTime due, CancellationToken cancellation)
    {
        Job<TrainedModel> job = new(learner => Train(learner, task, dispatched, cancellation), cancellation);
        _jobs.Add(job, due);
        return job.Completion;
    }

    /// <inheritdoc/>
    public async Task<TestResult> EvaluateAsync(ModelVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        int[] predictions = new int[_problem.TestLabels.Count];
        List<Task<double>> parts = [];
        for (int first = 0; first < predictions.Length; first += EvaluationChunk)
        {
            Memory<int> part = predictions.AsMemory(first, Math.Min(EvaluationChunk, predictions.Length - first));
            int start = first;
            Job<double> job = new(learner => Evaluate(learner, version, start, part.Span), CancellationToken.None);
            _jobs.Add(job, VirtualTime.Zero);
            parts.Add(job.Completion);
        }

        // All parts end before a failure is thrown on, so that no worker still reads a version that its holder lets go.
        double loss = 0;
        foreach (double part in await Task.WhenAll(parts).ConfigureAwait(false))
        {
            loss += part;
        }

        return new(loss / predictions.Length, predictions);
    }

    /// <summary>Gives up all jobs and ends the threads.</summary>
    public void Dispose()
    {
        // The queue first, or workers that are let go would begin what still waits.
        _jobs.Close();
        _shutdown.Cancel();
        foreach (Thread worker in _workers)
        {
            worker.Join();
        }

        _shutdown.Dispose();
    }

    private void Work()
    {
        IClientLearner? learner = null;
        while (_jobs.Take() is { } job)
        {
            job.Run(() => learner ??= _problem.CreateLearner());
        }

        learner?.Dispose();
    }

    private TrainedModel Train(IClientLearner learner, LocalTask task, ModelVersion dispatched, CancellationToken cancellation)
    {
        long start = _clock.GetTimestamp();
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _shutdown.Token);
        float[] local = _results.Rent();
        try
        {
            return new(_results, local, learner.Train(task, dispatched.Parameters, local, either.Token));
        }
        catch
        {
            _results.Return(local);
            throw;
        }
        finally
        {
            Interlocked.Add(ref _trainingTicks, _clock.GetTimestamp() - start);
        }
    }

    private double Evaluate(IClientLearner learner, ModelVersion version, int first, Span<int> predictions)
    {
        long start = _clock.GetTimestamp();
        double loss = learner.Evaluate(version.Parameters, first, predictions);
        Interlocked.Add(ref _evaluationTicks, _clock.GetTimestamp() - start);
        return loss;
    }

    private TimeSpan Elapsed(ref long ticks) => _clock.GetElapsedTime(0, Interlocked.Read(ref ticks));
}
