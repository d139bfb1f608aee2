using Straggler.Metrics;
using Straggler.Strategies;

namespace Straggler.Recording;

/// <summary>Tells observers what happened, in the order in which it happened, although an evaluation is measured later than it was due.</summary>
/// <param name="observers">Who is told.</param>
internal sealed class Announcements(IReadOnlyList<IRunObserver> observers)
{
    private readonly IRunObserver[] _impatient = [.. observers.Where(observer => observer.TellUpdatesAtOnce)];
    private readonly IRunObserver[] _orderly = [.. observers.Where(observer => !observer.TellUpdatesAtOnce)];
    private readonly IRunObserver[] _ofModels = [.. observers.Where(observer => observer.TakesLocalModels)];
    private readonly Queue<UpdateRecord> _behind = new();
    private bool _waiting;

    /// <summary>An update arrived, or a task was lost; told at once, unless an evaluation before it is still being measured.</summary>
    public void Add(in UpdateRecord update)
    {
        Tell(_impatient, update);
        if (_waiting)
        {
            _behind.Enqueue(update);
        }
        else
        {
            Tell(_orderly, update);
        }
    }

    /// <summary>A local model arrived; always told at once, for it is gone afterwards.</summary>
    public void Add(long arrival, in ClientUpdate update)
    {
        foreach (IRunObserver observer in _ofModels)
        {
            observer.OnLocalModel(arrival, update);
        }
    }

    /// <summary>The model is being evaluated: whatever comes from now on waits for <see cref="Add(EvaluationRecord)"/>.</summary>
    public void Wait() => _waiting = true;

    /// <summary>The evaluation was measured; told at once, and with it what came after it.</summary>
    public void Add(EvaluationRecord evaluation)
    {
        foreach (IRunObserver observer in observers)
        {
            observer.OnEvaluation(evaluation);
        }

        _waiting = false;
        while (_behind.TryDequeue(out UpdateRecord update))
        {
            Tell(_orderly, update);
        }
    }

    private static void Tell(IRunObserver[] observers, in UpdateRecord update)
    {
        foreach (IRunObserver observer in observers)
        {
            if (update.Outcome.IsLoss())
            {
                observer.OnLost(update);
            }
            else
            {
                observer.OnUpdate(update);
            }
        }
    }
}
