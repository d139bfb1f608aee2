using System.Buffers.Binary;
using System.Globalization;

namespace Straggler.Reports.TensorBoard;

/// <summary>A TensorBoard event file, to be followed while it grows.</summary>
/// <remarks>
/// A file of TFRecords: length (uint64), masked CRC-32C of the length, payload, masked CRC-32C of the payload, all little-endian. A
/// payload is a <c>tensorflow.Event</c>. Source: tensorflow/core/lib/io/record_writer.h and tensorflow/core/util/event.proto.
/// </remarks>
internal sealed class EventFile : IDisposable
{
    // Field numbers of Event.
    private const int EventWallTime = 1, EventStep = 2, EventFileVersion = 3, EventSummary = 5;

    private readonly FileStream _stream;
    private readonly TimeProvider _time;

    /// <summary>Creates a file under a name that TensorBoard recognises and that no other file in the directory has.</summary>
    /// <param name="directory">Its directory; created if need be.</param>
    /// <param name="time">The wall clock.</param>
    /// <exception cref="IOException">It cannot be created.</exception>
    public EventFile(string directory, TimeProvider time)
    {
        _time = time;
        Directory.CreateDirectory(directory);
        _stream = Create(directory, time.GetUtcNow().ToUnixTimeSeconds());
        ProtobufWriter header = new();
        header.Double(EventWallTime, WallTime());
        header.String(EventFileVersion, "brain.Event:2");
        WriteRecord(header.Written);
        _stream.Flush();
    }

    /// <summary>Goes on with a file; what follows its first bytes is removed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="length">The bytes to keep.</param>
    /// <param name="time">The wall clock.</param>
    /// <exception cref="IOException">It is not there, or shorter.</exception>
    public EventFile(string path, long length, TimeProvider time)
    {
        _time = time;
        _stream = new(path, FileMode.Open, FileAccess.Write, FileShare.Read);
        if (_stream.Length < length)
        {
            _stream.Dispose();
            throw new IOException("the file is shorter than it was");
        }

        _stream.SetLength(length);
        _stream.Position = length;
    }

    /// <summary>The file.</summary>
    public string Path => _stream.Name;

    /// <summary>Adds values at a step and hands them to the system, so that TensorBoard sees them.</summary>
    /// <param name="step">The step, at least 0.</param>
    /// <param name="values">The values.</param>
    public void Write(long step, SummaryValues values)
    {
        ProtobufWriter entry = new();
        entry.Double(EventWallTime, WallTime());
        entry.Int64(EventStep, step);
        entry.Message(EventSummary, values.Written);
        WriteRecord(entry.Written);
        _stream.Flush();
    }

    /// <summary>Hands everything to the disk itself.</summary>
    /// <returns>The file's length.</returns>
    public long Sync()
    {
        _stream.Flush(flushToDisk: true);
        return _stream.Length;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static FileStream Create(string directory, long seconds)
    {
        for (int number = 0; ; number++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{seconds}.straggler.{number}");
            string path = System.IO.Path.Combine(directory, name);
            try
            {
                return new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
            }
            catch (IOException) when (File.Exists(path))
            {
                // A run resumed within the same second; the next number is free.
            }
        }
    }

    private double WallTime() => _time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    private void WriteRecord(ReadOnlySpan<byte> payload)
    {
        byte[] record = new byte[payload.Length + 16];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), Crc32C.Masked(record.AsSpan(0, 8)));
        payload.CopyTo(record.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + payload.Length), Crc32C.Masked(payload));
        _stream.Write(record);
    }
}
