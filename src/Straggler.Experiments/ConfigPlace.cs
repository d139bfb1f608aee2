using System.Globalization;

namespace Straggler.Experiments;

/// <summary>Where a configured value was written.</summary>
/// <param name="Source">The file's path, or <see cref="CommandLine"/>.</param>
/// <param name="Line">Line, from 1; null for a whole file or the command line.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Argument">The command line's argument.</param>
public sealed record ConfigPlace(string Source, int? Line = null, int? Column = null, string? Argument = null)
{
    private const int LongestArgument = 120;

    /// <summary>The source of what was given as <c>key=value</c>.</summary>
    public const string CommandLine = "command line";

    /// <summary>The source of what was not given at all.</summary>
    public const string Defaults = "defaults";

    /// <inheritdoc/>
    public override string ToString() => (Line, Argument) switch
    {
        (null, null) => Source,
        (null, _) => $"{Source} ({(Argument.Length <= LongestArgument ? Argument : Argument[..LongestArgument] + "...")})",
        _ => string.Create(CultureInfo.InvariantCulture, $"{Source}({Line},{Column})"),
    };
}
