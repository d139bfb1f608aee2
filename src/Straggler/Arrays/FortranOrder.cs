using System.Collections.Immutable;

namespace Straggler.Arrays;

/// <summary>Turns arrays in Fortran's order, where the first index runs fastest, into rows.</summary>
internal static class FortranOrder
{
    /// <summary>Copies elements into C's order, where the last index runs fastest.</summary>
    /// <param name="source">The elements in Fortran's order.</param>
    /// <param name="shape">The shape, of at least one dimension.</param>
    /// <param name="destination">Receives them row by row.</param>
    public static void ToRows(ReadOnlySpan<float> source, ImmutableArray<int> shape, Span<float> destination)
    {
        if (destination.IsEmpty)
        {
            return;
        }

        int columns = shape[^1], stride = destination.Length / columns;
        int[] strides = new int[shape.Length - 1];
        for (int axis = 0, product = 1; axis < strides.Length; product *= shape[axis++])
        {
            strides[axis] = product;
        }

        int[] index = new int[strides.Length];
        int start = 0;
        for (int row = 0; row < destination.Length; row += columns)
        {
            for (int column = 0; column < columns; column++)
            {
                destination[row + column] = source[start + (column * stride)];
            }

            for (int axis = index.Length - 1; axis >= 0; axis--)
            {
                start += strides[axis];
                if (++index[axis] < shape[axis])
                {
                    break;
                }

                start -= index[axis] * strides[axis];
                index[axis] = 0;
            }
        }
    }
}
