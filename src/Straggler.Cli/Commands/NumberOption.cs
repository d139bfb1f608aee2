using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Straggler.Cli.Commands;

/// <summary>Options that take a number from a range, and say so where they are given something else.</summary>
internal static class NumberOption
{
    /// <summary>Makes an option that always has a value.</summary>
    /// <param name="name">Its name, with the dashes.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="least">The smallest value.</param>
    /// <param name="most">The largest; <see cref="double.MaxValue"/> for no bound.</param>
    /// <param name="standard">The value where none is given.</param>
    public static Option<double> Create(string name, string description, double least, double most, double standard) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => standard,
        CustomParser = result => Parse(result, result.Tokens[0].Value, name, least, most),
    };

    /// <summary>Makes an option that may be left out.</summary>
    /// <param name="name">Its name, with the dashes.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="least">The smallest value.</param>
    /// <param name="most">The largest; <see cref="double.MaxValue"/> for no bound.</param>
    public static Option<double?> Create(string name, string description, double least, double most) => new(name)
    {
        Description = description,
        CustomParser = result => Parse(result, result.Tokens[0].Value, name, least, most),
    };

    /// <summary>Reads a number, or reports what is expected.</summary>
    public static double Parse(ArgumentResult result, string text, string name, double least, double most)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most)
        {
            return value;
        }

        result.AddError(most < double.MaxValue
            ? string.Create(CultureInfo.InvariantCulture, $"{name}: \"{text}\" is not usable. Expected a number from {least} to {most}.")
            : string.Create(CultureInfo.InvariantCulture, $"{name}: \"{text}\" is not usable. Expected a number >= {least}."));
        return double.NaN;
    }
}
