using System.Numerics.Tensors;
using Straggler.Arrays;

namespace Straggler.Flower.Models;

/// <summary>Finds values that are not finite.</summary>
internal static class FiniteValues
{
    /// <summary>Checks that there are none.</summary>
    /// <exception cref="FlowerException">There are.</exception>
    public static void Check(WireLayout layout, ReadOnlySpan<float> canonical)
    {
        if (TensorPrimitives.IsFiniteAll(canonical))
        {
            return;
        }

        foreach (WireTensor tensor in layout.Tensors)
        {
            if (tensor.Offset is { } offset && !TensorPrimitives.IsFiniteAll(canonical.Slice(offset, tensor.Length)))
            {
                throw new FlowerException($"array \"{tensor.Name}\" holds values that are not finite");
            }
        }
    }
}
