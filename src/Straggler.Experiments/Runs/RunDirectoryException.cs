namespace Straggler.Experiments;

/// <summary>A run directory that cannot be made or written: a full disk, missing rights, a name that is taken.</summary>
/// <param name="message">What cannot be written, why, and the way out.</param>
/// <param name="inner">What the system said.</param>
public sealed class RunDirectoryException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Runs an action on a file and gives what the system complains about its path and a cause in plain words.</summary>
    internal static void Guard(string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RunDirectoryException($"\"{path}\" cannot be written: {Cause(exception)}.", exception);
        }
    }

    internal static string Cause(Exception exception)
    {
        // The system's sentence, without the path that .NET adds to it.
        string message = exception.Message;
        int path = message.IndexOf(" : '", StringComparison.Ordinal);
        return (path < 0 ? message : message[..path]).TrimEnd('.', ' ');
    }
}
