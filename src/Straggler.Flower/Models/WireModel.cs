using Straggler.Flower.Wire;

namespace Straggler.Flower.Models;

/// <summary>A model as it travels: complete .npy files in the layout's order, encoded once and sent to any number of peers.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class WireModel
{
    internal WireModel(Tensors message) => Message = message;

    /// <summary>Number of bytes of all files.</summary>
    public long ByteCount => Message.Images.Sum(image => (long)image.Length);

    /// <summary>The files.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Files => Message.Images.Select(image => image.Memory);

    internal Tensors Message { get; }
}
