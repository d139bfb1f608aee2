using System.ComponentModel.DataAnnotations;
using Straggler.Simulation;

namespace Straggler.Availability;

/// <summary>Options of <see cref="Diurnal"/>.</summary>
public sealed record DiurnalOptions : IValidatableObject
{
    /// <summary>Mean probability to be on, over a day.</summary>
    [Range(1e-3, 1.0)]
    public double Mean { get; init; } = 0.5;

    /// <summary>How far the probability rises above the mean and falls below it; what leaves [0, 1] is cut off. 0.4 is our choice.</summary>
    [Range(0.0, 1.0)]
    public double Amplitude { get; init; } = 0.4;

    /// <summary>Length of a day in virtual seconds.</summary>
    [Range(0.0, 1e12, MinimumIsExclusive = true)]
    public double Period { get; init; } = 86_400;

    /// <summary>Where in the day the run begins, as a fraction of it: 0 at the mean and rising, 0.25 at the peak.</summary>
    [Range(0.0, 1.0)]
    public double Phase { get; init; }

    /// <summary>
    /// Clients' days differ by a draw each, uniform over this fraction of a day: 0 for one time zone, 1 for the whole world. A quarter,
    /// six time zones, is our choice.
    /// </summary>
    [Range(0.0, 1.0)]
    public double PhaseSpread { get; init; } = 0.25;

    /// <summary>Length of a slot in virtual seconds, within which a client does not change; ten minutes by default.</summary>
    [Range(0.0, 1e12, MinimumIsExclusive = true)]
    public double Slot { get; init; } = 600;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Slot > Period / 2 || Slot < Period / 1e6)
        {
            yield return new("a slot must be between a millionth and half of the period", [nameof(Slot)]);
        }
    }
}

/// <summary>Availability that follows the day: in each slot on with probability mean + amplitude · sin 2π(t/period + phase).</summary>
/// <remarks>
/// t is the slot's beginning. Draws: <c>availability.slot</c>, <c>availability.phase</c>. Keeps nothing.
/// Source: the diurnal pattern that K. Bonawitz et al., "Towards federated learning at scale: system design", MLSys 2019, arXiv
/// 1902.01046, report for phones; the sine of M. Xiang et al., "Efficient federated learning against heterogeneous and non-stationary
/// client unavailability", NeurIPS 2024, arXiv 2409.17446.
/// </remarks>
public sealed class Diurnal : IAvailability
{
    private static readonly StreamPurpose _phase = new("availability.phase");
    private readonly DiurnalOptions _options;
    private readonly RandomStreams _streams;
    private readonly SlotGrid _slots;

    /// <summary>Makes the process.</summary>
    public Diurnal(DiurnalOptions options, AvailabilityServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        _options = options;
        _streams = services.Streams;
        _slots = new(options.Slot, services.Streams);
    }

    /// <summary>The probability of a client in the slot that begins at a moment, within [0, 1].</summary>
    public double ProbabilityOf(int client, VirtualTime start)
    {
        double shift = _options.PhaseSpread == 0 ? 0 : _options.PhaseSpread * _streams.Open(_phase, client).NextDouble();
        double day = (start.Seconds / _options.Period) + _options.Phase + shift;
        return Math.Clamp(_options.Mean + (_options.Amplitude * Math.Sin(2 * Math.PI * day)), 0, 1);
    }

    /// <inheritdoc/>
    public Spell At(int client, VirtualTime at)
    {
        if (_options.Mean >= 1 && _options.Amplitude == 0)
        {
            return new(IsOn: true, VirtualTime.Never);
        }

        int slot = _slots.SlotOf(at);
        double probability = ProbabilityOf(client, _slots.StartOf(slot));
        return new(_slots.Draw(client, slot) < probability, _slots.StartOf(slot + 1));
    }
}
