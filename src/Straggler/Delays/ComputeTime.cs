using Straggler.Simulation;

namespace Straggler.Delays;

/// <summary>How long each task's training takes: drawn, or as a measured device takes for so many samples.</summary>
internal sealed class ComputeTime
{
    private static readonly DrawPurposes _purposes = new(new("delay.client"), new("delay.task"));
    private static readonly StreamPurpose _jitterPurpose = new("delay.jitter");

    private readonly ScopedDraw? _drawn;
    private readonly TracedCompute? _traced;
    private readonly Jitter? _jitter;

    /// <summary>Draws what is drawn once.</summary>
    /// <param name="options">The configuration's <c>delay</c> section.</param>
    /// <param name="streams">The run's streams.</param>
    /// <param name="workSamples">For each client the samples a task passes over.</param>
    /// <param name="devices">The clients' measured devices; null for none.</param>
    public ComputeTime(DelayOptions options, RandomStreams streams, IReadOnlyList<long> workSamples, ClientDevices? devices)
    {
        _jitter = options.Jitter is null ? null : new(options.Jitter, streams, _jitterPurpose);
        if (devices?.Traces.SecondsPerTask is not null)
        {
            _traced = new(devices, streams, _purposes.Task, _ => options.Factor);
            return;
        }

        if (devices?.Traces.SecondsPerSample is not null)
        {
            _traced = new(devices, streams, _purposes.Task, client => options.Factor * workSamples[client]);
            return;
        }

        Func<int, double>? factor = options.Proportional ? client => workSamples[client] * options.Factor
            : options.Factor != 1 ? _ => options.Factor : null;
        _drawn = new(options.Dist.Create(), options.Per, streams, _purposes, workSamples.Count, factor);
    }

    /// <summary>Virtual seconds of one task's training.</summary>
    /// <param name="client">The client.</param>
    /// <param name="occurrence">How many tasks it was sent before.</param>
    /// <param name="work">The share of the whole task that is done.</param>
    public double Of(int client, int occurrence, double work)
    {
        double seconds = (_drawn?.Of(client, occurrence) ?? _traced!.Of(client, occurrence)) * work;
        return _jitter?.Apply(seconds, client, occurrence) ?? seconds;
    }

    /// <summary>A client's task will be asked for soon.</summary>
    public void Expect(int client) => _drawn?.Expect(client);

    /// <summary>The class of a client; null where there are none.</summary>
    public int? ClassOf(int client) => _drawn?.ClassOf(client);
}
