using Straggler.Simulation;

namespace Straggler.Training;

/// <summary>Jobs that wait for a worker, earliest due first, and the back-pressure of results that wait to be used. Thread-safe.</summary>
/// <remarks>
/// A job that leaves a result behind counts as out from when a worker takes it until it is settled: its result used, or none to come.
/// While as many are out as the bound allows, such a job is handed to a worker only if it is due before all that are out. The next
/// arrival is due before all others, so whoever waits for it never waits in vain; and a bound decides when a job runs, not what it gives.
/// </remarks>
/// <param name="bound">Jobs out at once, at least 1; a few more may be, each due before all the others.</param>
internal sealed class JobQueue(int bound)
{
    private readonly PriorityQueue<IJob, (double Due, long Sequence)> _waiting = new();
    private readonly Dictionary<IJob, (double Due, long Sequence)> _out = [];
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
                Monitor.PulseAll(_gate);
                return;
            }
        }

        job.GiveUp();
    }

    /// <summary>Waits for the next job that may run; null once the queue is closed.</summary>
    public IJob? Take()
    {
        lock (_gate)
        {
            while (!_closed && !NextMayRun())
            {
                Monitor.Wait(_gate);
            }

            if (_closed || !_waiting.TryDequeue(out IJob? job, out (double, long) place))
            {
                return null;
            }

            if (job.LeavesResult)
            {
                _out.Add(job, place);
            }

            return job;
        }
    }

    /// <summary>A job's result was used, or the job ended without one. Settling it again does nothing.</summary>
    public void Settle(IJob job)
    {
        lock (_gate)
        {
            if (_out.Remove(job))
            {
                Monitor.PulseAll(_gate);
            }
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

    private bool NextMayRun() => _waiting.TryPeek(out IJob? next, out (double, long) place)
        && (!next.LeavesResult || _out.Count < bound || place.CompareTo(_out.Values.Min()) < 0);
}
