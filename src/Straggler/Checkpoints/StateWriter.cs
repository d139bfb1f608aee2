using System.Runtime.InteropServices;
using System.Text;

namespace Straggler.Checkpoints;

/// <summary>Writes the state of a run as little-endian binary, in named sections.</summary>
/// <param name="stream">Receives the bytes; stays open.</param>
public sealed class StateWriter(Stream stream) : IDisposable
{
    private readonly BinaryWriter _writer = new(stream, Encoding.UTF8, leaveOpen: true);

    /// <summary>Begins a section; the reader checks its name.</summary>
    public void Section(string name) => _writer.Write(name);

    /// <summary>Writes a part under its own name.</summary>
    public void Write(string name, IStateful part)
    {
        ArgumentNullException.ThrowIfNull(part);
        Section(name);
        part.Save(this);
    }

    /// <summary>Writes an integer.</summary>
    public void Write(long value) => _writer.Write(value);

    /// <summary>Writes a number, bit for bit.</summary>
    public void Write(double value) => _writer.Write(value);

    /// <summary>Writes a truth value.</summary>
    public void Write(bool value) => _writer.Write(value);

    /// <summary>Writes a text.</summary>
    public void Write(string value) => _writer.Write(value);

    /// <summary>Writes numbers with their count.</summary>
    public void Write<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        _writer.Write((long)values.Length);
        _writer.Flush();
        stream.Write(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Hands everything to the stream.</summary>
    public void Dispose() => _writer.Dispose();
}
