using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Straggler.Federation;

namespace Straggler.Arrays;

/// <summary>The arrays of a model in the order in which they travel, and where each lies in the flat vector.</summary>
/// <remarks>
/// A Flower client sends a PyTorch model as the values of its <c>state_dict</c>, in that order: module by module the parameters, then the
/// buffers, num_batches_tracked included, which is an integer without a place in the flat vector. Immutable and thread-safe.
/// </remarks>
public sealed class WireLayout
{
    private static readonly float[] _zero = [0];

    private WireLayout(ImmutableArray<WireTensor> tensors, ParameterLayout parameters)
    {
        Tensors = tensors;
        Parameters = parameters;
    }

    /// <summary>The arrays, in order.</summary>
    public ImmutableArray<WireTensor> Tensors { get; }

    /// <summary>The layout of the flat vector.</summary>
    public ParameterLayout Parameters { get; }

    /// <summary>Bytes of a model's files as they are sent.</summary>
    public long ByteCount => Tensors.Sum(tensor => NpyWriter.ByteCount(tensor.Type, tensor.Shape));

    /// <summary>Bytes of a model's files on their way at most: if all arrays came as 64-bit floats.</summary>
    public long LargestByteCount => Tensors.Sum(tensor => NpyWriter.ByteCount(NpyType.F8, tensor.Shape));

    /// <summary>Bytes of the elements of a model that is sent; headers and counters, which have no place in the flat vector, aside.</summary>
    public long ElementBytes => Tensors.Sum(tensor => tensor.Offset is null ? 0 : (long)tensor.Length * tensor.Type.ByteCount());

    /// <summary>The layout of a model of ours: PyTorch's state_dict order.</summary>
    /// <param name="layout">The flat vector.</param>
    public static WireLayout Of(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        IEnumerable<WireTensor> parts = layout.Parts.Select(part => new WireTensor(part.Name, NpyType.F4, part.Shape, part.Offset));
        IEnumerable<WireTensor> counters = layout.Counters.Select(name => new WireTensor(name, NpyType.I8, [], null));

        // Grouping keeps the order of the modules and the order within each; a module's parameters come before those of modules inside it.
        return new([.. parts.Concat(counters).GroupBy(tensor => Module(tensor.Name), StringComparer.Ordinal).SelectMany(module => module)], layout);
    }

    /// <summary>The layout of a model of which only arrays are known: floats count as trained, integers as buffers behind them.</summary>
    /// <param name="arrays">The arrays, as they came.</param>
    /// <param name="names">Their names, where there are any.</param>
    /// <exception cref="NpyException">They are more than a vector holds.</exception>
    public static WireLayout Of(IReadOnlyList<NpyArray> arrays, IReadOnlyList<string>? names = null)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        if (arrays.Sum(array => (long)array.Header.Count) > Array.MaxLength)
        {
            throw new NpyException($"The model has more than {Array.MaxLength} elements.");
        }

        WireTensor[] tensors = new WireTensor[arrays.Count];
        List<ParameterPart> parts = [];
        int offset = 0;
        foreach (int index in Enumerable.Range(0, arrays.Count).OrderBy(index => arrays[index].Header.Type.IsFloat() ? 0 : 1))
        {
            NpyHeader header = arrays[index].Header;
            string name = names?[index] ?? $"{index}";
            parts.Add(new(name, header.Shape, header.Type.IsFloat() ? ParameterKind.Parameter : ParameterKind.Buffer, offset));
            tensors[index] = new(name, header.Type, header.Shape, offset);
            offset += header.Count;
        }

        return new([.. tensors], new(parts));
    }

    /// <summary>Reads a model of which the arrays' files are at hand into a flat vector.</summary>
    /// <param name="files">The .npy files, in the layout's order.</param>
    /// <param name="canonical">Receives the vector, each part in PyTorch's element order.</param>
    /// <returns>Bytes of the elements as they came, counted as in <see cref="ElementBytes"/>: other types take other numbers of them.</returns>
    /// <exception cref="NpyException">Number, shapes or types of the arrays are not this layout's, or a file is damaged.</exception>
    public long ReadFiles(IReadOnlyList<ReadOnlyMemory<byte>> files, Span<float> canonical)
    {
        ArgumentNullException.ThrowIfNull(files);
        return Read(files.Count, index => new(files[index]), canonical);
    }

    /// <summary>Reads a model of which the arrays are at hand into a flat vector.</summary>
    /// <param name="arrays">The arrays, in the layout's order.</param>
    /// <param name="canonical">Receives the vector, each part in PyTorch's element order.</param>
    /// <exception cref="NpyException">Number, shapes or types of the arrays are not this layout's.</exception>
    public void ReadArrays(IReadOnlyList<NpyArray> arrays, Span<float> canonical)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        _ = Read(arrays.Count, index => arrays[index], canonical);
    }

    /// <summary>Writes a flat vector as one .npy file for each array, in order.</summary>
    /// <param name="canonical">The vector, each part in PyTorch's element order.</param>
    public ImmutableArray<byte[]> WriteFiles(ReadOnlySpan<float> canonical)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(canonical.Length, Parameters.Length);
        byte[][] files = new byte[Tensors.Length][];
        for (int index = 0; index < files.Length; index++)
        {
            WireTensor tensor = Tensors[index];
            files[index] = NpyWriter.Write(tensor.Type, tensor.Shape, tensor.Offset is { } offset ? canonical.Slice(offset, tensor.Length) : _zero);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(files);
    }

    /// <summary>Encodes a flat vector as a .npz file, each array under its name.</summary>
    /// <param name="canonical">The vector, each part in PyTorch's element order; not looked at any more once this returns.</param>
    /// <returns>Writes the file.</returns>
    public Action<Stream> EncodeNpz(ReadOnlySpan<float> canonical)
    {
        IEnumerable<ReadOnlyMemory<byte>> files = WriteFiles(canonical).Select(file => (ReadOnlyMemory<byte>)file);
        return stream => NpzFile.Write(stream, Tensors.Select(tensor => tensor.Name).Zip(files));
    }

    private long Read(int count, Func<int, NpyArray> arrays, Span<float> canonical)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(canonical.Length, Parameters.Length);
        if (count != Tensors.Length)
        {
            throw new NpyException($"the model has {count} arrays, expected {Tensors.Length}");
        }

        long bytes = 0;
        for (int index = 0; index < Tensors.Length; index++)
        {
            bytes += Read(index, Tensors[index], arrays, canonical);
        }

        return bytes;
    }

    private static long Read(int index, WireTensor expected, Func<int, NpyArray> arrays, Span<float> canonical)
    {
        try
        {
            NpyArray array = arrays(index);
            NpyHeader header = array.Header;
            if (!header.Shape.SequenceEqual(expected.Shape) || (expected.Type.IsFloat() && !header.Type.IsFloat()))
            {
                throw new NpyException($"it is {header.Type.Description()} {NpyHeader.ShapeText(header.Shape)}, expected {expected}");
            }

            if (expected.Offset is not { } offset)
            {
                return 0;
            }

            array.CopyTo(canonical.Slice(offset, expected.Length));
            return (long)expected.Length * header.Type.ByteCount();
        }
        catch (NpyException fault)
        {
            throw new NpyException($"array {index} (\"{expected.Name}\"): {fault.Message}", fault);
        }
    }

    private static string Module(string name) => name[..Math.Max(0, name.LastIndexOf('.'))];
}
