using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Straggler.Cli.Commands;

/// <summary>Options that take an integer within bounds, and say so where they are given something else.</summary>
internal static class IntegerOption
{
    /// <summary>Makes an option.</summary>
    /// <param name="name">Its name, with the dashes.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="most">The largest value.</param>
    /// <param name="standard">The value where none is given.</param>
    /// <param name="least">The smallest value.</param>
    public static Option<int> Create(string name, string description, int most, int standard, int least = 1) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => standard,
        CustomParser = result => Parse(result, name, least, most),
    };

    private static int Parse(ArgumentResult result, string name, int least, int most)
    {
        string text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most)
        {
            return value;
        }

        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: \"{text}\" is not usable. Expected an integer from {least} to {most}."));
        return default;
    }
}
