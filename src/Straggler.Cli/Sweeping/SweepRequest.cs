namespace Straggler.Cli.Sweeping;

/// <summary>What <c>straggler sweep</c> was asked to do.</summary>
internal sealed record SweepRequest
{
    /// <summary>The sweep's file or a configuration; null for neither.</summary>
    public string? File { get; init; }

    /// <summary>Further axes, each <c>key=values</c>.</summary>
    public IReadOnlyList<string> Axes { get; init; } = [];

    /// <summary>The folder in which the sweep's folder is made.</summary>
    public required string Parent { get; init; }

    /// <summary>The sweep's folder; null for a name made from the file's.</summary>
    public string? Name { get; init; }

    /// <summary>Trials at a time.</summary>
    public required int Jobs { get; init; }

    /// <summary>Threads that train, over all trials.</summary>
    public required int Workers { get; init; }

    /// <summary>Whether nothing is run.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether only errors are printed.</summary>
    public bool Quiet { get; init; }

    /// <summary>The sweep's folder.</summary>
    public string Folder => Path.Combine(Parent, Name ?? (File is null ? "sweep" : Path.GetFileNameWithoutExtension(File)));
}
