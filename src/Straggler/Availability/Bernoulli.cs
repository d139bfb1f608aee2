using System.ComponentModel.DataAnnotations;
using Straggler.Simulation;

namespace Straggler.Availability;

/// <summary>Options of <see cref="Bernoulli"/>.</summary>
public sealed record BernoulliOptions : IValidatableObject
{
    /// <summary>Probability that a client is on in a slot; the mean over clients if they differ. One half by default.</summary>
    [Range(1e-3, 1.0)]
    public double Probability { get; init; } = 0.5;

    /// <summary>How much clients differ: each has a probability of its own, uniform in probability ± spread. 0 for all alike.</summary>
    [Range(0.0, 0.5)]
    public double Spread { get; init; }

    /// <summary>Length of a slot in virtual seconds; ten minutes by default, a usual length of a round on phones.</summary>
    [Range(0.0, 1e12, MinimumIsExclusive = true)]
    public double Slot { get; init; } = 600;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Probability - Spread < 1e-3 - 1e-12 || Probability + Spread > 1 + 1e-12)
        {
            yield return new("the probabilities, from probability - spread to probability + spread, must lie between 0.001 and 1", [nameof(Spread)]);
        }
    }
}

/// <summary>In each slot of time each client is on with a probability, independently of all else.</summary>
/// <remarks>
/// Draws: <c>availability.slot</c> and, for clients that differ, <c>availability.client</c>. The usual model of random participation, where
/// a slot is a round: with <c>mid_task: finish</c> and slots shorter than the time between selections, a client is on with the
/// probability anew whenever it could be selected. Keeps nothing.
/// Source: Y. Ruan et al., "Towards flexible device participation in federated learning", AISTATS 2021, arXiv 2006.06954.
/// </remarks>
public sealed class Bernoulli : IAvailability
{
    private static readonly StreamPurpose _client = new("availability.client");
    private readonly BernoulliOptions _options;
    private readonly RandomStreams _streams;
    private readonly SlotGrid _slots;

    /// <summary>Makes the process.</summary>
    public Bernoulli(BernoulliOptions options, AvailabilityServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        _options = options;
        _streams = services.Streams;
        _slots = new(options.Slot, services.Streams);
    }

    /// <summary>A client's own probability.</summary>
    public double ProbabilityOf(int client) => _options.Spread == 0 ? _options.Probability
        : _options.Probability + (_options.Spread * ((2 * _streams.Open(_client, client).NextDouble()) - 1));

    /// <inheritdoc/>
    public Spell At(int client, VirtualTime at)
    {
        double probability = ProbabilityOf(client);
        if (probability >= 1)
        {
            return new(IsOn: true, VirtualTime.Never);
        }

        int slot = _slots.SlotOf(at);
        return new(_slots.Draw(client, slot) < probability, _slots.StartOf(slot + 1));
    }
}
