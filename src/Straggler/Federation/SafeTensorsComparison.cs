using System.Numerics;
using System.Runtime.InteropServices;

namespace Straggler.Federation;

/// <summary>Holds two safetensors files against each other, tensor by tensor, without reading either whole.</summary>
public static class SafeTensorsComparison
{
    private const int ChunkBytes = 1 << 16;

    /// <summary>The tensors that differ: those of the first file in its order, then those that only the second has.</summary>
    /// <param name="left">The first file.</param>
    /// <param name="right">The second file.</param>
    /// <param name="tolerance">How far floating-point elements a and b may lie apart: tolerance · max(1, |a|, |b|).</param>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IReadOnlyList<TensorDifference> Compare(string left, string right, double tolerance = 0)
    {
        using FileStream one = File.OpenRead(left), other = File.OpenRead(right);
        (IReadOnlyDictionary<string, SafeTensor> ours, long start) = SafeTensorsHeader.Read(one, left);
        (IReadOnlyDictionary<string, SafeTensor> theirs, long otherStart) = SafeTensorsHeader.Read(other, right);
        List<TensorDifference> found = [];
        foreach ((string name, SafeTensor tensor) in ours)
        {
            SafeTensor? match = theirs.GetValueOrDefault(name);
            if (match is null || Describe(match) != Describe(tensor))
            {
                found.Add(new(name, Describe(tensor), match is null ? null : Describe(match), Elements(tensor), null, null));
                continue;
            }

            one.Position = start + tensor.Begin;
            other.Position = otherStart + match.Begin;
            (long differing, double? largest) = tensor.Type switch
            {
                "F32" => Count<float>(one, other, Elements(tensor), tolerance),
                "F64" => Count<double>(one, other, Elements(tensor), tolerance),
                "F16" => Count<Half>(one, other, Elements(tensor), tolerance),
                _ => CountBytes(one, other, tensor),
            };
            if (differing > 0)
            {
                found.Add(new(name, Describe(tensor), Describe(match), Elements(tensor), differing, largest));
            }
        }

        found.AddRange(theirs.Where(tensor => !ours.ContainsKey(tensor.Key))
            .Select(tensor => new TensorDifference(tensor.Key, null, Describe(tensor.Value), Elements(tensor.Value), null, null)));
        return found;
    }

    private static string Describe(SafeTensor tensor) => $"{tensor.Type} [{string.Join(", ", tensor.Shape)}]";

    private static long Elements(SafeTensor tensor) => tensor.Shape.Aggregate(1L, (product, size) => product * size);

    private static (long Differing, double? Largest) Count<T>(Stream one, Stream other, long elements, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] left = new T[ChunkBytes / Marshal.SizeOf<T>()], right = new T[left.Length];
        long differing = 0;
        double largest = 0;
        while (elements > 0)
        {
            int count = (int)Math.Min(elements, left.Length);
            Read(one, left.AsSpan(0, count));
            Read(other, right.AsSpan(0, count));
            for (int element = 0; element < count; element++)
            {
                double a = double.CreateChecked(left[element]), b = double.CreateChecked(right[element]), difference = Math.Abs(a - b);
                if (!a.Equals(b) && !(difference <= tolerance * Math.Max(1, Math.Max(Math.Abs(a), Math.Abs(b)))))
                {
                    differing++;
                    largest = Math.Max(largest, double.IsNaN(difference) ? double.PositiveInfinity : difference);
                }
            }

            elements -= count;
        }

        return (differing, largest);
    }

    /// <summary>Elements of other types are the same or not; by how much they differ is not asked.</summary>
    private static (long Differing, double? Largest) CountBytes(Stream one, Stream other, SafeTensor tensor)
    {
        long elements = Elements(tensor), differing = 0;
        if (elements == 0)
        {
            return (0, null);
        }

        byte[] left = new byte[(tensor.End - tensor.Begin) / elements], right = new byte[left.Length];
        for (long element = 0; element < elements; element++)
        {
            one.ReadExactly(left);
            other.ReadExactly(right);
            differing += left.AsSpan().SequenceEqual(right) ? 0 : 1;
        }

        return (differing, null);
    }

    private static void Read<T>(Stream stream, Span<T> values)
        where T : unmanaged
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(values);
        stream.ReadExactly(bytes);
        if (!BitConverter.IsLittleEndian)
        {
            int size = bytes.Length / Math.Max(1, values.Length);
            for (int start = 0; start < bytes.Length; start += size)
            {
                bytes.Slice(start, size).Reverse();
            }
        }
    }
}
