using Straggler.Checkpoints;

namespace Straggler.Experiments;

/// <summary>Keeps a run's checkpoints in its directory, and brings the run back from them.</summary>
public sealed class RunCheckpoints : ICheckpointKeeper, IDisposable
{
    private readonly CheckpointFolder _folder;
    private readonly RunIdentity _identity;
    private readonly List<(string Name, IStateful Part)> _parts = [];
    private FileStream? _newest;

    /// <summary>Opens the folder <c>checkpoint</c> of a run, made if missing.</summary>
    /// <param name="directory">The directory of a run that this process has alone: see <see cref="RunDirectory.Lock"/>.</param>
    /// <param name="identity">What the run is.</param>
    /// <exception cref="RunDirectoryException">It cannot be made.</exception>
    public RunCheckpoints(RunDirectory directory, RunIdentity identity)
    {
        _folder = new(FolderOf(directory));
        _identity = identity;
    }

    /// <summary>Whether a run has checkpoints, damaged or not; looking for them changes nothing.</summary>
    /// <param name="directory">The run's directory.</param>
    public static bool HasAny(RunDirectory directory) => CheckpointFolder.HasAny(FolderOf(directory));

    /// <summary>Has a part of the program saved with each checkpoint: a recorder, say.</summary>
    /// <param name="name">The part's name in the file.</param>
    /// <param name="part">The part, which hands its files to the disk when it is saved.</param>
    public void Include(string name, IStateful part) => _parts.Add((name, part));

    /// <inheritdoc/>
    /// <exception cref="RunDirectoryException">It cannot be written; those before it are untouched.</exception>
    public void Keep(IStateful run, long arrivals) => _folder.Write(arrivals, writer =>
    {
        _identity.Save(writer);
        foreach ((string name, IStateful part) in _parts)
        {
            writer.Write(name, part);
        }

        writer.Write("run", run);
    });

    /// <summary>Looks for the newest checkpoint that is unharmed; changes nothing.</summary>
    /// <param name="warn">Told of each damaged one that is passed over.</param>
    /// <returns>Whether there is one to load; false if there are none at all.</returns>
    /// <exception cref="CheckpointException">All are damaged, or it belongs to another run.</exception>
    public bool Find(Action<string> warn)
    {
        _newest = _folder.OpenNewest(warn);
        if (_newest is not null)
        {
            Read(_newest, CheckpointFile.ReadHead, _identity.Check);
        }

        return _newest is not null;
    }

    /// <summary>Loads the checkpoint that <see cref="Find"/> found into the parts and the run.</summary>
    /// <param name="run">The run.</param>
    /// <exception cref="CheckpointException">Its state does not fit the run, or a recorded file is shorter than it was.</exception>
    public void Load(IStateful run)
    {
        FileStream file = _newest ?? throw new InvalidOperationException("There is no checkpoint to load.");
        Read(file, CheckpointFile.Read, reader =>
        {
            _identity.Check(reader);
            foreach ((string name, IStateful part) in _parts)
            {
                reader.Read(name, part);
            }

            reader.Read("run", run);
        });
        _folder.DropLaterThan(file.Name);
    }

    /// <inheritdoc/>
    public void Dispose() => _newest?.Dispose();

    private static string FolderOf(RunDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        return directory.PathOf("checkpoint");
    }

    private static void Read(FileStream file, Action<Stream, Action<StateReader>> read, Action<StateReader> load)
    {
        try
        {
            read(file, load);
        }
        catch (CheckpointException fault)
        {
            throw new CheckpointException($"The checkpoint \"{file.Name}\" {fault.Message}.", fault);
        }
    }
}
