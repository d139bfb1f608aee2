namespace Straggler.Torch.NativeLoading;

/// <summary>Where Straggler keeps files that can be made again.</summary>
public static class CacheFolder
{
    /// <summary>The environment variable that names the folder.</summary>
    public const string Variable = "STRAGGLER_CACHE";

    /// <summary>The folder: <c>$STRAGGLER_CACHE</c>, else <c>$XDG_CACHE_HOME/straggler</c>, else <c>~/.cache/straggler</c>.</summary>
    /// <remarks>On Windows, without either variable, <c>%LOCALAPPDATA%\straggler\cache</c>.</remarks>
    public static string Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } chosen)
        {
            return Path.GetFullPath(chosen);
        }

        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } shared && Path.IsPathRooted(shared))
        {
            return Path.Combine(shared, "straggler");
        }

        return OperatingSystem.IsWindows()
            ? Path.Combine(FolderOf(Environment.SpecialFolder.LocalApplicationData), "straggler", "cache")
            : Path.Combine(FolderOf(Environment.SpecialFolder.UserProfile), ".cache", "straggler");
    }

    /// <summary>A user's folder, whether it is there or not: verified, a missing one is "", and the cache would be in the working directory.</summary>
    private static string FolderOf(Environment.SpecialFolder folder) =>
        Environment.GetFolderPath(folder, Environment.SpecialFolderOption.DoNotVerify);
}
