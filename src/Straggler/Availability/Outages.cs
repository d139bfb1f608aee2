using System.ComponentModel.DataAnnotations;
using Straggler.Simulation;

namespace Straggler.Availability;

/// <summary>The configuration's <c>availability.outages</c> section.</summary>
public sealed record OutageOptions
{
    /// <summary>Mean time between the end of an outage and the next one, in virtual seconds, exponential. Six hours is our choice.</summary>
    [Range(1e-3, 1e12)]
    public double MeanBetween { get; init; } = 21_600;

    /// <summary>Mean length of an outage in virtual seconds, exponential. Half an hour is our choice.</summary>
    [Range(1e-3, 1e12)]
    public double MeanLength { get; init; } = 1_800;

    /// <summary>Probability of each client to be hit by an outage, drawn anew for each: the share of clients that go down together.</summary>
    [Range(0.0, 1.0)]
    public double Share { get; init; } = 0.3;
}

/// <summary>Outages (of a region, of a network) on top of another availability: a share of the clients is off together.</summary>
/// <remarks>
/// Outages come and go by a two-state Markov chain of their own, in equilibrium from the start. Draws: <c>availability.outage</c>, and
/// occurrence k of a client's stream <c>availability.outage.client</c> for the k-th outage. Keeps the ends of the outages so far, which
/// all clients share.
/// </remarks>
public sealed class Outages : IAvailability
{
    private static readonly StreamPurpose _purpose = new("availability.outage");
    private static readonly StreamPurpose _hit = new("availability.outage.client");
    private readonly IAvailability _otherwise;
    private readonly double _share;
    private readonly RandomStreams _streams;
    private readonly SpellDraws _draws;
    private readonly bool _startsCalm;

    /// <summary>Ends of the calm spells and the outages in turn, ascending.</summary>
    private readonly List<double> _ends = [];

    /// <summary>Puts outages on top of an availability.</summary>
    /// <param name="options">How often, how long, how many.</param>
    /// <param name="otherwise">When clients are on as far as outages let them.</param>
    /// <param name="streams">The run's streams.</param>
    public Outages(OutageOptions options, IAvailability otherwise, RandomStreams streams)
    {
        ArgumentNullException.ThrowIfNull(options);
        _otherwise = otherwise;
        _share = options.Share;
        _streams = streams;
        _draws = new(_purpose, streams, options.MeanBetween, options.MeanLength);
        _startsCalm = _draws.StartsOn(0);
    }

    /// <inheritdoc/>
    public Spell At(int client, VirtualTime at)
    {
        Spell spell = _otherwise.At(client, at);
        if (!spell.IsOn)
        {
            return spell;
        }

        int number = NumberAt(at);
        bool isOut = !IsCalm(number) && _streams.Open(_hit, client, number).NextDouble() < _share;
        return new(!isOut, new(Math.Min(spell.Until.Seconds, _ends[number])));
    }

    /// <summary>The number, from 0, of the calm spell or outage that a moment lies in.</summary>
    private int NumberAt(VirtualTime at)
    {
        for (int walked = 0; _ends.Count == 0 || _ends[^1] <= at.Seconds; walked++)
        {
            Spells.GuardAgainstEndlessWalk(walked, 0, at);
            _ends.Add((_ends.Count == 0 ? 0 : _ends[^1]) + _draws.Length(0, _ends.Count + 1, IsCalm(_ends.Count)));
        }

        // The first end that is later; ends that are equal belong to spells of no length.
        int low = 0, high = _ends.Count - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _ends[middle] > at.Seconds ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private bool IsCalm(int number) => (number % 2 == 0) == _startsCalm;
}
