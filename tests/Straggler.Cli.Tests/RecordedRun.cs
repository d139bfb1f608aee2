using System.Globalization;
using System.Text.Json;

namespace Straggler.Cli.Tests;

/// <summary>A run directory, read the way a user's script would.</summary>
internal sealed class RecordedRun(string folder)
{
    /// <summary>summary.json.</summary>
    public JsonElement Summary { get; } = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "summary.json"))).RootElement;

    /// <summary>The rows of updates.csv.</summary>
    public IReadOnlyList<UpdateRow> Updates { get; } =
        [.. File.ReadLines(Path.Combine(folder, "updates.csv")).Skip(1).Select(UpdateRow.Parse)];

    /// <summary>The text of a file.</summary>
    public string Text(string name) => File.ReadAllText(Path.Combine(folder, name));

    /// <summary>A table without its last column, which in metrics.csv is wall time.</summary>
    public string[] WithoutLastColumn(string name) => [.. Text(name).Split('\n').Select(line => line[..Math.Max(0, line.LastIndexOf(','))])];

    /// <summary>The smaller sum of the conservation laws: the staleness of the first arrivals.</summary>
    public long StalenessOf(int arrivals) => Updates.Take(arrivals).Sum(update => update.Staleness);

    /// <summary>The other sum: how far the server has moved on for those in flight just after an arrival.</summary>
    /// <remarks>In flight then is who arrives later and was dispatched no later. Exact where no two events share an instant.</remarks>
    public long VersionLagAfter(int arrivals, long version)
    {
        double now = Updates[arrivals - 1].VirtualTime;
        return Updates.Skip(arrivals).Where(update => update.Dispatched <= now).Sum(update => version - update.BaseVersion);
    }
}

/// <summary>A row of updates.csv.</summary>
internal sealed record UpdateRow(
    long Arrival, double VirtualTime, int Client, double Dispatched, long BaseVersion, long Version, long Staleness, double Weight, int Samples, string Outcome)
{
    /// <summary>Virtual seconds of its download; NaN where they are not known, as below.</summary>
    public double Download { get; private init; }

    /// <summary>Of its training.</summary>
    public double Compute { get; private init; }

    /// <summary>Of its upload.</summary>
    public double Upload { get; private init; }

    /// <summary>From dispatch to arrival.</summary>
    public double Duration => VirtualTime - Dispatched;

    /// <summary>Reads a line.</summary>
    public static UpdateRow Parse(string line)
    {
        string[] cells = line.Split(',');
        return new(
            long.Parse(cells[0], CultureInfo.InvariantCulture),
            double.Parse(cells[1], CultureInfo.InvariantCulture),
            int.Parse(cells[2], CultureInfo.InvariantCulture),
            double.Parse(cells[3], CultureInfo.InvariantCulture),
            long.Parse(cells[4], CultureInfo.InvariantCulture),
            long.Parse(cells[5], CultureInfo.InvariantCulture),
            long.Parse(cells[6], CultureInfo.InvariantCulture),
            double.Parse(cells[7], CultureInfo.InvariantCulture),
            int.Parse(cells[8], CultureInfo.InvariantCulture),
            cells[10])
        {
            Download = Seconds(cells[11]),
            Compute = Seconds(cells[12]),
            Upload = Seconds(cells[13]),
        };
    }

    private static double Seconds(string cell) => cell.Length == 0 ? double.NaN : double.Parse(cell, CultureInfo.InvariantCulture);
}
