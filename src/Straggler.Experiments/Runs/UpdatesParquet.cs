using Straggler.Checkpoints;
using Straggler.Metrics;
using Straggler.Recording;

namespace Straggler.Experiments;

/// <summary>Writes updates.parquet: the columns of updates.csv, in row groups that leave the memory as they fill.</summary>
/// <remarks>
/// The file is readable once it is complete and is called <c>updates.parquet.part</c> until then. Its bytes do not depend on checkpoints:
/// a checkpoint holds the rows of the group that is being filled.
/// </remarks>
public sealed class UpdatesParquet : IRunObserver, IStateful, IDisposable
{
    /// <summary>Rows of a group; the last one may have fewer.</summary>
    public const int RowsPerGroup = 1 << 16;

    private readonly string _path;
    private readonly UpdateColumns _columns = new(RowsPerGroup);
    private readonly UpdateRecord[] _pending = new UpdateRecord[RowsPerGroup];
    private int _rows;
    private PartialParquet? _file;

    /// <summary>Makes the file, or has one loaded.</summary>
    /// <param name="path">The file.</param>
    /// <param name="continued">Whether it exists and <see cref="Load"/> will be called, before anything else.</param>
    /// <exception cref="RunDirectoryException">It cannot be made.</exception>
    public UpdatesParquet(string path, bool continued = false)
    {
        _path = path;
        if (!continued)
        {
            RunDirectoryException.Guard(path, () => _file = PartialParquet.Create(path, _columns.Schema));
        }
    }

    private PartialParquet Part => _file ?? throw new InvalidOperationException("The file to go on with has not been loaded.");

    /// <inheritdoc/>
    /// <exception cref="RunDirectoryException">The file cannot be written.</exception>
    public void OnUpdate(in UpdateRecord update)
    {
        _pending[_rows++] = update;
        if (_rows == RowsPerGroup)
        {
            RunDirectoryException.Guard(_path, () => WriteGroup(Part));
        }
    }

    /// <inheritdoc/>
    /// <exception cref="RunDirectoryException">The file cannot be written.</exception>
    public void OnLost(in UpdateRecord task) => OnUpdate(task);

    /// <inheritdoc/>
    public void OnEvaluation(EvaluationRecord evaluation)
    {
    }

    /// <inheritdoc/>
    /// <exception cref="RunDirectoryException">The file cannot be written.</exception>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ParquetFooter? footer = null;
        RunDirectoryException.Guard(_path, () => footer = Part.Sync());
        writer.Write(footer!.Position);
        writer.Write<byte>(footer.Bytes);
        writer.Write<UpdateRecord>(_pending.AsSpan(0, _rows));
    }

    /// <inheritdoc/>
    /// <remarks>Rows that came later are cut off.</remarks>
    /// <exception cref="RunDirectoryException">The file cannot be written.</exception>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ParquetFooter footer = new(reader.ReadInt64(), reader.ReadArray<byte>());
        UpdateRecord[] pending = reader.ReadArray<UpdateRecord>(RowsPerGroup - 1);
        RunDirectoryException.Guard(_path, () => _file = PartialParquet.Open(_path, _columns.Schema, footer));
        pending.CopyTo(_pending, 0);
        _rows = pending.Length;
    }

    /// <summary>Writes the rest and gives the file its name.</summary>
    /// <exception cref="RunDirectoryException">It cannot be written.</exception>
    public void Dispose()
    {
        if (_file is not { } file)
        {
            return;
        }

        _file = null;
        using (file)
        {
            RunDirectoryException.Guard(_path, () =>
            {
                if (_rows > 0)
                {
                    WriteGroup(file);
                }

                file.Complete();
            });
        }
    }

    private void WriteGroup(PartialParquet file)
    {
        file.AddGroup(group => _columns.Write(group, _pending.AsSpan(0, _rows)));
        _rows = 0;
    }
}
