using System.Globalization;
using Straggler.Configuration;
using Straggler.Simulation;

namespace Straggler.Delays;

/// <summary>How long each task's transfers take: bytes over the speed of the client's link, down and up.</summary>
internal sealed class NetworkTime
{
    private static readonly DrawPurposes _downPurposes = new(new("delay.bandwidth"), new("delay.bandwidth.task"));
    private static readonly DrawPurposes _upPurposes = new(new("delay.bandwidth.upload"), new("delay.bandwidth.upload.task"));
    private static readonly StreamPurpose _downJitterPurpose = new("delay.jitter.download");
    private static readonly StreamPurpose _upJitterPurpose = new("delay.jitter.upload");

    private readonly BandwidthOptions? _bandwidth;
    private readonly ClientDevices? _devices;
    private readonly ScopedDraw? _down, _up;
    private readonly Jitter? _downJitter, _upJitter;
    private readonly TransferBytes _bytes;

    /// <summary>Draws what is drawn once.</summary>
    /// <param name="options">The configuration's <c>delay</c> section.</param>
    /// <param name="streams">The run's streams.</param>
    /// <param name="clientCount">Number of clients.</param>
    /// <param name="bytes">What travels.</param>
    /// <param name="devices">The clients' measured devices; null for none.</param>
    public NetworkTime(DelayOptions options, RandomStreams streams, int clientCount, TransferBytes bytes, ClientDevices? devices)
    {
        _bytes = bytes;
        _devices = devices?.Traces.DownloadSpeed is null ? null : devices;
        _bandwidth = options.Bandwidth;
        if (_bandwidth is not null)
        {
            _down = new(_bandwidth.Dist.Create(), _bandwidth.Per, streams, _downPurposes, clientCount);
            _up = _bandwidth.Upload is not { } upload ? null : new(upload.Dist.Create(), upload.Per, streams, _upPurposes, clientCount);
        }

        if (options.NetworkJitter is { } jitter)
        {
            _downJitter = new(jitter, streams, _downJitterPurpose);
            _upJitter = jitter.Together ? _downJitter : new(jitter, streams, _upJitterPurpose);
        }
    }

    /// <summary>Whether transfers take any time.</summary>
    public bool TakesTime => _down is not null || _devices is not null || _downJitter is not null;

    /// <summary>Virtual seconds of one task's transfers.</summary>
    /// <exception cref="InvalidOptionException">A link has no speed.</exception>
    public (double Down, double Up) Of(int client, int occurrence) => Jittered(client, occurrence, latency: true);

    /// <summary>Virtual seconds for which one task's transfers keep a link busy: without what jitter adds to them as a latency.</summary>
    /// <exception cref="InvalidOptionException">A link has no speed.</exception>
    public (double Down, double Up) OnLink(int client, int occurrence) => Jittered(client, occurrence, latency: false);

    private (double Down, double Up) Jittered(int client, int occurrence, bool latency)
    {
        (double down, double up) = _devices is not null || _down is not null ? Transfers(client, occurrence) : (0, 0);
        return _downJitter is null || (_downJitter.IsLatency && !latency) ? (down, up)
            : (_downJitter.Apply(down, client, occurrence), _upJitter!.Apply(up, client, occurrence));
    }

    private (double Down, double Up) Transfers(int client, int occurrence)
    {
        (double downSpeed, double upSpeed) = Speeds(client, occurrence);
        return (Seconds(_bytes.Down, downSpeed), Seconds(_bytes.Up, upSpeed));
    }

    private (double Down, double Up) Speeds(int client, int occurrence)
    {
        if (_devices is not null)
        {
            int row = _devices.RowOf(client);
            return (_devices.Traces.DownloadSpeed![row], _devices.Traces.UploadSpeed![row]);
        }

        double down = _down!.Of(client, occurrence);
        return (down, _up?.Of(client, occurrence) ?? (down * _bandwidth!.UploadFraction));
    }

    private static double Seconds(long bytes, double speed)
    {
        double seconds = bytes / speed;
        return double.IsFinite(seconds) ? seconds : throw new InvalidOptionException("delay.bandwidth", string.Create(
            CultureInfo.InvariantCulture,
            $"a link speed of {speed} bytes per virtual second was drawn, over which a model never arrives. Allowed: speeds above 0."));
    }
}
