using System.Globalization;

namespace Straggler.Experiments;

/// <summary>The folder that holds the results of one run; docs/run-directory.md describes its files.</summary>
public sealed class RunDirectory
{
    private const string ConfigFileName = "config.yaml";

    private static int _created;

    private RunDirectory(string parent, string name)
    {
        Name = name;
        Path = System.IO.Path.Combine(parent, name);
    }

    /// <summary>The folder's name, which is the run's.</summary>
    public string Name { get; }

    /// <summary>The folder's path.</summary>
    public string Path { get; private init; }

    /// <summary>Makes a run's folder and writes config.yaml into it.</summary>
    /// <remarks>
    /// A name that the plan gives must be free, or an empty folder. A name that is derived gets <c>-2</c>, <c>-3</c>, ... if taken; runs
    /// that start at once never share a folder.
    /// </remarks>
    /// <param name="parent">The parent folder, made if missing.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="furnish">
    /// Writes what the run cannot do without into the folder that it is told, before config.yaml makes a run directory of it; it may be
    /// called again, with another folder.
    /// </param>
    /// <param name="data">Stands for the data set in a name that is derived; null for the data set itself.</param>
    /// <exception cref="RunDirectoryException">The folder cannot be made or written, or its name is taken.</exception>
    public static RunDirectory Create(string parent, ExperimentPlan plan, Action<string>? furnish = null, string? data = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(parent);
        ArgumentNullException.ThrowIfNull(plan);
        MakeParent(parent);
        string yaml = PlanWriter.ToYaml(plan);
        return plan.Name is { } name ? Claim(parent, name, yaml, furnish) : ClaimFree(parent, plan.EffectiveName(data), yaml, furnish);
    }

    /// <summary>Makes the folder in which run directories are made, unless it is there.</summary>
    /// <exception cref="RunDirectoryException">It cannot be made, or is a file.</exception>
    public static void MakeParent(string parent)
    {
        if (File.Exists(parent))
        {
            throw new RunDirectoryException($"\"{parent}\" is a file; a folder for run directories is expected.");
        }

        RunDirectoryException.Guard(parent, () => Directory.CreateDirectory(parent));
    }

    /// <summary>Opens the folder of a run that was begun before.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="RunDirectoryException">It is not there, or has no config.yaml.</exception>
    public static RunDirectory Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path.Length == 0 ? "." : path));
        RunDirectory directory = new(System.IO.Path.GetDirectoryName(full) ?? full, System.IO.Path.GetFileName(full)) { Path = path };
        return File.Exists(directory.ConfigFile) ? directory : throw new RunDirectoryException(
            $"\"{path}\" is not a run directory: {(Directory.Exists(path) ? "it has no config.yaml" : "there is no such folder")}.");
    }

    /// <summary>The resolved configuration: config.yaml.</summary>
    public string ConfigFile => PathOf(ConfigFileName);

    /// <summary>Takes the run for this process, until it is disposed; nobody is kept from reading.</summary>
    /// <exception cref="RunDirectoryException">Another process is at work on the run, or the folder cannot be written.</exception>
    public FolderLock Lock() => new(Path, "run");

    /// <summary>Writes config.yaml anew if it says something else.</summary>
    /// <exception cref="RunDirectoryException">It cannot be written; the old one is untouched.</exception>
    public void Update(ExperimentPlan plan)
    {
        string yaml = PlanWriter.ToYaml(plan);
        if (File.ReadAllText(ConfigFile) != yaml)
        {
            AtomicFile.WriteText(ConfigFile, yaml);
        }
    }

    /// <summary>Removes the folder with all that is in it, of a run that never began; what cannot be removed stays.</summary>
    public void Discard() => TryDelete(Path);

    /// <summary>The path of a file in the folder.</summary>
    public string PathOf(string fileName) => System.IO.Path.Combine(Path, fileName);

    private static RunDirectory Claim(string parent, string name, string yaml, Action<string>? furnish)
    {
        RunDirectory directory = new(parent, name);
        if (TryMake(directory, yaml, furnish))
        {
            return directory;
        }

        if (!Directory.Exists(directory.Path) || !IsEmpty(directory.Path))
        {
            throw new RunDirectoryException($"\"{directory.Path}\" exists already and is not empty. Choose another name, or move it away.");
        }

        furnish?.Invoke(directory.Path);
        AtomicFile.WriteText(directory.PathOf(ConfigFileName), yaml);
        return directory;
    }

    private static RunDirectory ClaimFree(string parent, string name, string yaml, Action<string>? furnish)
    {
        for (int number = 1; ; number++)
        {
            string suffix = number == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{number}");
            RunDirectory directory = new(parent, name + suffix);
            if (TryMake(directory, yaml, furnish))
            {
                return directory;
            }
        }
    }

    /// <summary>Makes the folder, with config.yaml in it, unless something has its name already.</summary>
    /// <remarks>
    /// Of runs that want one name at once only one may get it. Making a folder does not tell who made it, but renaming a folder onto one
    /// that holds a file fails; so it is made under a name of its own and renamed with config.yaml inside.
    /// </remarks>
    private static bool TryMake(RunDirectory directory, string yaml, Action<string>? furnish)
    {
        if (System.IO.Path.Exists(directory.Path))
        {
            return false;
        }

        string unique = string.Create(CultureInfo.InvariantCulture,
            $"{directory.Path}.{Environment.ProcessId}-{Interlocked.Increment(ref _created)}.new");
        bool made = false;
        try
        {
            RunDirectoryException.Guard(directory.Path, () => Directory.CreateDirectory(unique));
            furnish?.Invoke(unique);
            AtomicFile.WriteText(System.IO.Path.Combine(unique, ConfigFileName), directory.PathOf(ConfigFileName), yaml);
            RunDirectoryException.Guard(directory.Path, () => made = TryMove(unique, directory.Path));
        }
        finally
        {
            if (!made)
            {
                TryDelete(unique);
            }
        }

        return made;
    }

    private static bool TryMove(string from, string to)
    {
        try
        {
            Directory.Move(from, to);
            return true;
        }
        catch (IOException) when (System.IO.Path.Exists(to))
        {
            return false;
        }
    }

    private static void TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is not there, or the disk has worse troubles, which are reported.
        }
    }

    private static bool IsEmpty(string path)
    {
        bool empty = false;
        RunDirectoryException.Guard(path, () => empty = !Directory.EnumerateFileSystemEntries(path).Any());
        return empty;
    }
}
