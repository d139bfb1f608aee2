using System.Globalization;

namespace Straggler.Reports;

/// <summary>Numbers as a reader wants them: few digits, thousands apart, units attached by a no-break space.</summary>
internal static class NumberText
{
    private const string Space = "\u00A0";

    /// <summary>What stands for a number that was not recorded or does not exist.</summary>
    public const string None = "–";

    /// <summary>A whole number, thousands separated by commas.</summary>
    public static string Count(double value) => double.IsFinite(value) ? Format(value, "#,0") : None;

    /// <summary>A count with its noun: "1 server step", "250 server steps".</summary>
    public static string Count(double value, string noun) => Count(value) + Space + noun + (value == 1 ? "" : "s");

    /// <summary>A measurement to about three significant digits.</summary>
    public static string Measure(double value)
    {
        if (!double.IsFinite(value))
        {
            return None;
        }

        return Math.Abs(value) switch
        {
            0 => "0",
            >= 1e9 or < 1e-4 => Format(value, "0.##e0"),
            >= 100 => Format(value, "#,0"),
            >= 10 => Format(value, "0.0"),
            >= 1 => Format(value, "0.00"),
            >= 0.1 => Format(value, "0.000"),
            _ => Format(value, "0.0000"),
        };
    }

    /// <summary>A quantile of whole numbers: whole, or half way between two.</summary>
    public static string Versions(double value) => value == Math.Floor(value) ? Count(value) : Measure(value);

    /// <summary>A fraction in per cent with one decimal.</summary>
    public static string Percent(double fraction) => double.IsFinite(fraction) ? Format(100 * fraction, "0.0") + Space + "%" : None;

    /// <summary>A fraction in per cent with as few decimals as it needs, for round numbers such as targets.</summary>
    public static string RoundPercent(double fraction) =>
        double.IsFinite(fraction) ? Format(Math.Round(100 * fraction, 6), "0.##") + Space + "%" : None;

    /// <summary>Virtual seconds.</summary>
    public static string Seconds(double seconds) => double.IsFinite(seconds) ? Measure(seconds) + Space + "s" : None;

    /// <summary>Wall time.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        double.NaN => None,
        < 60 => Measure(seconds) + Space + "s",
        < 3600 => $"{Format(Math.Floor(seconds / 60), "0")}{Space}min {Format(Math.Floor(seconds % 60), "0")}{Space}s",
        _ => $"{Format(Math.Floor(seconds / 3600), "#,0")}{Space}h {Format(Math.Floor(seconds % 3600 / 60), "0")}{Space}min",
    };

    /// <summary>Bytes in decimal units.</summary>
    public static string Bytes(double bytes) => bytes switch
    {
        double.NaN => None,
        < 1e3 => Format(bytes, "0") + Space + "B",
        < 1e6 => Measure(bytes / 1e3) + Space + "kB",
        < 1e9 => Measure(bytes / 1e6) + Space + "MB",
        < 1e12 => Measure(bytes / 1e9) + Space + "GB",
        _ => Measure(bytes / 1e12) + Space + "TB",
    };

    /// <summary>A tick's label with the decimals that its step asks for.</summary>
    /// <param name="value">The tick's value.</param>
    /// <param name="step">The distance between ticks.</param>
    /// <param name="largest">The largest value on the axis, which decides the unit of all its ticks.</param>
    public static string Tick(double value, double step, double largest)
    {
        if (Math.Abs(value) < 1e-9 * step)
        {
            return "0";
        }

        return largest switch
        {
            >= 1e15 or < 1e-5 => Format(value, "0.###e0"),
            >= 1e9 => Fixed(value / 1e9, step / 1e9) + Space + "G",
            >= 1e6 => Fixed(value / 1e6, step / 1e6) + Space + "M",
            _ => Fixed(value, step),
        };
    }

    /// <summary>A tick's label in per cent.</summary>
    public static string PercentTick(double fraction, double step) => Fixed(100 * fraction, 100 * step) + Space + "%";

    /// <summary>All digits, for files that programs read; an empty text for NaN.</summary>
    public static string Exact(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Fixed(double value, double step)
    {
        int decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 12);
        return Format(value, decimals == 0 ? "#,0" : "#,0." + new string('0', decimals));
    }

    private static string Format(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture).Replace('-', '−');
}
