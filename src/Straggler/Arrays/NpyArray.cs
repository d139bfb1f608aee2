namespace Straggler.Arrays;

/// <summary>An array as a .npy file holds it: its header, and its elements where they lie.</summary>
public sealed class NpyArray
{
    private readonly ReadOnlyMemory<byte> _elements;

    /// <summary>Reads the header and checks that the elements are there, all of them and nothing else.</summary>
    /// <param name="file">The whole file; kept, not copied.</param>
    /// <exception cref="NpyException">The file is damaged, or holds something that is not read.</exception>
    public NpyArray(ReadOnlyMemory<byte> file)
    {
        Header = NpyHeader.Read(file.Span);
        _elements = file[Header.DataOffset..];
        if (_elements.Length != Header.ByteCount)
        {
            throw new NpyException(
                $"The .npy file has {_elements.Length} bytes after its header. Expected {Header.ByteCount}: "
                + $"{Header.Type.Description()} of shape {NpyHeader.ShapeText(Header.Shape)}.");
        }
    }

    /// <summary>What the elements are.</summary>
    public NpyHeader Header { get; }

    /// <summary>Copies the elements, row by row, as 32-bit floats.</summary>
    /// <param name="destination">Receives them; as long as there are elements.</param>
    public void CopyTo(Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, Header.Count);
        if (Header is { FortranOrder: true, Shape.Length: > 1 })
        {
            FortranOrder.ToRows(NpyValues.Read(_elements.Span, Header), Header.Shape, destination);
            return;
        }

        NpyValues.Read(_elements.Span, Header, destination);
    }

    /// <summary>The elements, row by row, as 32-bit floats.</summary>
    public float[] ToSingles()
    {
        float[] values = new float[Header.Count];
        CopyTo(values);
        return values;
    }
}
