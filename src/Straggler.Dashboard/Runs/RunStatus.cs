namespace Straggler.Dashboard.Runs;

/// <summary>Where a run stands.</summary>
internal enum RunStatus
{
    /// <summary>A process is at work on it.</summary>
    Live,

    /// <summary>It came to its end.</summary>
    Finished,

    /// <summary>It was stopped or killed.</summary>
    Interrupted,

    /// <summary>It is a trial that a search by halving has put aside.</summary>
    Paused,

    /// <summary>It is a sweep's trial that went wrong.</summary>
    Failed,
}
