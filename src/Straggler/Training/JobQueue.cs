using Straggler.Simulation;

namespace Straggler.Training;

/// <summary>Jobs that wait for a worker, earliest due first. Thread-safe.</summary>
internal sealed class JobQueue
{
    private readonly PriorityQueue<IJob, (double Due, long Sequence)> _waiting = new();
    private readonly object _gate = new();
    private long _sequence;
    private bool _closed;

    /// <summary>Adds a job; gives it up at once if the queue is closed.</summary>
    public void Add(IJob job, VirtualTime due)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _waiting.Enqueue(job, (due.Seconds, _sequence++));
                Monitor.Pulse(_gate);
                return;
            }
        }

        job.GiveUp();
    }

    /// <summary>Waits for the next job; null once the queue is closed.</summary>
    public IJob? Take()
    {
        lock (_gate)
        {
            while (!_closed && _waiting.Count == 0)
            {
                Monitor.Wait(_gate);
            }

            return _closed ? null : _waiting.Dequeue();
        }
    }

    /// <summary>Lets every worker go and gives up the jobs that wait.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
            while (_waiting.TryDequeue(out IJob? job, out _))
            {
                job.GiveUp();
            }
        }
    }
}

/// <summary>Work for one learner.</summary>
internal interface IJob
{
    /// <summary>Does the work, unless it is not wanted any more.</summary>
    void Run(Func<IClientLearner> learner);

    /// <summary>Reports that the work will not be done.</summary>
    void GiveUp();
}

/// <summary>Work with a result.</summary>
internal sealed class Job<T>(Func<IClientLearner, T> work, CancellationToken cancellation) : IJob
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The result.</summary>
    public Task<T> Completion => _completion.Task;

    /// <inheritdoc/>
    public void Run(Func<IClientLearner> learner)
    {
        if (cancellation.IsCancellationRequested)
        {
            GiveUp();
            return;
        }

        try
        {
            _completion.SetResult(work(learner()));
        }
        catch (OperationCanceledException)
        {
            GiveUp();
        }
#pragma warning disable CA1031 // Whatever fails on a worker thread is thrown again where the result is awaited.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _completion.SetException(failure);
        }
    }

    /// <inheritdoc/>
    public void GiveUp() => _completion.SetCanceled(CancellationToken.None);
}
