namespace Straggler.Cli.Commands;

/// <summary>What the process returns.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>Something outside the user's input failed: a library does not load, the memory does not suffice, a defect.</summary>
    public const int Failure = 1;

    /// <summary>What was compared differs, as with diff(1).</summary>
    public const int Different = 1;

    /// <summary>The user's input is wrong: the configuration, an argument, a data file, a path that cannot be read or written (a full disk, too).</summary>
    public const int BadInput = 2;

    /// <summary>Stopped by Ctrl-C; what was done until then is written.</summary>
    public const int Interrupted = 130;
}
