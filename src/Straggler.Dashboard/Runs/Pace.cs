using System.Globalization;

namespace Straggler.Dashboard.Runs;

/// <summary>How far a run is and how fast it goes, by its evaluations.</summary>
/// <param name="Rounds">Arrivals after which it ends; NaN if unknown.</param>
/// <param name="VirtualTime">Virtual seconds after which it ends; NaN for no limit.</param>
/// <param name="ServerSteps">Server steps after which it ends; NaN for no limit.</param>
internal sealed record Pace(double Rounds, double VirtualTime, double ServerSteps)
{
    /// <summary>The pace of the last fifth of the evaluations, and of five at least, counts: clients may have come or gone.</summary>
    private const int Share = 5;

    /// <summary>The limits of a configuration.</summary>
    /// <param name="settings">Its values by path.</param>
    public static Pace Of(IReadOnlyDictionary<string, string> settings) =>
        new(Number(settings, "rounds"), Number(settings, "stop.virtual_time"), Number(settings, "stop.server_steps"));

    /// <summary>How far the run is at its last evaluation, 0 to 1; NaN if that is not known.</summary>
    public double Fraction(Curve curve) => curve.Count == 0 ? double.NaN : FractionAt(curve, curve.Count - 1);

    /// <summary>Wall seconds from the last evaluation to the end; NaN if that cannot be told.</summary>
    public double Remaining(Curve curve)
    {
        int from = curve.Count - 1 - Math.Max(Share, curve.Count / Share);
        if (curve.Count < 2)
        {
            return double.NaN;
        }

        from = Math.Max(0, from);
        double gone = curve.Last("wall_seconds") - curve["wall_seconds"][from];
        double done = FractionAt(curve, curve.Count - 1) - FractionAt(curve, from);
        return done > 0 && gone >= 0 ? (1 - Fraction(curve)) * gone / done : double.NaN;
    }

    /// <summary>Wall time between evaluations; zero where unknown.</summary>
    public static TimeSpan BetweenEvaluations(Curve curve)
    {
        double seconds = curve.Count < 2 ? 0 : curve.Last("wall_seconds") / (curve.Count - 1);
        return seconds is > 0 and < 1e6 ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
    }

    private double FractionAt(Curve curve, int row)
    {
        double fraction = double.NaN;
        foreach ((double value, double limit) in new[]
        {
            (curve["arrival"][row], Rounds), (curve["virtual_time"][row], VirtualTime), (curve["server_steps"][row], ServerSteps),
        })
        {
            if (limit > 0 && double.IsFinite(value))
            {
                fraction = double.IsNaN(fraction) ? value / limit : Math.Max(fraction, value / limit);
            }
        }

        return Math.Min(1, fraction);
    }

    private static double Number(IReadOnlyDictionary<string, string> settings, string key) =>
        double.TryParse(settings.GetValueOrDefault(key), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN;
}
