using System.Collections.Immutable;
using Straggler.Reports.Charts;

namespace Straggler.Reports.Figures;

/// <summary>A cell of a shaded table.</summary>
/// <param name="Start">Its first column.</param>
/// <param name="End">The column after its last.</param>
/// <param name="Row">Its row.</param>
/// <param name="Value">What its shade stands for, above 0.</param>
internal readonly record struct Cell(int Start, int End, int Row, double Value);

/// <summary>Draws cells in a few shades with round limits, so that the legend can say what each shade means.</summary>
internal static class Shades
{
    private const int MostShades = 5;
    private const double Palest = 0.16;
    private const double Height = 0.92;

    /// <summary>Most columns that have gaps between them.</summary>
    private const int MostGaps = 60;

    /// <summary>The cells, a mark for each shade in use.</summary>
    /// <param name="cells">The cells; not empty.</param>
    /// <param name="shift">How far left of its number a column begins.</param>
    public static IEnumerable<BarMark> Of(IReadOnlyCollection<Cell> cells, double shift)
    {
        double gap = cells.Max(cell => cell.End) <= MostGaps ? 0.08 : 0;
        foreach (Shade shade in Classes([.. cells.Select(cell => cell.Value)]))
        {
            ImmutableArray<Bar> bars =
            [
                .. cells.Where(cell => shade.Holds(cell.Value)).Select(cell => new Bar(
                    ((cell.Start + cell.End) / 2.0) - shift, cell.End - cell.Start - gap, cell.Row - (Height / 2), cell.Row + (Height / 2))),
            ];
            yield return new(shade.Name, Ink.Blue, bars, shade.Strength);
        }
    }

    /// <summary>The shades that are in use, the palest first.</summary>
    /// <param name="values">What is to be shaded, none below 0; not empty.</param>
    /// <param name="zero">Whether 0 is a value like the others, and may have a shade of its own.</param>
    public static IEnumerable<Shade> Classes(IReadOnlyCollection<double> values, bool zero = false)
    {
        double least = values.Min(), most = values.Max();
        ImmutableArray<double> limits = zero ? Limits(most, [0, 1]) : Limits(most, [1]);
        for (int shade = 0; shade < limits.Length; shade++)
        {
            Shade candidate = new(
                Name(limits, shade, least, most), Strength(shade, limits.Length),
                shade == 0 ? 0 : limits[shade], shade == limits.Length - 1 ? double.PositiveInfinity : limits[shade + 1]);
            if (values.Any(candidate.Holds))
            {
                yield return candidate;
            }
        }
    }

    /// <summary>The lower limits of the shades, ascending: as many of 1, 2, 5, 10, 20, ... as there is room for, evenly chosen from the top.</summary>
    /// <param name="most">The largest value.</param>
    /// <param name="first">The first ones to choose from.</param>
    internal static ImmutableArray<double> Limits(double most, params ReadOnlySpan<double> first)
    {
        List<double> steps = [.. first];
        for (int index = 1; Step(index) <= most; index++)
        {
            steps.Add(Step(index));
        }

        int stride = (steps.Count + MostShades - 1) / MostShades;
        return [.. steps.Where((_, index) => (steps.Count - 1 - index) % stride == 0)];

        static double Step(int index) => (index % 3) switch { 0 => 1, 1 => 2, _ => 5 } * Math.Pow(10, index / 3);
    }

    private static double Strength(int shade, int count) => count == 1 ? 1 : Palest + ((1 - Palest) * shade / (count - 1));

    private static string Name(ImmutableArray<double> limits, int shade, double least, double most) =>
        shade == limits.Length - 1 ? Range(limits[shade], Math.Ceiling(most))
        : shade == 0 && limits[0] > 0 && (limits[1] > 2 || least < 1) ? $"under {NumberText.Count(limits[1])}"
        : Range(limits[shade], limits[shade + 1] - 1);

    private static string Range(double low, double high) =>
        low >= high ? NumberText.Count(low) : $"{NumberText.Count(low)} to {NumberText.Count(high)}";
}

/// <summary>A shade and what it stands for.</summary>
/// <param name="Name">Its range in words.</param>
/// <param name="Strength">How strong the colour is, above 0 to 1.</param>
/// <param name="Low">The smallest value that has it.</param>
/// <param name="High">The smallest value that is past it.</param>
internal readonly record struct Shade(string Name, double Strength, double Low, double High)
{
    /// <summary>Whether a value has the shade.</summary>
    public bool Holds(double value) => value >= Low && value < High;
}
