using Straggler.Configuration;
using Straggler.Simulation;
using Straggler.Tables;

namespace Straggler.Delays;

/// <summary>How long each task takes, from dispatch to arrival.</summary>
/// <remarks>
/// Draws come from streams named <c>delay.client</c>, <c>delay.task</c>, <c>delay.bandwidth</c> and so on, so every strategy under one
/// seed meets the same durations, and a task's delay can be asked for again at any time. Thread-safe.
/// </remarks>
public sealed class DelayModel
{
    private readonly ComputeTime _compute;
    private readonly NetworkTime _network;
    private readonly TransferBytes _bytes;

    /// <summary>Draws what is drawn once; both directions carry the model as it is.</summary>
    /// <inheritdoc cref="DelayModel(DelayOptions, RandomStreams, IReadOnlyList{long}, TransferBytes)"/>
    /// <param name="options">The configuration's <c>delay</c> section.</param>
    /// <param name="streams">The run's streams.</param>
    /// <param name="workSamples">For each client the samples a task passes over (samples × epochs, or steps × batch size).</param>
    /// <param name="modelBytes">Bytes of the model on the wire, in each direction.</param>
    public DelayModel(DelayOptions options, RandomStreams streams, IReadOnlyList<long> workSamples, long modelBytes)
        : this(options, streams, workSamples, new TransferBytes(modelBytes, modelBytes))
    {
    }

    /// <summary>Draws what is drawn once.</summary>
    /// <param name="options">The configuration's <c>delay</c> section.</param>
    /// <param name="streams">The run's streams.</param>
    /// <param name="workSamples">For each client the samples a task passes over (samples × epochs, or steps × batch size).</param>
    /// <param name="bytes">What a task sends over the network.</param>
    /// <exception cref="InvalidOptionException">A client's link has no speed.</exception>
    /// <exception cref="TableException">A file of device traces cannot be used.</exception>
    public DelayModel(DelayOptions options, RandomStreams streams, IReadOnlyList<long> workSamples, TransferBytes bytes)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(workSamples);
        ClientDevices? devices = options.Traces is null ? null : new(options.Traces, streams, workSamples.Count);
        _compute = new(options, streams, workSamples, devices);
        _network = new(options, streams, workSamples.Count, bytes, devices);
        _bytes = bytes;
        ServerLink = options.ServerLink;
        CheckLinks(workSamples.Count);
    }

    /// <summary>The link that all transfers share; null where nobody holds anybody up, and <see cref="Duration"/> is a task's duration.</summary>
    public ServerLinkOptions? ServerLink { get; }

    /// <summary>The time from dispatch to arrival of one task.</summary>
    /// <param name="client">The client.</param>
    /// <param name="occurrence">How many tasks it was sent before.</param>
    /// <param name="work">The share of the whole task's computation that is done.</param>
    public VirtualDuration Duration(int client, int occurrence, double work = 1) => Of(client, occurrence, work).Total;

    /// <summary>How long the parts of one task take.</summary>
    /// <param name="client">The client.</param>
    /// <param name="occurrence">How many tasks it was sent before.</param>
    /// <param name="work">The share of the whole task's computation that is done.</param>
    public TaskDelay Of(int client, int occurrence, double work = 1)
    {
        (double down, double up) = _network.TakesTime ? _network.Of(client, occurrence) : (0, 0);
        return new(new(down), new(_compute.Of(client, occurrence, work)), new(up));
    }

    /// <summary>What a task sends over a link, and how long that takes it alone; latencies are no part of it.</summary>
    /// <param name="client">The client.</param>
    /// <param name="occurrence">How many tasks it was sent before.</param>
    internal (Transfer Down, Transfer Up) TransfersOf(int client, int occurrence)
    {
        (double down, double up) = _network.OnLink(client, occurrence);
        return (new(_bytes.Down, new(down)), new(_bytes.Up, new(up)));
    }

    /// <summary>A client's duration will be asked for soon.</summary>
    internal void Expect(int client) => _compute.Expect(client);

    /// <summary>The class that a client belongs to with <c>per: class</c>, 0-based; null where there are no classes.</summary>
    public int? ClassOf(int client) => _compute.ClassOf(client);

    /// <summary>A link without speed is reported before the run begins, as far as it can be known by then.</summary>
    private void CheckLinks(int clientCount)
    {
        for (int client = 0; _network.TakesTime && client < clientCount; client++)
        {
            _network.Of(client, 0);
        }
    }
}
