using System.Globalization;
using Straggler.Reports.Comparison;
using Straggler.Reports.Records;

namespace Straggler.Reports.Tests.Comparison;

public sealed class ComparisonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Csv_TwoMethodsThreeSeeds_HoldsMeansIntervalsAndRanks()
    {
        // Final accuracies under seeds 1, 2, 3: a 0.6, 0.7, 0.8; b 0.5, 0.7, 0.6.
        AddStudy();
        string[][] rows = Rows(new ComparisonWriter([_folder.Path], new() { Targets = [] }).Csv);

        string[] a = rows.Single(row => row is [_, "final_accuracy", "a", ..]), b = rows.Single(row => row is [_, "final_accuracy", "b", ..]);
        Assert.Equal(("3", 0.7), (a[3], Number(a[5])), Close);

        // Deviation 0.1; t(0.975; 2) = 4.302653; half width 4.302653 · 0.1 / √3 = 0.248414.
        Assert.Equal(0.7 - 0.248414, Number(a[6]), 1e-6);
        Assert.Equal(0.7 + 0.248414, Number(a[7]), 1e-6);
        Assert.Equal(0.6, Number(b[5]), 1e-12);
        Assert.Equal((1 + 1.5 + 1) / 3, Number(a[10]), 1e-12);
    }

    [Fact]
    public void Tests_ArePairedBySeed()
    {
        // Differences b − a: −0.1, 0, −0.2: mean −0.1, deviation 0.1, t = −√3 on 2 degrees of freedom: p = 1 − √(3/5) = 0.225403.
        AddStudy();
        string[] test = Rows(new ComparisonWriter([_folder.Path], new() { Targets = [] }).TestsCsv).Single(row => row is [_, "final_accuracy", ..]);

        Assert.Equal(["all", "final_accuracy", "b", "a", "3"], test[..5]);
        Assert.Equal(-0.1, Number(test[5]), 1e-12);
        Assert.Equal(1 - Math.Sqrt(0.6), Number(test[9]), 1e-9);
        Assert.Equal(1 - Math.Sqrt(0.6), Number(test[10]), 1e-9);

        // Two of the pairs differ, both down: 1 of 4 signs, and its mirror.
        Assert.Equal(0.5, Number(test[11]), 1e-12);
    }

    [Fact]
    public void Tests_BaselineGiven_IsTheReference()
    {
        AddStudy();
        string[][] rows = Rows(new ComparisonWriter([_folder.Path], new() { Targets = [], Baseline = "b" }).TestsCsv);
        Assert.All(rows.Skip(1), row => Assert.Equal(("a", "b"), (row[2], row[3])));
        Assert.Contains("Allowed: a, b.", Assert.Throws<ReportException>(() => new ComparisonWriter([_folder.Path], new() { Baseline = "c" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_TargetNotAlwaysReached_CountsCensoredRunsWithTheCommonLimit()
    {
        // a reaches 0.5 at 10 s and 20 s; b at 30 s, its other run never within its 40 s. The shortest run ends at 40 s.
        Add("a1", "a", 1, (0, 0.1), (10, 0.5), (60, 0.6));
        Add("a2", "a", 2, (0, 0.1), (20, 0.5), (50, 0.6));
        Add("b1", "b", 1, (0, 0.1), (30, 0.5), (50, 0.6));
        Add("b2", "b", 2, (0, 0.1), (40, 0.4));
        string[][] rows = Rows(new ComparisonWriter([_folder.Path], new() { Targets = [0.5] }).Csv);

        string[] a = rows.Single(row => row is [_, "time_to_50", "a", ..]), b = rows.Single(row => row is [_, "time_to_50", "b", ..]);
        Assert.Equal(["2", "2", "15"], a[3..6]);
        Assert.Equal(["2", "1", "35"], b[3..6]);
        Assert.Equal("15", a[9]);
        Assert.Equal("inf", b[9]);
        Assert.Equal("40", b[11]);
        Assert.Equal(0.5, Number(rows.Single(row => row is [_, "accuracy_at_time", "b", ..])[5]) + 0.05, 1e-12); // (0.5 + 0.4) / 2 at 40 s
    }

    [Fact]
    public void Csv_TargetReachedAtTheVeryLimit_CountsAsReached()
    {
        Add("a1", "a", 1, (0, 0.1), (40, 0.5));
        Add("b1", "b", 1, (0, 0.1), (40, 0.4));
        string[][] rows = Rows(new ComparisonWriter([_folder.Path], new() { Targets = [0.5] }).Csv);
        Assert.Equal("1", rows.Single(row => row is [_, "time_to_50", "a", ..])[4]);
        Assert.Equal("0", rows.Single(row => row is [_, "time_to_50", "b", ..])[4]);
    }

    [Fact]
    public void MeanAccuracy_IsTheAreaUnderTheSteps()
    {
        // 0.2 for 10 s, 0.6 for 30 s: (2 + 18) / 40.
        Add("a1", "a", 1, (0, 0.2), (10, 0.6), (40, 0.9));
        string[][] rows = Rows(new ComparisonWriter([_folder.Path], new() { Targets = [] }).Csv);
        Assert.Equal(0.5, Number(rows.Single(row => row is [_, "mean_accuracy_over_time", ..])[5]), 1e-12);
    }

    [Fact]
    public void Design_OtherSettingsThatDiffer_MakeScenarios()
    {
        foreach ((string alpha, int seed) in new[] { ("0.1", 1), ("10.0", 1), ("0.1", 2), ("10.0", 2) })
        {
            Add($"a{alpha}{seed}", "a", seed, alpha, (0, 0.1), (10, 0.5));
            Add($"b{alpha}{seed}", "b", seed, alpha, (0, 0.1), (10, 0.6));
        }

        Assert.Equal(["alpha=0.1", "alpha=10"], new ComparisonWriter([_folder.Path], new()).Tables().Select(table => table.Title));
        (string title, string[] columns, _) = new ComparisonWriter([_folder.Path], new() { Factors = ["partition"] }).Tables().First();
        Assert.Equal(("a", "alpha=0.1"), (title, columns[1]));
    }

    [Fact]
    public void Scenarios_NumbersInFolderNames_StandByTheirValue()
    {
        // By the folders' names 10 stands before 1: '0' comes before '_'.
        foreach (string alpha in (string[])["0.1", "10.0", "1.0"])
        {
            foreach (string strategy in (string[])["b", "a"])
            {
                Study.Add(_folder, $"alpha={alpha[..^2]}{(alpha == "0.1" ? "0.1" : "")}_{strategy}", $"name: {strategy}", 1, alpha, "{}", (0, 0.1), (10, 0.5));
            }
        }

        ComparisonWriter comparison = new([_folder.Path], new());
        Assert.Equal(["alpha=0.1", "alpha=1", "alpha=10"], comparison.Tables().Select(table => table.Title));
        Assert.All(comparison.Tables(), table => Assert.Equal(["measure", "a", "b"], table.Columns));
    }

    [Theory]
    [InlineData("partition.alpha")]
    [InlineData("alpha")]
    public void By_KeyOrItsLastPart_MakesTheMethods(string factor)
    {
        Study.Add(_folder, "x", "name: a", 1, "1.0", "{}", (0, 0.1));
        Study.Add(_folder, "y", "name: a", 1, "2.0", "{}", (0, 0.1));
        Study.Add(_folder, "z", "name: b", 1, "2.0", "{}", (0, 0.1));

        (string Title, string[] Columns, string[][] Rows)[] tables = [.. new ComparisonWriter([_folder.Path], new() { Factors = [factor] }).Tables()];
        Assert.Equal(["a", "b"], tables.Select(table => table.Title));
        Assert.Equal(["measure", "alpha=1", "alpha=2"], tables[0].Columns);
    }

    [Fact]
    public void Replay_OverARun_IsComparedWithIt()
    {
        Study.Add(_folder, "measured", "name: a", 1, "1.0", "{}", (0, 0.1), (10, 0.5));
        Study.Add(_folder, "over", "name: b\nreplay:\n  updates: measured/updates.csv", 1, "1.0", "{}", (0, 0.1), (10, 0.7));
        Assert.Equal(["measure", "a", "b"], new ComparisonWriter([_folder.Path], new()).Tables().Single().Columns);
    }

    [Fact]
    public void By_NoDifference_IsRefusedWithWhatThereIs()
    {
        Study.Add(_folder, "x", "name: a", 1, "1.0", "{}", (0, 0.1));
        Study.Add(_folder, "y", "name: a", 1, "2.0", "{}", (0, 0.1));
        ReportException fault = Assert.Throws<ReportException>(() => new ComparisonWriter([_folder.Path], new() { Factors = ["strategi"] }));
        Assert.Equal("--by: the runs do not differ in \"strategi\". Allowed: partition.alpha.", fault.Message);
    }

    [Fact]
    public void Unfinished_CancelledRuns_AreNamed()
    {
        void Run(string name, string reason) => Study.Add(
            _folder, name, $"name: {name}", 1, "1.0", $$"""{"stop_reason":"{{reason}}"}""", (0, 0.1), (10, 0.5));
        Run("cancelled", "cancelled");
        Run("too", "cancelled");
        Run("finished", "rounds");
        Run("satisfied", "target_accuracy");

        ComparisonWriter comparison = new([_folder.Path], new());
        Assert.Equal(["cancelled", "too"], comparison.Unfinished.Select(path => Path.GetFileName(path)));
        comparison.Write(_folder.File("out"), []);
        Assert.Contains(" 2 of them have not come to their end", File.ReadAllText(_folder.File("out/report.html")), StringComparison.Ordinal);
    }

    /// <summary>As of a live run and the simulation that it was calibrated to: they differ in many settings, some of them long.</summary>
    [Fact]
    public void Labels_ManySettings_AreShortAndToldInFullOnce()
    {
        string Settings(char letter, int factor) =>
            $"name: fedasync\ndelay:\n  per: client\n  factor: {factor}.12345678901\n  traces: measured-{new string(letter, 40)}.csv\n  task_column: seconds{factor}\navailability:\n  name: always";
        Study.Add(_folder, "one", Settings('a', 1), 1, "0.3", "{}", (0, 0.5));
        Study.Add(_folder, "two", Settings('b', 2), 1, "0.3", "{}", (0, 0.6));
        ComparisonWriter comparison = new([_folder.Path], new());
        string[] labels = [.. comparison.Tables().Single().Columns.Skip(1)];

        Assert.Equal(2, labels.Distinct().Count());
        Assert.All(labels, label => Assert.True(label.Length <= 60, label));
        Assert.All(labels, label => Assert.StartsWith("factor=", label, StringComparison.Ordinal));
        foreach (string text in (string[])[comparison.Note, comparison.Markdown, comparison.Latex])
        {
            Assert.Single(text.Split($"traces=measured-{new string('a', 40)}.csv")[1..]);
            Assert.Single(text.Split($"traces=measured-{new string('b', 40)}.csv")[1..]);
        }

        Assert.All(labels, label => Assert.Contains($" {label[label.LastIndexOf('#')..]}: factor=", comparison.Note, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("fedasync alpha=0.5", "fedasync alpha=0.5")]
    [InlineData("123456789 123456789 123456789 123456789 123456789 123456789 ", "123456789 123456789 123456789 123456789 123456789 123456789 ")]
    public void ShortLabel_UpToSixtyLetters_Stays(string label, string expected) => Assert.Equal(expected, ShortLabel.Of(label));

    [Fact]
    public void ShortLabel_OneLongSetting_IsCut()
    {
        string label = ShortLabel.Of("file=" + new string('x', 70)), other = ShortLabel.Of("file=" + new string('x', 71));

        Assert.StartsWith("file=" + new string('x', 35) + " … #", label, StringComparison.Ordinal);
        Assert.NotEqual(label, other);
    }

    [Fact]
    public void Labels_NameOptionsOnlyWhereRunsOfOneStrategyDiffer()
    {
        AddConfigured("a", "name: fedbuff\n  staleness:\n    name: polynomial\n    a: 0.5");
        AddConfigured("b", "name: fedbuff\n  staleness:\n    name: hinge\n    a: 10.0");
        AddConfigured("c", "name: fedavg\n  server_lr: 1.0");

        string[] columns = new ComparisonWriter([_folder.Path], new()).Tables().Single().Columns;
        Assert.Equal(["measure", "fedbuff a=0.5 staleness=polynomial", "fedbuff a=10 staleness=hinge", "fedavg"], columns);
    }

    [Fact]
    public void Write_LabelsWithCommas_AreOneColumnEach()
    {
        AddConfigured("a", "name: fedbuff\n  staleness: [1, 2]");
        AddConfigured("b", "name: fedbuff\n  staleness: [1, 3]");
        new ComparisonWriter([_folder.Path], new()).Write(_folder.File("out"), []);

        string head = File.ReadLines(_folder.File("out/figures/accuracy-arrivals.csv")).First();
        Assert.StartsWith("arrival,\"staleness=[1, 2] mean\",\"staleness=[1, 2] low\",", head, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TheSameRunTwice_IsRefused()
    {
        Add("a1", "a", 1, (0, 0.1));
        Add("a2", "a", 1, (0, 0.2));
        Assert.Contains("has the same settings and seed as", Assert.Throws<ReportException>(() => new ComparisonWriter([_folder.Path], new())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Folder_HoldsPageFiguresAndTables()
    {
        AddStudy();
        ComparisonWriter comparison = new([_folder.Path], new());
        string[] files = [.. comparison.Write(_folder.File("out"), ["straggler", "compare", "<runs>"]).Select(path => Path.GetFileName(path))];

        Assert.Equal(["report.html", "comparison.csv", "tests.csv", "comparison.md", "comparison.tex"], files[..5]);
        string[] figures =
        [
            "accuracy-virtual-time", "accuracy-arrivals", "loss-virtual-time", "loss-arrivals", "target-virtual-time", "target-arrivals", "difference-final-accuracy",
            "difference-accuracy-at-time", "difference-accuracy-at-arrivals", "difference-mean-accuracy-over-time", "difference-target-virtual-time",
            "difference-target-arrivals",
        ];
        Assert.Equal(figures.SelectMany(name => new[] { ".png", ".svg", ".csv" }.Select(ending => name + ending)), files[5..]);
        string page = File.ReadAllText(_folder.File("out/report.html"));
        Assert.Contains("a ends best, at 70.0\u00A0% mean accuracy. Its lead may be chance", System.Net.WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Contains("straggler compare '<runs>'", System.Net.WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);

        // At 10 s, the end, a's band is 0.7 ± 0.248414 (see above), cut off at 1.
        string[] last = File.ReadAllLines(_folder.File("out/figures/accuracy-virtual-time.csv"))[^1].Split(',');
        Assert.Equal(0.7 - 0.248414, Number(last[2]), 1e-6);
        Assert.Equal(0.7 + 0.248414, Number(last[3]), 1e-6);
        Assert.Contains("**70.00 ± 24.84 %**", comparison.Markdown, StringComparison.Ordinal);
        Assert.Contains("\\textbf{70.00 $\\pm$ 24.84 \\%}", comparison.Latex, StringComparison.Ordinal);
        Assert.Contains("\\bottomrule", comparison.Latex, StringComparison.Ordinal);
    }

    [Fact]
    public void FlatConfiguration_SectionsAndLists_HaveWholePaths()
    {
        SortedDictionary<string, string> values = FlatConfiguration.Read(
            "name: \"x y\"\nstrategy:\n  name: fedbuff\n  staleness:\n    name: polynomial\n    a: 0.5\n  k: 3\nenergy:\n  devices:\n    - share: 1.0\n      watts: 2.0\n    - share: 3.0\nlist: [1, 2]\nnone: null\n# end\n");

        Assert.Equal(
            ["energy.devices.0.share=1.0", "energy.devices.0.watts=2.0", "energy.devices.1.share=3.0", "list=[1, 2]", "name=x y", "strategy.k=3", "strategy.name=fedbuff",
             "strategy.staleness.a=0.5", "strategy.staleness.name=polynomial"],
            values.Select(pair => $"{pair.Key}={pair.Value}"));
    }

    private static bool Close((string, double) one, (string, double) other) => one.Item1 == other.Item1 && Math.Abs(one.Item2 - other.Item2) < 1e-12;

    private void AddStudy()
    {
        Add("a1", "a", 1, (0, 0.1), (10, 0.6));
        Add("a2", "a", 2, (0, 0.1), (10, 0.7));
        Add("a3", "a", 3, (0, 0.1), (10, 0.8));
        Add("b1", "b", 1, (0, 0.1), (10, 0.5));
        Add("b2", "b", 2, (0, 0.1), (10, 0.7));
        Add("b3", "b", 3, (0, 0.1), (10, 0.6));
    }

    private void Add(string name, string strategy, int seed, params (double Time, double Accuracy)[] curve) => Add(name, strategy, seed, "0.3", curve);

    private void Add(string name, string strategy, int seed, string alpha, params (double Time, double Accuracy)[] curve) =>
        Study.Add(_folder, name, $"name: {strategy}", seed, alpha, "{}", curve);

    private void AddConfigured(string name, string strategy)
    {
        Add(name, "", 1, (0, 0.1), (10, 0.5));
        File.WriteAllText(_folder.File(Path.Combine(name, "config.yaml")), $"seed: 1\nstrategy:\n  {strategy}\n");
    }

    private static string[][] Rows(string csv) => [.. csv.TrimEnd().Split('\n').Select(line => line.Split(','))];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
