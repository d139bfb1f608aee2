using Straggler.Availability;
using Straggler.Delays;
using Straggler.Federation;
using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Strategies;
using Straggler.Training;

namespace Straggler.Simulation;

/// <content>How a client leaves: with which version, with how much to do, and when it is due.</content>
internal sealed partial class FlightControl
{
    /// <summary>Sends the current version to an idle client of a group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="now">The moment of dispatch.</param>
    /// <returns>Whether there was one that is on.</returns>
    public bool TryDispatch(int group, VirtualTime now)
    {
        int client = _clients.Take(group, now);
        if (client >= 0)
        {
            Dispatch(client, now, null);
            Expect(_clients[group].Soon);
        }

        return client >= 0;
    }

    /// <summary>Sends the current version to the client who leaves next in the record.</summary>
    /// <param name="now">The moment of dispatch.</param>
    /// <returns>The client's group.</returns>
    public int DispatchRecorded(VirtualTime now)
    {
        (int place, RecordedTask task) = _parts.Recorded!.Take();
        Dispatch(task.Client, now, (place, task));
        return GroupOf(task.Client);
    }

    private void Dispatch(int client, VirtualTime now, (int Place, RecordedTask Task)? recorded)
    {
        ClientsSent += _tasksSent[client] == 0 ? 1 : 0;
        Dispatch dispatch = new(client, _parts.Population.Samples[client], _tasksSent[client]++, _model.Version, now);
        ClientAlgorithm algorithm = PartOf(_parts.Strategy.Instruct(dispatch, _model), dispatch);
        Dispatch begun = _queues is null ? dispatch : dispatch with { Dispatched = _queues.Start(client, now) };
        TaskPlan plan = _live is null ? Foresee(begun, algorithm) : new(new(VirtualTime.Never), null, TaskDelay.Unknown);
        (TaskTiming timing, UpdateOutcome? loss, TaskDelay parts) = recorded is { Task: var task } ? Follow(task, plan) : plan;

        _queues?.Add(client, timing.Due);
        algorithm = timing.Share < 1 ? algorithm with { Steps = CompleteSteps(timing.Share, algorithm, dispatch.Samples) } : algorithm;
        Flight flight = _over.TryPop(out Flight? over) ? over : new();
        flight.Start(new(client, dispatch.Occurrence, algorithm), VersionFor(algorithm), new(now, timing.Due, loss), _parts.Trainer);
        flight.Parts = parts;
        flight.Probability = _queues is null || recorded is not null ? 0 : _clients[GroupOf(client)].Probability;
        if (timing.Due == VirtualTime.Never)
        {
            _flights.AddOpen(flight);
        }
        else if (recorded is { Place: var place })
        {
            _flights.AddInPlace(flight, place);
        }
        else if (_sharesLink)
        {
            _flights.Add(flight, PlanOf(flight), now);
        }
        else
        {
            _flights.Add(flight);
        }
    }

    /// <summary>What a client does of its task, if it does only a part of the steps.</summary>
    private ClientAlgorithm PartOf(ClientAlgorithm algorithm, in Dispatch dispatch)
    {
        double share = _parts.Fates?.WorkShare(dispatch.Client, dispatch.Occurrence) ?? 1;
        int whole = share < 1 ? algorithm.Steps ?? _parts.Local.StepsPerTask(dispatch.Samples) : 0;
        return share < 1 ? algorithm with { Steps = Math.Max(1, (int)Math.Round(share * whole)) } : algorithm;
    }

    /// <summary>When a task ends, with how many steps, and whether it is lost.</summary>
    private TaskPlan Foresee(in Dispatch dispatch, ClientAlgorithm algorithm)
    {
        TaskDelay parts = _parts.Delays.Of(dispatch.Client, dispatch.Occurrence, WorkOf(dispatch.Client, algorithm));
        VirtualDuration duration = parts.Total;
        if (_parts.Fates is null)
        {
            return Timed(_policy.Time(dispatch, duration), parts);
        }

        TaskFate fate = _parts.Fates.Foresee(dispatch.Client, dispatch.Occurrence, dispatch.Dispatched, duration);
        if (fate.Loss is not null)
        {
            return new(new(fate.Ends), fate.Loss, TaskDelay.Unknown);
        }

        // A task without a break keeps its duration to the last bit.
        bool unbroken = fate.Ends == dispatch.Dispatched + duration;
        return Timed(_policy.Time(dispatch, unbroken ? duration : fate.Ends - dispatch.Dispatched), parts);
    }

    /// <summary>A task that arrives; of one that is asked for before it is done all parts are as much shorter.</summary>
    private static TaskPlan Timed(TaskTiming timing, in TaskDelay parts) => new(timing, null, timing.Share == 1 ? parts
        : new(parts.Download * timing.Share, parts.Compute * timing.Share, parts.Upload * timing.Share));

    /// <summary>A task of a record; who never comes back need not train.</summary>
    private static TaskPlan Follow(in RecordedTask task, in TaskPlan plan) =>
        new(plan.Timing with { Due = task.Ended }, task.Ended == VirtualTime.Never ? UpdateOutcome.LostOffline : task.Loss, task.Parts);

    /// <summary>What is known of a flight over a shared link, at any time.</summary>
    private LinkPlan PlanOf(Flight flight)
    {
        (int client, int occurrence, ClientAlgorithm algorithm) = flight.Task;
        (Transfer down, Transfer up) = _parts.Delays.TransfersOf(client, occurrence);
        return new(
            _parts.Delays.Of(client, occurrence, WorkOf(client, algorithm)), down, up, _parts.Fates?.HazardOf(client, occurrence) ?? default);
    }

    /// <summary>Has the memory of a client who leaves soon on its way.</summary>
    private void Expect(int client)
    {
        _parts.Population.Expect(client);
        _parts.Delays.Expect(client);
        Prefetch.Element(_tasksSent, client);
    }

    /// <summary>The gradient steps that a share of a task holds; a step that ends at the very moment counts, whatever the rounding.</summary>
    private int CompleteSteps(double share, ClientAlgorithm algorithm, int samples) =>
        (int)((share * (algorithm.Steps ?? _parts.Local.StepsPerTask(samples))) + 1e-9);

    private ModelVersion VersionFor(ClientAlgorithm algorithm) =>
        algorithm.Start.IsEmpty ? _parts.Versions.HoldCurrent() : _parts.Versions.Keep(algorithm.Start.Span);

    /// <summary>What is known of a task when it leaves.</summary>
    /// <param name="Timing">When it ends, with how many steps.</param>
    /// <param name="Loss">How it is lost; null for one that arrives.</param>
    /// <param name="Parts">How long its parts take.</param>
    private readonly record struct TaskPlan(TaskTiming Timing, UpdateOutcome? Loss, TaskDelay Parts);
}
