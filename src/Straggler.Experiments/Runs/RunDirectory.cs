using System.Globalization;

namespace Straggler.Experiments;

/// <summary>The folder that holds the results of one run; docs/run-directory.md describes its files.</summary>
public sealed class RunDirectory
{
    private static int _created;

    private RunDirectory(string parent, string name)
    {
        Name = name;
        Path = System.IO.Path.Combine(parent, name);
    }

    /// <summary>The folder's name, which is the run's.</summary>
    public string Name { get; }

    /// <summary>The folder's path.</summary>
    public string Path { get; }

    /// <summary>Makes a run's folder and writes config.yaml into it.</summary>
    /// <remarks>
    /// A name that the plan gives must be free, or an empty folder. A name that is derived gets <c>-2</c>, <c>-3</c>, ... if taken; runs
    /// that start at once never share a folder.
    /// </remarks>
    /// <param name="parent">The parent folder, made if missing.</param>
    /// <param name="plan">The plan.</param>
    /// <exception cref="RunDirectoryException">The folder cannot be made or written, or its name is taken.</exception>
    public static RunDirectory Create(string parent, ExperimentPlan plan)
    {
        ArgumentException.ThrowIfNullOrEmpty(parent);
        ArgumentNullException.ThrowIfNull(plan);
        MakeParent(parent);
        RunDirectory directory = plan.Name is { } name ? Claim(parent, name) : ClaimFree(parent, plan.EffectiveName());
        AtomicFile.WriteText(directory.PathOf("config.yaml"), PlanWriter.ToYaml(plan));
        return directory;
    }

    /// <summary>The path of a file in the folder.</summary>
    public string PathOf(string fileName) => System.IO.Path.Combine(Path, fileName);

    private static void MakeParent(string parent)
    {
        if (File.Exists(parent))
        {
            throw new RunDirectoryException($"\"{parent}\" is a file; a folder for run directories is expected.");
        }

        RunDirectoryException.Guard(parent, () => Directory.CreateDirectory(parent));
    }

    private static RunDirectory Claim(string parent, string name)
    {
        RunDirectory directory = new(parent, name);
        if (TryMake(directory) || (Directory.Exists(directory.Path) && IsEmpty(directory.Path)))
        {
            return directory;
        }

        throw new RunDirectoryException($"\"{directory.Path}\" exists already and is not empty. Choose another name, or move it away.");
    }

    private static RunDirectory ClaimFree(string parent, string name)
    {
        for (int number = 1; ; number++)
        {
            string suffix = number == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{number}");
            RunDirectory directory = new(parent, name + suffix);
            if (TryMake(directory))
            {
                return directory;
            }
        }
    }

    /// <summary>Makes the folder unless something has its name already.</summary>
    /// <remarks>CreateDirectory does not tell whether it made the folder, but renaming a new one onto an existing name fails.</remarks>
    private static bool TryMake(RunDirectory directory)
    {
        bool made = false;
        RunDirectoryException.Guard(directory.Path, () =>
        {
            if (System.IO.Path.Exists(directory.Path))
            {
                return;
            }

            string unique = string.Create(CultureInfo.InvariantCulture,
                $"{directory.Path}.{Environment.ProcessId}-{Interlocked.Increment(ref _created)}.new");
            Directory.CreateDirectory(unique);
            try
            {
                Directory.Move(unique, directory.Path);
                made = true;
            }
            catch (IOException) when (System.IO.Path.Exists(directory.Path))
            {
                Directory.Delete(unique);
            }
        });
        return made;
    }

    private static bool IsEmpty(string path)
    {
        bool empty = false;
        RunDirectoryException.Guard(path, () => empty = !Directory.EnumerateFileSystemEntries(path).Any());
        return empty;
    }
}
