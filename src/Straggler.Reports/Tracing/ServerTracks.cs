using Straggler.Recording;
using Straggler.Reports.Records;

namespace Straggler.Reports.Tracing;

/// <summary>The server's side of a timeline: steps, evaluations, and quantities over virtual time.</summary>
internal sealed class ServerTracks
{
    private const long Steps = 1, Evaluations = 2;

    private readonly Dictionary<string, double> _shown = [];
    private readonly TraceWriter _trace;
    private readonly int _process;
    private readonly TraceOptions _options;
    private readonly FlightCounter _flight;
    private UpdateRecord? _before;
    private long _waiting;

    /// <summary>Names the tracks.</summary>
    /// <param name="trace">Takes the events.</param>
    /// <param name="process">The server's process.</param>
    /// <param name="dispatches">Virtual seconds of all dispatches, ascending.</param>
    /// <param name="options">What is exported.</param>
    public ServerTracks(TraceWriter trace, int process, IReadOnlyList<double> dispatches, TraceOptions options)
    {
        (_trace, _process, _options) = (trace, process, options);
        _flight = new(dispatches, (time, tasks) => Show("clients in flight", time, tasks));
        trace.Name(process, 0, "server", 0);
        trace.Name(process, Steps, "server steps", 0);
        trace.Name(process, Evaluations, "evaluations", 1);
    }

    /// <summary>A task ended; they come in their order.</summary>
    public void Add(in UpdateRecord task)
    {
        _flight.Ended(task.VirtualTime);
        if (_before is { } before)
        {
            Settle(before, task.Version);
        }

        _before = task;
    }

    /// <summary>There are no more tasks.</summary>
    /// <param name="version">The server's last version, as far as it is known.</param>
    public void Finish(long version)
    {
        _flight.Finish();
        if (_before is { } before)
        {
            Settle(before, Math.Max(version, before.Version));
        }
    }

    /// <summary>The model was evaluated.</summary>
    public void Add(EvaluationRow evaluation)
    {
        if (!_options.Shows(evaluation.VirtualTime))
        {
            return;
        }

        (string Name, double Value)[] values = [("arrival", evaluation.Arrival), ("accuracy", evaluation.Accuracy), ("loss", evaluation.Loss)];
        (string Name, double Value)[] known = [.. values.Where(value => double.IsFinite(value.Value))];
        _trace.Instant(_process, Evaluations, "evaluation", "evaluation", TraceClock.Nanoseconds(evaluation.VirtualTime), json =>
        {
            foreach ((string name, double value) in known)
            {
                json.WriteNumber(name, value);
            }
        });
        foreach ((string name, double value) in known.Where(value => value.Name != "arrival"))
        {
            Show("test " + name, evaluation.VirtualTime, value);
        }
    }

    /// <summary>What a task made of the server is known when the next one, or the end, shows the version that it left behind.</summary>
    private void Settle(UpdateRecord task, long versionAfter)
    {
        bool stepped = versionAfter > task.Version;
        _waiting = stepped ? 0 : _waiting + (task.Outcome == UpdateOutcome.Applied ? 1 : 0);
        if (stepped && _options.Shows(task.VirtualTime))
        {
            _trace.Instant(_process, Steps, "server step", "step", TraceClock.Nanoseconds(task.VirtualTime), json => json.WriteNumber("version", versionAfter));
        }

        if (!task.Outcome.IsLoss())
        {
            Show("staleness", task.VirtualTime, task.Staleness);
        }

        Show("server version", task.VirtualTime, versionAfter);
        Show("updates since the last step", task.VirtualTime, _waiting);
    }

    /// <summary>A value is told where it changes.</summary>
    private void Show(string name, double time, double value)
    {
        if (_options.Shows(time) && (!_shown.TryGetValue(name, out double last) || last != value))
        {
            _shown[name] = value;
            _trace.Counter(_process, name, TraceClock.Nanoseconds(time), value);
        }
    }
}
