using System.Buffers.Binary;
using Parquet;
using Parquet.Schema;
using Straggler.Checkpoints;

namespace Straggler.Experiments;

/// <summary>A Parquet file in the making, which can go on from where it once was: row groups are only ever added.</summary>
/// <remarks>
/// A Parquet file ends with a footer that lists its row groups, and the next group takes the footer's place. So an earlier state comes back
/// by cutting the file behind that state's last group and putting that state's footer there. Until it is complete the file is called
/// <c>*.part</c>.
/// </remarks>
internal sealed class PartialParquet : IDisposable
{
    /// <summary>A footer ends with its own length (int32) and the mark PAR1.</summary>
    private const int TailLength = 8;

    private readonly string _path;
    private readonly ParquetSchema _schema;
    private readonly FileStream _file;
    private ParquetWriter _writer;
    private ParquetFooter? _footer;

    private PartialParquet(string path, ParquetSchema schema, FileStream file, ParquetWriter writer)
    {
        _path = path;
        _schema = schema;
        _file = file;
        _writer = writer;
    }

    /// <summary>Begins a file.</summary>
    /// <param name="path">Its name once it is complete.</param>
    /// <param name="schema">Its columns.</param>
    public static PartialParquet Create(string path, ParquetSchema schema)
    {
        FileStream file = new(NameOfPart(path), FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
        return new(path, schema, file, OpenWriter(schema, file, append: false));
    }

    /// <summary>Goes on with a file, complete or not, from an earlier state.</summary>
    /// <param name="path">Its name once it is complete.</param>
    /// <param name="schema">Its columns.</param>
    /// <param name="footer">The state.</param>
    /// <exception cref="CheckpointException">The file is shorter than it was then.</exception>
    public static PartialParquet Open(string path, ParquetSchema schema, ParquetFooter footer)
    {
        string part = NameOfPart(path);
        if (!File.Exists(part))
        {
            File.Move(path, part);
        }

        FileStream file = new(part, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        if (file.Length < footer.Position)
        {
            using FileStream tooShort = file;
            throw new CheckpointException($"counts on {footer.Position} bytes of \"{part}\", which has {file.Length}");
        }

        file.SetLength(footer.Position);
        file.Position = footer.Position;
        file.Write(footer.Bytes);
        return new(path, schema, file, OpenWriter(schema, file, append: true)) { _footer = footer };
    }

    /// <summary>The name of a file that is not complete.</summary>
    public static string NameOfPart(string path) => path + ".part";

    /// <summary>Adds a row group.</summary>
    /// <param name="write">Writes its columns.</param>
    public void AddGroup(Action<ParquetRowGroupWriter> write)
    {
        _footer = null;
        using ParquetRowGroupWriter group = _writer.CreateRowGroup();
        write(group);
    }

    /// <summary>Hands the row groups written so far to the disk itself.</summary>
    /// <returns>The file's state, to be gone on from.</returns>
    public ParquetFooter Sync()
    {
        if (_footer is null)
        {
            CloseWriter();
            _file.Flush(flushToDisk: true);
            _footer = ReadFooter();
            _writer = OpenWriter(_schema, _file, append: true);
        }

        return _footer;
    }

    /// <summary>Completes the file and gives it its name.</summary>
    public void Complete()
    {
        CloseWriter();
        _file.Flush(flushToDisk: true);
        File.Move(NameOfPart(_path), _path, overwrite: true);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static ParquetWriter OpenWriter(ParquetSchema schema, FileStream file, bool append) =>
        ParquetWriter.CreateAsync(schema, file, append: append).GetAwaiter().GetResult();

    private void CloseWriter() => _writer.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private ParquetFooter ReadFooter()
    {
        Span<byte> tail = stackalloc byte[TailLength];
        _file.Position = _file.Length - TailLength;
        _file.ReadExactly(tail);
        byte[] footer = new byte[BinaryPrimitives.ReadInt32LittleEndian(tail) + TailLength];
        _file.Position = _file.Length - footer.Length;
        _file.ReadExactly(footer);
        return new(_file.Length - footer.Length, footer);
    }
}
