using System.Diagnostics.CodeAnalysis;
using Straggler.Simulation;

namespace Straggler.Training;

/// <summary>Jobs that wait for a worker, and the back-pressure of results that wait to be used. Thread-safe.</summary>
/// <remarks>
/// Trainings come by the virtual time at which they are due. A training counts as out from when a worker takes it until it is settled:
/// its result used, or none to come. While as many are out as the bound allows, a training is handed to a worker only if it is due before
/// all that are out. A training that is waited for is hurried, which makes it due before all others, so nobody waits in vain even where
/// times were estimates; and a bound decides when a job runs, not what it gives. Evaluations leave nothing behind: they fill the gaps in which no training can begin, unless they are
/// hurried, and then they come first.
/// </remarks>
/// <param name="bound">Trainings out at once, at least 1; a few more may be, each due before all the others.</param>
internal sealed class JobQueue(int bound)
{
    private readonly PriorityQueue<IJob, (double Due, long Sequence)> _trainings = new();
    private readonly Dictionary<IJob, (double Due, long Sequence)> _out = [];
    private readonly Queue<IJob> _evaluations = new();
    private readonly object _gate = new();
    private long _wanted = long.MaxValue;
    private long _sequence;
    private int _hurried;
    private bool _closed;

    /// <summary>Adds a training; gives it up at once if the queue is closed.</summary>
    public void Add(IJob training, VirtualTime due) =>
        Add(training, () => _trainings.Enqueue(training, (due.Seconds, _sequence++)));

    /// <summary>A training is waited for: if no worker has it, the next free one takes it, before all others and whatever is out.</summary>
    public void Hurry(IJob training)
    {
        lock (_gate)
        {
            if (_trainings.Remove(training, out _, out _))
            {
                // Each before those that were hurried earlier, whose results may still be out.
                _trainings.Enqueue(training, (double.NegativeInfinity, -_sequence++));
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Adds a part of an evaluation; gives it up at once if the queue is closed.</summary>
    public void AddEvaluation(IJob evaluation) => Add(evaluation, () => _evaluations.Enqueue(evaluation));

    /// <summary>No more results than so many will be used from now on: no more trainings are out than that, at least one.</summary>
    public void Expect(long results)
    {
        lock (_gate)
        {
            _wanted = Math.Max(1, results);
        }
    }

    /// <summary>The evaluations that wait now are waited for: they go first.</summary>
    public void HurryEvaluations()
    {
        lock (_gate)
        {
            _hurried = _evaluations.Count;
        }
    }

    /// <summary>Waits for the next job that may run; null once the queue is closed.</summary>
    public IJob? Take()
    {
        lock (_gate)
        {
            while (!_closed)
            {
                if (TryTake(out IJob? job))
                {
                    return job;
                }

                Monitor.Wait(_gate);
            }

            return null;
        }
    }

    /// <summary>A training's result was used, or it ended without one. Settling again, or settling something else, does nothing.</summary>
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
            while (_trainings.TryDequeue(out IJob? job, out _) || _evaluations.TryDequeue(out job))
            {
                job.GiveUp();
            }
        }
    }

    private void Add(IJob job, Action enqueue)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                enqueue();
                Monitor.PulseAll(_gate);
                return;
            }
        }

        job.GiveUp();
    }

    private bool TryTake([NotNullWhen(true)] out IJob? job)
    {
        if (_hurried > 0 && _evaluations.TryDequeue(out job))
        {
            _hurried--;
            return true;
        }

        if (_trainings.TryPeek(out job, out (double, long) place) && MayRun(place))
        {
            _out.Add(job, place);
            return _trainings.TryDequeue(out job, out _);
        }

        return _evaluations.TryDequeue(out job);
    }

    private bool MayRun((double, long) place) => _out.Count < Math.Min(bound, _wanted) || place.CompareTo(_out.Values.Min()) < 0;
}
