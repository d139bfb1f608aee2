using Straggler.Federation;
using Straggler.Simulation;

namespace Straggler.Training;

/// <summary>Trains and evaluates on a fixed number of threads of this machine.</summary>
/// <remarks>
/// Each worker owns a learner. Trainings go by the virtual time at which they are due; evaluations fill the gaps in which none can begin,
/// or go first once they are waited for. What a job computes depends on the job alone, so the number of workers and their timing change
/// nothing but the wall time. Results wait in full vectors until their arrival is due: once <see cref="ResultsPerWorker"/> times the
/// workers have been begun and not used, only what is due before all of them is begun.
/// </remarks>
public sealed class WorkerPool : IClientTrainer, IModelEvaluator, IDisposable
{
    /// <summary>Test samples per evaluation job, unless the problem asks for others.</summary>
    public const int EvaluationChunk = 500;

    /// <summary>
    /// Trainings that may be begun and not used yet, for each worker: enough for short ones to go on while a long one is waited for, and
    /// few enough for the memory.
    /// </summary>
    public const int ResultsPerWorker = 8;

    private readonly ILearningProblem _problem;
    private readonly TimeProvider _clock;
    private readonly VectorPool _results;
    private readonly JobQueue _jobs;
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
        _jobs = new(workers * ResultsPerWorker);
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

    /// <summary>Vectors allocated for results so far: the most that were out at once.</summary>
    public int ResultsAllocated => _results.Allocated;

    /// <inheritdoc/>
    public ITraining Start(in LocalTask task, ModelVersion dispatched, VirtualTime due)
    {
        TrainingJob job = new(task, dispatched, _jobs, Train);
        _jobs.Add(job, due);
        return job;
    }

    /// <inheritdoc/>
    public void Expect(long results) => _jobs.Expect(results);

    /// <inheritdoc/>
    public IEvaluation StartEvaluation(ModelVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        int[] predictions = new int[_problem.TestLabels.Count];
        List<EvaluationJob> parts = [];
        int chunk = _problem.EvaluationChunk;
        for (int first = 0; first < predictions.Length; first += chunk)
        {
            Memory<int> part = predictions.AsMemory(first, Math.Min(chunk, predictions.Length - first));
            int start = first;
            parts.Add(new(learner => Evaluate(learner, version, start, part.Span)));
        }

        Evaluation evaluation = new(_jobs, parts, predictions);
        parts.ForEach(_jobs.AddEvaluation);
        return evaluation;
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
            if (!job.Run(() => learner ??= _problem.CreateLearner()))
            {
                _jobs.Settle(job);
            }
        }

        learner?.Dispose();
    }

    private TrainedModel Train(TrainingJob job, IClientLearner learner, CancellationToken unwanted)
    {
        long start = _clock.GetTimestamp();
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(unwanted, _shutdown.Token);
        float[] local = _results.Rent();
        try
        {
            using VersionLease dispatched = job.Dispatched.Read();
            LocalOutcome outcome = learner.Train(job.Task, dispatched.Parameters, local, either.Token);
            int trained = _problem.Layout.TrainableLength;
            outcome = outcome with { UpdateNorm = FlatVector.Distance(local.AsSpan(0, trained), dispatched.Parameters[..trained]) };
            return new(local, outcome, parameters => GiveBack(job, parameters));
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

    private void GiveBack(TrainingJob job, float[] parameters)
    {
        _results.Return(parameters);
        _jobs.Settle(job);
    }

    private double Evaluate(IClientLearner learner, ModelVersion version, int first, Span<int> predictions)
    {
        long start = _clock.GetTimestamp();
        using VersionLease model = version.Read();
        double loss = learner.Evaluate(model.Parameters, first, predictions);
        Interlocked.Add(ref _evaluationTicks, _clock.GetTimestamp() - start);
        return loss;
    }

    private TimeSpan Elapsed(ref long ticks) => _clock.GetElapsedTime(0, Interlocked.Read(ref ticks));
}
