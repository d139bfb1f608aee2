using System.ComponentModel.DataAnnotations;
using Straggler.Recording;

namespace Straggler.Experiments.Sweeps;

/// <summary>What candidates are judged by.</summary>
public enum HalvingMetric
{
    /// <summary>Accuracy of the last evaluation at the rung; more is better.</summary>
    Accuracy,

    /// <summary>The best accuracy so far; more is better.</summary>
    BestAccuracy,

    /// <summary>Mean accuracy over virtual time so far; more is better.</summary>
    AccuracyAuc,

    /// <summary>Loss of the last evaluation at the rung; less is better.</summary>
    Loss,
}

/// <summary>The <c>halving</c> section of a sweep: candidates that do badly early on are not run to their end.</summary>
public sealed record HalvingOptions
{
    /// <summary>Arrivals of the first rung, r; below the trials' <c>rounds</c>, which are the last one.</summary>
    [Range(1L, long.MaxValue)]
    public long MinRounds { get; init; } = 100;

    /// <summary>A rung's arrivals over those of the rung before, and candidates over those that are promoted, η. Li et al. recommend 3 or 4; 4 is their choice.</summary>
    [Range(2, 1000)]
    public int Eta { get; init; } = 4;

    /// <summary>What candidates are judged by: the mean over their seeds.</summary>
    public HalvingMetric Metric { get; init; } = HalvingMetric.Accuracy;

    /// <summary>
    /// Whether a candidate goes on as soon as it is among the best 1/η of those that have come to its rung, so that no worker waits (ASHA);
    /// else when all have come (successive halving), which gives the same promotions whatever runs at once.
    /// </summary>
    public bool Asynchronous { get; init; }

    /// <summary>The rungs' arrivals: r, ηr, η²r, ..., and the trials' own.</summary>
    /// <param name="rounds">Arrivals of a whole trial.</param>
    public IReadOnlyList<long> Rungs(long rounds)
    {
        List<long> rungs = [];
        for (long rung = MinRounds; rung < rounds; rung = rung > rounds / Eta ? rounds : rung * Eta)
        {
            rungs.Add(rung);
        }

        return [.. rungs, rounds];
    }

    /// <summary>What a trial came to, in terms of <see cref="Metric"/>.</summary>
    public double ValueOf(RunSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return Metric switch
        {
            HalvingMetric.Accuracy => summary.Final.Accuracy,
            HalvingMetric.BestAccuracy => summary.BestAccuracy,
            HalvingMetric.AccuracyAuc => summary.AccuracyAuc,
            _ => summary.Final.Loss,
        };
    }

    /// <summary>How good a value is: more is better; NaN, as of a model that has diverged, is worst.</summary>
    public double ScoreOf(double value) => double.IsNaN(value) ? double.NegativeInfinity : Metric == HalvingMetric.Loss ? -value : value;
}
