using System.Collections.Immutable;

namespace Straggler.Federation;

/// <summary>How a part of the flat vector comes about.</summary>
public enum ParameterKind
{
    /// <summary>Trained by gradient steps.</summary>
    Parameter,

    /// <summary>Carried along, such as a BatchNorm running mean; it travels and is aggregated with the parameters.</summary>
    Buffer,
}

/// <summary>One named tensor of a model and its place in the flat vector.</summary>
/// <param name="Name">PyTorch's state_dict name, such as <c>conv1.weight</c>.</param>
/// <param name="Shape">PyTorch's shape.</param>
/// <param name="Kind">Trained or carried along.</param>
/// <param name="Offset">First element in the flat vector.</param>
/// <param name="NonNegative">Whether values below zero are meaningless (running variances); a server step clamps them at 0.</param>
public sealed record ParameterPart(string Name, ImmutableArray<int> Shape, ParameterKind Kind, int Offset, bool NonNegative = false)
{
    /// <summary>Number of elements.</summary>
    public int Length { get; } = Shape.Aggregate(1, (product, size) => product * size);
}

/// <summary>Names and shapes the parts of a model's flat float32 vector: trained parameters first, then buffers.</summary>
/// <remarks>Parts follow PyTorch's state_dict order within each of the two groups.</remarks>
public sealed class ParameterLayout
{
    /// <summary>Lays out parts one after another.</summary>
    /// <param name="parts">The parts, contiguous from offset 0, parameters before buffers.</param>
    /// <param name="counters">Names of int64 counters in PyTorch's state_dict (num_batches_tracked): exported as 0, never aggregated.</param>
    /// <exception cref="ArgumentException">The parts are not contiguous or a buffer precedes a parameter.</exception>
    public ParameterLayout(IEnumerable<ParameterPart> parts, IEnumerable<string>? counters = null)
    {
        Parts = [.. parts];
        Counters = [.. counters ?? []];
        bool buffers = false;
        foreach (ParameterPart part in Parts)
        {
            buffers |= part.Kind == ParameterKind.Buffer;
            if (part.Offset != Length || (buffers && part.Kind == ParameterKind.Parameter))
            {
                throw new ArgumentException($"Part \"{part.Name}\" is out of place in the layout.", nameof(parts));
            }

            Length += part.Length;
            TrainableLength += part.Kind == ParameterKind.Parameter ? part.Length : 0;
        }
    }

    /// <summary>The parts, in order of their offsets.</summary>
    public ImmutableArray<ParameterPart> Parts { get; }

    /// <summary>Names of PyTorch's int64 counters, which have no place in the vector.</summary>
    public ImmutableArray<string> Counters { get; }

    /// <summary>Elements of the whole vector.</summary>
    public int Length { get; }

    /// <summary>Elements of the trained prefix.</summary>
    public int TrainableLength { get; }

    /// <summary>Size of the vector on the wire, in bytes.</summary>
    public long ByteCount => (long)Length * sizeof(float);
}
