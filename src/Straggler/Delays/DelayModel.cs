using System.Globalization;
using Straggler.Configuration;
using Straggler.Simulation;

namespace Straggler.Delays;

/// <summary>How long each task takes, from dispatch to arrival.</summary>
/// <remarks>
/// Draws come from the streams <c>delay.client</c>, <c>delay.task</c> and <c>delay.bandwidth</c>, so every strategy under one seed
/// meets the same durations.
/// </remarks>
public sealed class DelayModel
{
    private static readonly StreamPurpose _perClient = new("delay.client");
    private static readonly StreamPurpose _perTask = new("delay.task");
    private static readonly StreamPurpose _bandwidth = new("delay.bandwidth");

    private readonly DelayOptions _options;
    private readonly RandomStreams _streams;
    private readonly IDistribution _compute;
    private readonly Pace[] _paces;

    /// <summary>Draws what is drawn once.</summary>
    /// <param name="options">The configuration's <c>delay</c> section.</param>
    /// <param name="streams">The run's streams.</param>
    /// <param name="workSamples">For each client the samples a task passes over (samples × epochs, or steps × batch size).</param>
    /// <param name="modelBytes">Bytes of the model on the wire, in each direction.</param>
    /// <exception cref="InvalidOptionException">A client's link has no speed.</exception>
    public DelayModel(DelayOptions options, RandomStreams streams, IReadOnlyList<long> workSamples, long modelBytes)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(workSamples);
        _options = options;
        _streams = streams;
        _compute = options.Dist.Create();
        _paces = new Pace[workSamples.Count];
        IDistribution? speed = options.Bandwidth?.Dist.Create();
        for (int client = 0; client < _paces.Length; client++)
        {
            double draw = options.Per == DelayScope.Task ? 1 : Draw(_compute, _perClient, client, 0);
            double network = speed is null ? 0
                : NetworkSeconds(modelBytes, Draw(speed, _bandwidth, client, 0), options.Bandwidth!.UploadFraction);
            _paces[client] = new(draw * (options.Proportional ? workSamples[client] : 1), network);
        }
    }

    /// <summary>The time from dispatch to arrival of one task.</summary>
    /// <param name="client">The client.</param>
    /// <param name="occurrence">How many tasks it was sent before.</param>
    /// <param name="work">The share of the whole task's computation that is done.</param>
    public VirtualDuration Duration(int client, int occurrence, double work = 1)
    {
        double draw = _options.Per == DelayScope.Client ? 1 : Draw(_compute, _perTask, client, occurrence);
        Pace pace = _paces[client];
        return new((pace.Factor * draw * work) + pace.NetworkSeconds);
    }

    /// <summary>A client's duration will be asked for soon.</summary>
    internal void Expect(int client) => Prefetch.Element(_paces, client);

    private static double NetworkSeconds(long bytes, double speed, double uploadFraction)
    {
        double seconds = (bytes / speed) + (bytes / (speed * uploadFraction));
        return double.IsFinite(seconds) ? seconds : throw new InvalidOptionException("delay.bandwidth", string.Create(
            CultureInfo.InvariantCulture,
            $"a link speed of {speed} bytes per virtual second was drawn, over which a model never arrives. Allowed: speeds above 0."));
    }

    private double Draw(IDistribution distribution, StreamPurpose purpose, int client, int occurrence)
    {
        RandomStream random = _streams.Open(purpose, client, occurrence);
        return distribution.Sample(ref random);
    }

    /// <summary>What a client keeps for all its tasks. Side by side: among a million clients each look costs a miss of the cache.</summary>
    private readonly record struct Pace(double Factor, double NetworkSeconds);
}
