namespace Straggler.Dashboard.Runs;

/// <summary>Tells whether a process is at work on a run that has no summary.json.</summary>
/// <remarks>
/// A process keeps metrics.csv open under a lock until the run has ended, and the system lets go of it even if the process is killed
/// (<see cref="FileShare"/> is an advisory lock on Unix). File systems of a network may not lock; there the file's age against the run's
/// pace has to do.
/// </remarks>
internal static class Liveness
{
    /// <summary>From the last row until summary.json is there nothing is locked.</summary>
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan _graceWithoutLocks = TimeSpan.FromMinutes(1);

    /// <summary>Whether a process is at work.</summary>
    /// <param name="metrics">metrics.csv.</param>
    /// <param name="age">How long ago it was last written.</param>
    /// <param name="pace">Wall time between evaluations; zero where unknown.</param>
    public static bool IsLive(string metrics, TimeSpan age, TimeSpan pace)
    {
        if (age <= _grace || IsLocked(metrics))
        {
            return true;
        }

        TimeSpan patience = 10 * pace > _graceWithoutLocks ? 10 * pace : _graceWithoutLocks;
        return age <= patience && IsOnNetwork(metrics);
    }

    private static bool IsLocked(string path)
    {
        try
        {
            // An exclusive lock, which is not had while the run's process has its own, and is let go of at once.
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 0);
            return false;
        }
        catch (IOException fault) when (fault is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsOnNetwork(string path)
    {
        try
        {
            return new DriveInfo(path).DriveType == DriveType.Network;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }
}
