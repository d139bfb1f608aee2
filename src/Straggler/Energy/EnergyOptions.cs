using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Straggler.Delays;

namespace Straggler.Energy;

/// <summary>Which device class a client is of.</summary>
public enum DeviceClassRule
{
    /// <summary>Drawn once for each client, by the classes' shares.</summary>
    Share,

    /// <summary>The client's class of <c>delay</c> with <c>per: class</c>: its first class is the first device, and so on.</summary>
    DelayClass,
}

/// <summary>The configuration's <c>energy</c> section: what tasks cost the clients' batteries.</summary>
public sealed record EnergyOptions : IValidatableObject
{
    /// <summary>The classes of devices.</summary>
    public IReadOnlyList<DeviceClassOptions> Devices { get; init; } = [new()];

    /// <summary>Which of them a client is of.</summary>
    public DeviceClassRule By { get; init; } = DeviceClassRule.Share;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Devices.Count == 0 || (By == DeviceClassRule.Share && !(Devices.Sum(device => device.Share) > 0)))
        {
            yield return new("has no class that a client could be of. Expected at least one device with a share > 0", [nameof(Devices)]);
        }
    }

    /// <summary>What is wrong with these devices for such delays; null if nothing is.</summary>
    /// <param name="delay">The configuration's <c>delay</c> section.</param>
    public string? Fault(DelayOptions delay)
    {
        ArgumentNullException.ThrowIfNull(delay);
        if (By != DeviceClassRule.DelayClass)
        {
            return null;
        }

        return delay.Per != DelayScope.Class || delay.Dist.Create() is not ClassDistribution classes
            ? "delay_class needs clients with a class of delay. Expected share, or delay.per: class"
            : classes.Count == Devices.Count ? null : string.Create(CultureInfo.InvariantCulture,
                $"delay_class needs a device for each of the {classes.Count} classes of delay, and there are {Devices.Count}. Expected as many");
    }
}

/// <summary>One class of devices: the power that it draws beyond what it draws anyway.</summary>
/// <remarks>The defaults are round figures for a phone, not measurements.</remarks>
public sealed record DeviceClassOptions
{
    /// <summary>Share of the clients, in any unit.</summary>
    [Range(0.0, 1e15)]
    public double Share { get; init; } = 1;

    /// <summary>Watts while it trains.</summary>
    [Range(0.0, 1e9)]
    public double ComputeWatts { get; init; } = 3;

    /// <summary>Watts while it receives.</summary>
    [Range(0.0, 1e9)]
    public double DownloadWatts { get; init; } = 1;

    /// <summary>Watts while it sends.</summary>
    [Range(0.0, 1e9)]
    public double UploadWatts { get; init; } = 1;
}
