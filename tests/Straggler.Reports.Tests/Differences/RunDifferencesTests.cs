using Straggler.Reports.Differences;

namespace Straggler.Reports.Tests.Differences;

public sealed class RunDifferencesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Left => _folder.File("left");

    private string Right => _folder.File("right");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Find_SameFiles_AreTheSame()
    {
        WriteBoth();

        RunDifference difference = RunDifferences.Find(Left, Right);

        Assert.True(difference.IsSame);
        Assert.Equal(["configuration", "updates", "metrics", "clients", "partition", "summary"], difference.Parts.Select(part => part.Name));
        Assert.All(difference.Parts, part => Assert.Equal(PartVerdict.Same, part.Verdict));
        Assert.StartsWith("The runs are the same", difference.Headline, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_OneCellOfTheUpdates_IsFoundWithWhatStoodBeforeIt()
    {
        WriteBoth();
        string[] rows = File.ReadAllLines(Path.Combine(Right, "updates.csv"));
        string[] cells = rows[137].Split(',');
        string[] changed = [.. cells];
        changed[7] = "0.125";
        rows[137] = string.Join(',', changed);
        rows[138] = rows[138].Replace("applied", "refused_stale", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(Right, "updates.csv"), string.Join('\n', rows) + "\n");

        RunDifference difference = RunDifferences.Find(Left, Right);

        Assert.False(difference.IsSame);
        RowDifference row = Part(difference, "updates").Row!;
        Assert.Equal(137, row.Number); // The header is line 0.
        Assert.Equal(new ValueDifference("weight", cells[7], "0.125"), Assert.Single(row.Cells));
        Assert.Equal(double.Parse(cells[1], System.Globalization.CultureInfo.InvariantCulture), row.VirtualTime);
        Assert.Equal(rows[134..137].Select(line => line.Split(',')), row.Before.Select(line => line.ToArray()));
        Assert.Equal(cells, row.Left!.Value);
        Assert.Equal(changed, row.Right!.Value);
        Assert.Contains("row 137 of the updates", difference.Headline, StringComparison.Ordinal);
        Assert.Contains($"weight is {cells[7]} in the first and 0.125 in the second", difference.Headline, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_OneRunIsLonger_SaysWhichHasNoMore()
    {
        WriteBoth();
        new FakeRun { Arrivals = 1100 }.Write(Right);

        RowDifference row = Part(RunDifferences.Find(Left, Right), "updates").Row!;

        Assert.Equal(1001, row.Number);
        Assert.Null(row.Left);
        Assert.Equal("1001", row.Right!.Value[0]);
        Assert.Empty(row.Cells);
    }

    [Fact]
    public void Find_FirstRow_HasNothingBeforeIt()
    {
        WriteBoth();
        SetCell(Left, "metrics.csv", 1, 3, "2.303");
        SetCell(Right, "metrics.csv", 1, 3, "2.304");

        RowDifference row = Part(RunDifferences.Find(Left, Right), "metrics").Row!;

        Assert.Equal(1, row.Number);
        Assert.Empty(row.Before);
        Assert.Equal(new ValueDifference("loss", "2.303", "2.304"), Assert.Single(row.Cells));
    }

    [Fact]
    public void Find_WallSeconds_AreNoDifference()
    {
        WriteBoth();
        string path = Path.Combine(Right, "metrics.csv");
        string[] rows = File.ReadAllLines(path);
        File.WriteAllLines(path, rows.Select((row, line) => line == 0 ? row : row[..row.LastIndexOf(',')] + ",77.5"));
        Replace(Right, "summary.json", "\"wall_seconds\":131.4", "\"wall_seconds\":7");

        Assert.True(RunDifferences.Find(Left, Right).IsSame);
    }

    [Fact]
    public void Find_Tolerance_AppliesToNumbersThatAreNotWhole()
    {
        WriteBoth();
        SetCell(Left, "metrics.csv", 1, 3, "2.303");
        SetCell(Right, "metrics.csv", 1, 3, "2.304");

        // |2.303 - 2.304| = 0.001, relative to 2.304: 0.00043.
        Assert.True(RunDifferences.Find(Left, Right, new() { Tolerance = 0.0005 }).IsSame);
        Assert.False(RunDifferences.Find(Left, Right, new() { Tolerance = 0.0004 }).IsSame);

        SetCell(Right, "metrics.csv", 1, 2, "1");
        Assert.False(RunDifferences.Find(Left, Right, new() { Tolerance = 1 }).IsSame);
    }

    [Fact]
    public void Find_NameAndLogging_ChangeNoResult()
    {
        WriteBoth();
        Replace(Right, "config.yaml", "name: fedasync-demo", "name: other\nlogging:\n  tensorboard: true");

        RunDifference difference = RunDifferences.Find(Left, Right);

        Assert.True(difference.IsSame);
        PartDifference configuration = Part(difference, "configuration");
        Assert.Equal(PartVerdict.Immaterial, configuration.Verdict);
        Assert.Equal(["logging.tensorboard", "name"], configuration.Values.Select(value => value.Key));
    }

    [Fact]
    public void Find_Settings_ComeByTheirPaths()
    {
        WriteBoth();
        Replace(Right, "config.yaml", "eta: 0.6", "eta: 0.9");

        RunDifference difference = RunDifferences.Find(Left, Right);

        Assert.Equal([new ValueDifference("strategy.eta", "0.6", "0.9")], Part(difference, "configuration").Values);
        Assert.StartsWith("The configurations differ in strategy.eta.", difference.Headline, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_SummaryAndSamples_ComeByTheirPaths()
    {
        WriteBoth();
        Replace(Right, "summary.json", "\"jain\":0.987", "\"jain\":0.5");
        File.WriteAllText(Path.Combine(Left, "partition.json"), """{"clients": [{"train": [1, 2]}, {"train": [3, 4]}]}""");
        File.WriteAllText(Path.Combine(Right, "partition.json"), """{"clients": [{"train": [1, 2]}, {"train": [3, 5, 6]}]}""");

        RunDifference difference = RunDifferences.Find(Left, Right);

        Assert.Equal([new ValueDifference("fairness.jain", "0.987", "0.5")], Part(difference, "summary").Values);
        Assert.Equal([new ValueDifference("clients[1].train[1]", "4", "5")], Part(difference, "samples").Values);
    }

    [Fact]
    public void Find_FileOfOneRunOnly_IsADifference()
    {
        WriteBoth();
        File.Delete(Path.Combine(Right, "updates.csv"));

        RunDifference difference = RunDifferences.Find(Left, Right);

        Assert.Equal(PartVerdict.OnlyLeft, Part(difference, "updates").Verdict);
        Assert.False(difference.IsSame);
    }

    [Fact]
    public void Find_ColumnOfOneRunOnly_IsNamed()
    {
        WriteBoth();
        Replace(Right, "clients.csv", "test_samples", "probes");

        PartDifference clients = Part(RunDifferences.Find(Left, Right), "clients");

        Assert.Equal(PartVerdict.Different, clients.Verdict);
        Assert.Equal(["test_samples"], clients.ColumnsOnlyLeft);
        Assert.Equal(["probes"], clients.ColumnsOnlyRight);
        Assert.Null(clients.Row);
    }

    /// <summary>Runs of an earlier version do not record how long the parts of tasks took.</summary>
    [Fact]
    public void Find_PartsOfTasksInOneRunOnly_AreNamedAndNoDifference()
    {
        WriteBoth();
        FakeRun.AddParts(Right, ",1,2,3");

        RunDifference difference = RunDifferences.Find(Left, Right);

        Assert.True(difference.IsSame);
        Assert.Equal(PartVerdict.Same, Part(difference, "updates").Verdict);
        Assert.Empty(Part(difference, "updates").ColumnsOnlyLeft);
        Assert.Equal(["download_time", "compute_time", "upload_time"], Part(difference, "updates").ColumnsOnlyRight);
    }

    [Fact]
    public void Find_PartsOfTasksInBothRuns_AreCompared()
    {
        WriteBoth();
        FakeRun.AddParts(Left, ",1,2,3");
        FakeRun.AddParts(Right, ",1,2.5,3");

        Assert.Equal(new ValueDifference("compute_time", "2", "2.5"), Assert.Single(Part(RunDifferences.Find(Left, Right), "updates").Row!.Cells));
    }

    [Fact]
    public void Find_IgnoredColumnInOneRunOnly_IsNoDifference()
    {
        WriteBoth();
        string path = Path.Combine(Right, "metrics.csv");
        File.WriteAllLines(path, [.. File.ReadAllLines(path).Select(row => row[..row.LastIndexOf(',')])]);

        RunDifference difference = RunDifferences.Find(Left, Right);

        Assert.True(difference.IsSame);
        Assert.Empty(Part(difference, "metrics").ColumnsOnlyLeft);
    }

    [Fact]
    public void Find_NoRunDirectory_SaysWhatIsExpected()
    {
        WriteBoth();
        Directory.CreateDirectory(_folder.File("empty"));

        Assert.Contains("expected a run directory", Assert.Throws<ReportException>(() => RunDifferences.Find(Left, _folder.File("empty"))).Message, StringComparison.Ordinal);
        Assert.Contains("no such directory", Assert.Throws<ReportException>(() => RunDifferences.Find(_folder.File("none"), Right)).Message, StringComparison.Ordinal);
    }

    private void WriteBoth()
    {
        new FakeRun().Write(Left);
        new FakeRun().Write(Right);
    }

    private static PartDifference Part(RunDifference difference, string name) => difference.Parts.Single(part => part.Name == name);

    private static void SetCell(string directory, string file, int row, int column, string value)
    {
        string path = Path.Combine(directory, file);
        string[][] rows = [.. File.ReadAllLines(path).Select(line => line.Split(','))];
        rows[row][column] = value;
        File.WriteAllLines(path, rows.Select(cells => string.Join(',', cells)));
    }

    private static void Replace(string directory, string file, string before, string after)
    {
        string path = Path.Combine(directory, file), text = File.ReadAllText(path);
        Assert.Contains(before, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(before, after, StringComparison.Ordinal));
    }
}
