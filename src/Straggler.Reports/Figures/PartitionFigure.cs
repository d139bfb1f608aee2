using System.Collections.Immutable;
using System.Globalization;
using Straggler.Reports.Charts;
using Straggler.Reports.Records;

namespace Straggler.Reports.Figures;

/// <summary>Who holds what: the training samples of each class at each client, as shaded cells.</summary>
/// <remarks>
/// Few clients stand in their own order. Many are sorted by their main class, so that neighbours are alike and the picture has blocks
/// instead of noise; above what the width can show, neighbours share a column with their mean.
/// </remarks>
internal sealed class PartitionFigure : IFigure
{
    /// <summary>Up to so many clients keep their own order.</summary>
    private const int MostInOrder = 50;

    /// <summary>Most columns, whatever the number of clients.</summary>
    private const int MostColumns = 120;

    /// <summary>Most cells of one drawing, for the page's size.</summary>
    private const int MostCells = 2400;

    /// <inheritdoc/>
    public string Name => "partition";

    /// <inheritdoc/>
    public Section Section => Section.Clients;

    /// <inheritdoc/>
    public string Title => "Training samples by client and class";

    /// <inheritdoc/>
    public FigureContent Draw(RunRecords run)
    {
        if (run.Partition is not { Length: > 0 } all)
        {
            return FigureContent.Missing("The run has no partition.csv: it trained nothing, or an earlier version recorded it.");
        }

        if (!all.Any(row => row.Counts.Any(count => count > 0)))
        {
            return FigureContent.Missing("No client has training samples.");
        }

        int classes = all[0].Counts.Length;
        bool sorted = all.Length > MostInOrder;
        PartitionRow[] rows = sorted ? [.. all.OrderBy(MainClass).ThenByDescending(MainShare)] : [.. all];
        int columns = Math.Min(rows.Length, Math.Clamp(MostCells / classes, 30, MostColumns));
        Cell[] cells = [.. Cells(rows, columns)];
        Chart chart = new(
            Title,
            new(
                sorted ? "clients (sorted by their main class)" : "client",
                LinearScale.Exact(sorted ? 0 : -0.6, sorted ? 1.01 * rows.Length : rows.Length - 0.4) with { Whole = true }),
            new(run.ClassNames is null ? "class (label in the data set)" : "class", new CategoryScale([.. Enumerable.Range(0, classes).Select(run.ClassName)])),
            [.. Shades.Of(cells, sorted ? 0 : 0.5)]);
        DataTable data = new(
            ["client", .. Enumerable.Range(0, classes).Select(label => string.Create(CultureInfo.InvariantCulture, $"class_{label}"))],
            [.. all.Select<PartitionRow, ImmutableArray<double>>(row => [row.Client, .. row.Counts])]);
        return new(chart, Caption(all, rows.Length > columns), data, "partition.csv");
    }

    private static int MainClass(PartitionRow row) => row.Counts.IndexOf(row.Counts.Max());

    /// <summary>The share of a client's samples that are of its main class; 0 without samples.</summary>
    private static double MainShare(PartitionRow row) => row.Counts.Sum() is var sum and > 0 ? row.Counts.Max() / sum : 0;

    private static IEnumerable<Cell> Cells(PartitionRow[] rows, int columns)
    {
        for (int column = 0; column < columns; column++)
        {
            int start = (int)((long)column * rows.Length / columns), end = (int)((column + 1L) * rows.Length / columns);
            for (int label = 0; label < rows[0].Counts.Length; label++)
            {
                double mean = 0;
                for (int row = start; row < end; row++)
                {
                    mean += rows[row].Counts[label] / (end - start);
                }

                if (mean > 0)
                {
                    yield return new(start, end, label, mean);
                }
            }
        }
    }

    private static string Caption(ImmutableArray<PartitionRow> rows, bool averaged)
    {
        double[] sizes = [.. rows.Select(row => row.Counts.Sum()).Order()];
        double[] shares = [.. rows.Where(row => row.Counts.Sum() > 0).Select(MainShare).Order()];
        return "What each client trains on; the stronger the colour, the more. Strong single cells mean label skew, columns of different strength unequal sizes." +
            $"{(averaged ? " Neighbours share a column, with their mean." : "")} Clients hold {NumberText.Count(sizes[0])} to " +
            $"{NumberText.Count(sizes[^1], "sample")}, median {NumberText.Measure(sizes[sizes.Length / 2])}; the median client’s main class makes up " +
            $"{NumberText.Percent(shares[shares.Length / 2])} of its samples.";
    }
}
