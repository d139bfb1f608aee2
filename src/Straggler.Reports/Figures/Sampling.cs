namespace Straggler.Reports.Figures;

/// <summary>Thins long series out to what a chart can show.</summary>
internal static class Sampling
{
    /// <summary>Most points of a curve.</summary>
    public const int MostPoints = 500;

    /// <summary>Most separate points.</summary>
    public const int MostDots = 1500;

    /// <summary>Evenly spread indices of a list, always with the first and the last.</summary>
    /// <param name="count">Length of the list.</param>
    /// <param name="most">Most indices, at least 2.</param>
    public static IEnumerable<int> Indices(int count, int most) => count <= most
        ? Enumerable.Range(0, count)
        : Enumerable.Range(0, most).Select(step => (int)((long)step * (count - 1) / (most - 1)));
}
