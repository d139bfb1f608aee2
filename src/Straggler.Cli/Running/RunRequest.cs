namespace Straggler.Cli.Running;

/// <summary>What <c>straggler run</c> was asked to do.</summary>
internal sealed record RunRequest
{
    /// <summary>The configuration file; null for the default.</summary>
    public string? ConfigurationFile { get; init; }

    /// <summary>Overrides, each <c>key=value</c>.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>The folder in which the run directory is made.</summary>
    public required string Parent { get; init; }

    /// <summary>The run directory's name; null for one made from the configuration.</summary>
    public string? Name { get; init; }

    /// <summary>The directory of a run to go on with; null for a new run.</summary>
    public string? Resume { get; init; }

    /// <summary>The name of the recorded run that is followed; null where there is none.</summary>
    public string? Replayed { get; init; }

    /// <summary>Threads that train.</summary>
    public required int Workers { get; init; }

    /// <summary>Whether only errors are printed.</summary>
    public bool Quiet { get; init; }

    /// <summary>Whether a table of where the wall time went is printed.</summary>
    public bool Profile { get; init; }

    /// <summary>Whether the summary is printed as JSON, alone on standard output.</summary>
    public bool Json { get; init; }
}
