using Straggler.Configuration;
using Straggler.Delays;
using Straggler.Simulation;

namespace Straggler.Energy;

/// <summary>What tasks cost: watts × seconds of download, training and upload, by the client's class of device.</summary>
/// <remarks>
/// An account kept beside the run, which it does not change. Energy that a device uses while it waits is no task's. Draws: <c>energy.device</c>.
/// </remarks>
public sealed class EnergyModel
{
    private static readonly StreamPurpose _purpose = new("energy.device");

    private readonly EnergyOptions _options;
    private readonly DelayModel _delays;
    private readonly int[] _devices;

    /// <summary>Gives every client a device.</summary>
    /// <param name="options">The configuration's <c>energy</c> section.</param>
    /// <param name="delays">How long tasks take.</param>
    /// <param name="streams">The run's streams.</param>
    /// <param name="clientCount">Number of clients n.</param>
    /// <exception cref="InvalidOptionException">Clients have no class of delay, or more classes than there are devices.</exception>
    public EnergyModel(EnergyOptions options, DelayModel delays, RandomStreams streams, int clientCount)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(delays);
        ArgumentNullException.ThrowIfNull(streams);
        _options = options;
        _delays = delays;
        Shares shares = new([.. options.Devices.Select(device => device.Share)]);
        _devices = [.. Enumerable.Range(0, clientCount).Select(client => options.By == DeviceClassRule.DelayClass ? ClassOf(client) : Drawn(client))];

        int Drawn(int client)
        {
            RandomStream random = streams.Open(_purpose, client);
            return shares.Pick(ref random);
        }
    }

    /// <summary>A client's device, 0-based.</summary>
    public int DeviceOf(int client) => _devices[client];

    /// <summary>Joules of one task.</summary>
    /// <param name="client">The client.</param>
    /// <param name="occurrence">How many tasks it was sent before.</param>
    /// <param name="work">The share of the whole task's computation that is done.</param>
    public double Joules(int client, int occurrence, double work = 1)
    {
        DeviceClassOptions device = _options.Devices[_devices[client]];
        TaskDelay delay = _delays.Of(client, occurrence, work);
        return (device.DownloadWatts * delay.Download.Seconds) + (device.ComputeWatts * delay.Compute.Seconds)
            + (device.UploadWatts * delay.Upload.Seconds);
    }

    private int ClassOf(int client) => _delays.ClassOf(client) switch
    {
        null => throw new InvalidOptionException("energy.by", "delay_class needs clients with a class of delay. Allowed with delay.per: class."),
        { } index when index < _options.Devices.Count => index,
        { } index => throw new InvalidOptionException(
            "energy.devices", $"{_options.Devices.Count} devices do not do for clients of delay class {index + 1}. Allowed: one for each class."),
    };
}
