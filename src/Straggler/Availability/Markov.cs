using System.ComponentModel.DataAnnotations;
using Straggler.Simulation;

namespace Straggler.Availability;

/// <summary>Options of <see cref="Markov"/>.</summary>
public sealed record MarkovOptions
{
    /// <summary>Mean length of an on-spell in virtual seconds, 1/λ_off. Ten minutes is our choice.</summary>
    [Range(1e-9, 1e12)]
    public double MeanOn { get; init; } = 600;

    /// <summary>Mean length of an off-spell in virtual seconds, 1/λ_on. Ten minutes is our choice.</summary>
    [Range(1e-9, 1e12)]
    public double MeanOff { get; init; } = 600;
}

/// <summary>Each client goes on and off by a two-state Markov chain of its own: exponential spells, in equilibrium from the start.</summary>
/// <remarks>
/// On for a fraction λ_on/(λ_on + λ_off) = mean_on/(mean_on + mean_off) of the time. Draws: occurrence 0 of a client's stream
/// <c>availability.markov</c> says how it starts, occurrence k how long its k-th spell lasts. Keeps the current spell of each client.
/// Source: the Gilbert-Elliott channel, E. Gilbert, "Capacity of a burst-noise channel", 1960; for clients A. Rodio et al., "Federated
/// learning under heterogeneous and correlated client availability", INFOCOM 2023, arXiv 2301.04632.
/// </remarks>
public sealed class Markov : IAvailability
{
    private static readonly StreamPurpose _purpose = new("availability.markov");
    private readonly SpellDraws _draws;
    private readonly Place[] _places;

    /// <summary>Makes the process.</summary>
    public Markov(MarkovOptions options, AvailabilityServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        _draws = new(_purpose, services.Streams, options.MeanOn, options.MeanOff);
        _places = new Place[services.ClientCount];
    }

    /// <inheritdoc/>
    public Spell At(int client, VirtualTime at)
    {
        ref Place place = ref _places[client];
        if (place.Number == 0 || at.Seconds < place.Start)
        {
            bool on = _draws.StartsOn(client);
            place = new(1, on, 0, _draws.Length(client, 1, on));
        }

        for (int walked = 0; at.Seconds >= place.End; walked++)
        {
            Spells.GuardAgainstEndlessWalk(walked, client, at);
            place = new(place.Number + 1, !place.IsOn, place.End, place.End + _draws.Length(client, place.Number + 1, !place.IsOn));
        }

        return new(place.IsOn, new(place.End));
    }

    /// <summary>A client's spell that was last asked for; number 0 before the first time.</summary>
    private readonly record struct Place(int Number, bool IsOn, double Start, double End);
}
