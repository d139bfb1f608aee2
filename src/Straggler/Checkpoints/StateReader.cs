using System.Runtime.InteropServices;
using System.Text;

namespace Straggler.Checkpoints;

/// <summary>Reads what <see cref="StateWriter"/> wrote.</summary>
/// <param name="stream">The bytes; stays open.</param>
/// <exception cref="CheckpointException">By every method: the bytes are not what is asked for.</exception>
public sealed class StateReader(Stream stream) : IDisposable
{
    private readonly BinaryReader _reader = new(stream, Encoding.UTF8, leaveOpen: true);

    /// <summary>Checks that a section of this name begins here.</summary>
    public void Section(string name)
    {
        string found = ReadString();
        if (found != name)
        {
            throw new CheckpointException($"has \"{found}\" where \"{name}\" is expected");
        }
    }

    /// <summary>Reads a part that was written under its own name.</summary>
    public void Read(string name, IStateful part)
    {
        ArgumentNullException.ThrowIfNull(part);
        Section(name);
        part.Load(this);
    }

    /// <summary>Reads an integer.</summary>
    public long ReadInt64() => Guard(_reader.ReadInt64);

    /// <summary>Reads an integer that fits 32 bits.</summary>
    public int ReadInt32() => ReadInt64() is >= int.MinValue and <= int.MaxValue and var value
        ? (int)value : throw new CheckpointException("holds a number that is out of range");

    /// <summary>Reads a number.</summary>
    public double ReadDouble() => Guard(_reader.ReadDouble);

    /// <summary>Reads a truth value.</summary>
    public bool ReadBoolean() => Guard(_reader.ReadBoolean);

    /// <summary>Reads a text.</summary>
    public string ReadString() => Guard(_reader.ReadString);

    /// <summary>Reads numbers into a vector of the very length that was written.</summary>
    public void ReadInto<T>(Span<T> values)
        where T : unmanaged
    {
        long count = ReadInt64();
        if (count != values.Length)
        {
            throw new CheckpointException($"holds a vector of {count} elements where {values.Length} are expected");
        }

        Span<byte> bytes = MemoryMarshal.AsBytes(values);
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) != bytes.Length)
        {
            throw new CheckpointException("ends too early");
        }
    }

    /// <summary>Reads numbers of a count that was written with them.</summary>
    /// <param name="most">The largest count that makes sense.</param>
    public T[] ReadArray<T>(long most = int.MaxValue)
        where T : unmanaged
    {
        long count = ReadInt64();
        if (count < 0 || count > most)
        {
            throw new CheckpointException($"holds a vector of {count} elements where at most {most} make sense");
        }

        T[] values = new T[count];
        Span<byte> bytes = MemoryMarshal.AsBytes(values.AsSpan());
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) != bytes.Length)
        {
            throw new CheckpointException("ends too early");
        }

        return values;
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private static T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is IOException or FormatException or ArgumentException)
        {
            throw new CheckpointException("ends too early or is damaged", fault);
        }
    }
}
