using Google.Protobuf;
using Straggler.Arrays;
using Straggler.Flower.Wire;

namespace Straggler.Flower.Models;

/// <summary>Puts flat vectors into messages and takes them out.</summary>
public static class WireMessages
{
    private const string Format = "numpy.ndarray";

    /// <summary>Reads a model into a flat vector.</summary>
    /// <param name="layout">How it travels.</param>
    /// <param name="model">The model, as it came.</param>
    /// <param name="canonical">Receives the vector, each part in PyTorch's element order.</param>
    /// <returns>Bytes of the elements as they came, counted as in <see cref="WireLayout.ElementBytes"/>: other types take other numbers of them.</returns>
    /// <exception cref="FlowerException">Number, shapes or types of the arrays are not this layout's, or a file is damaged.</exception>
    public static long Read(this WireLayout layout, WireModel model, Span<float> canonical)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(model);
        if (model.Message.Format is not (Format or ""))
        {
            throw new FlowerException($"the model's tensor type is \"{model.Message.Format}\", expected {Format}");
        }

        try
        {
            return layout.ReadFiles([.. model.Files], canonical);
        }
        catch (NpyException fault)
        {
            throw new FlowerException(fault.Message, fault);
        }
    }

    /// <summary>Writes a flat vector as a model that can be sent.</summary>
    /// <param name="layout">How it travels.</param>
    /// <param name="canonical">The vector, each part in PyTorch's element order.</param>
    public static WireModel Write(this WireLayout layout, ReadOnlySpan<float> canonical)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Tensors message = new() { Format = Format };
        message.Images.AddRange(layout.WriteFiles(canonical).Select(file => UnsafeByteOperations.UnsafeWrap(file)));
        return new(message);
    }
}
