namespace Straggler.Compression;

/// <summary>Finds the value of a rank without sorting all (quickselect).</summary>
internal static class Selection
{
    /// <summary>The value that would stand at a place if all were sorted.</summary>
    /// <param name="values">The values, no NaN; are put into another order.</param>
    /// <param name="rank">The place, from 0.</param>
    public static float Smallest(Span<float> values, int rank)
    {
        while (values.Length > 1)
        {
            float pivot = MedianOfThree(values[0], values[values.Length / 2], values[^1]);
            (int below, int above) = Partition(values, pivot);
            if (rank < below)
            {
                values = values[..below];
            }
            else if (rank >= above)
            {
                values = values[above..];
                rank -= above;
            }
            else
            {
                return pivot;
            }
        }

        return values[0];
    }

    /// <summary>Puts smaller values first and larger ones last.</summary>
    /// <returns>Where those equal to the pivot begin and end.</returns>
    private static (int Below, int Above) Partition(Span<float> values, float pivot)
    {
        int below = 0, above = values.Length;
        for (int at = 0; at < above;)
        {
            float value = values[at];
            if (value < pivot)
            {
                (values[at++], values[below++]) = (values[below], value);
            }
            else if (value > pivot)
            {
                (values[at], values[--above]) = (values[above], value);
            }
            else
            {
                at++;
            }
        }

        return (below, above);
    }

    private static float MedianOfThree(float a, float b, float c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
