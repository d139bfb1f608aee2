using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Straggler.Cli.Commands;

/// <summary>The option <c>--workers</c>, the same for every command that trains.</summary>
internal static class WorkersOption
{
    private const int Most = 1024;

    /// <summary>Makes the option.</summary>
    public static Option<int> Create() => new("--workers")
    {
        Description = "Threads that train clients; results do not depend on it.",
        DefaultValueFactory = _ => Math.Min(Environment.ProcessorCount, Most),
        CustomParser = Parse,
    };

    private static int Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int workers) && workers is >= 1 and <= Most)
        {
            return workers;
        }

        result.AddError($"--workers: \"{text}\" is not usable. Expected an integer from 1 to {Most}.");
        return default;
    }
}
