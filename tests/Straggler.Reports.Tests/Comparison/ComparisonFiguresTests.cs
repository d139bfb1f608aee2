using System.Globalization;
using System.Xml.Linq;
using Straggler.Reports.Comparison;

namespace Straggler.Reports.Tests.Comparison;

public sealed class ComparisonFiguresTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Target_RunsNotThere_AreCountedAndMarkedAtTheLimit()
    {
        // The shortest run ends at 40 s. a: 10 s and 20 s; b: 30 s and never.
        Add("a1", "name: a", 1, "1", (0, 0.1), (10, 0.5), (60, 0.6));
        Add("a2", "name: a", 2, "1", (0, 0.1), (20, 0.5), (50, 0.6));
        Add("b1", "name: b", 1, "1", (0, 0.1), (30, 0.5), (50, 0.6));
        Add("b2", "name: b", 2, "1", (0, 0.1), (40, 0.4));
        string[][] rows = Draw(new() { Targets = [0.5] }, "target-virtual-time");

        Assert.Equal(["50\u00A0% a", "2", "2", "15"], rows[1][..4]);
        Assert.Equal(["50\u00A0% b", "2", "1", "35"], rows[2][..4]);

        // Half widths 12.706 · 7.071 / √2 = 63.5: cut off at 0 and at the limit.
        Assert.Equal(["0", "40", "40"], rows[1][4..]);
        Assert.Equal(["0", "40", "40"], rows[2][4..]);
        XElement figure = Figure("target-virtual-time");
        Assert.Contains("50 % b: 1 run not there after 40.0", figure.Element("script")!.Value.Replace("\\u00A0", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(1, figure.Elements("svg").First().Descendants("g").Count(group => group.Attribute("class")?.Value == "dot hollow vermillion"));
    }

    [Fact]
    public void Difference_OfAccuracies_IsInPercentagePointsAndPaired()
    {
        // b − a: −0.1, 0, −0.2; mean −0.1, deviation 0.1, half width 4.302653 · 0.1 / √3 = 0.248414.
        foreach ((int seed, double a, double b) in new[] { (1, 0.6, 0.5), (2, 0.7, 0.7), (3, 0.8, 0.6) })
        {
            Add($"a{seed}", "name: a", seed, "1", (0, 0.1), (10, a));
            Add($"b{seed}", "name: b", seed, "1", (0, 0.1), (10, b));
        }

        string[][] rows = Draw(new() { Targets = [] }, "difference-final-accuracy");
        string[] row = rows[1];

        Assert.Equal("method − a", rows[0][0]);
        Assert.Equal(["b", "3"], row[..2]);
        Assert.Equal([-10, -10 - 24.8414, -10 + 24.8414], row[2..5].Select(cell => Math.Round(Number(cell), 4)));
    }

    [Fact]
    public void HeatMap_StrategiesByAlpha_HasACellForEachWithItsMean()
    {
        // Options that come with a strategy are no third setting; alphas stand by value, not by word.
        foreach ((string alpha, double accuracy) in new[] { ("10", 0.8), ("0.5", 0.4) })
        {
            Add($"a{alpha}", "name: a\n  k: 1", 1, alpha, (0, 0.1), (10, accuracy));
            Add($"a{alpha}-2", "name: a\n  k: 1", 2, alpha, (0, 0.1), (10, accuracy + 0.1));
            Add($"b{alpha}", "name: b\n  k: 2", 1, alpha, (0, 0.1), (20, accuracy / 2));
        }

        string[][] rows = Draw(new() { Targets = [0.8] }, "heat-final-accuracy");

        Assert.Equal(["strategy", "0.5", "10"], rows[0]);
        Assert.Equal(("a", 0.45, 0.85), (rows[1][0], Math.Round(Number(rows[1][1]), 9), Math.Round(Number(rows[1][2]), 9)));
        Assert.Equal(("b", 0.2, 0.4), (rows[2][0], Number(rows[2][1]), Number(rows[2][2])));
        Assert.Equal(["85.0 % (2)", "45.0 % (2)", "40.0 % (1)", "20.0 % (1)"], Figure("heat-final-accuracy").Elements("svg").First().Elements("text")
            .Where(text => text.Attribute("class")!.Value.StartsWith("cell", StringComparison.Ordinal)).Select(text => text.Value.Replace('\u00A0', ' ')).OrderDescending());

        // b is never at 80 % and counts with its 20 s; with alpha 0.5 neither is a.
        string[][] times = Rows("heat-time-to-80");
        Assert.Equal(["a", "10", "10"], times[1]);
        Assert.Equal(["b", "20", "20"], times[2]);
    }

    [Fact]
    public void HeatMap_OneSettingVaried_IsNone()
    {
        Add("a", "name: a", 1, "1", (0, 0.1), (10, 0.5));
        Add("b", "name: b", 1, "1", (0, 0.1), (10, 0.6));
        new ComparisonWriter([_folder.Path], new()).Write(_folder.File("out"), []);
        Assert.False(File.Exists(_folder.File("out/figures/heat-final-accuracy.csv")));
    }

    [Fact]
    public void Summaries_Known_GiveStalenessAndWallTime()
    {
        Add("a1", "name: a", 1, "1", Summary(10, 1), (0, 0.1), (10, 0.5));
        Add("a2", "name: a", 2, "1", Summary(30, 3), (0, 0.1), (10, 0.5));
        Add("b1", "name: b", 1, "1", "{}", (0, 0.1), (10, 0.5));

        Assert.Equal(["a", "2", "20"], Draw(new(), "wall-time")[1][..3]);
        Assert.Equal(["a", "2", "12", "22", "5", "30"], Rows("staleness")[1]);
        Assert.Equal(2, Rows("staleness").Length);

        static string Summary(int seconds, int median) => FormattableString.Invariant(
            $$$"""{"wall_seconds":{{{seconds}}},"staleness":{"mean":5,"p50":{{{median}}},"p90":{{{median + 10}}},"p99":{{{median + 20}}},"max":30}}""");
    }

    [Fact]
    public void Write_SeveralScenarios_TellsThemInImagesAndNamesOnly()
    {
        foreach (string alpha in (string[])["1", "2"])
        {
            Add($"a{alpha}", "name: a", 1, alpha, (0, 0.1), (10, 0.5));
            Add($"b{alpha}", "name: b", 1, alpha, (0, 0.1), (10, 0.5));
        }

        new ComparisonWriter([_folder.Path], new()).Write(_folder.File("out"), []);

        Assert.Equal("Test accuracy over virtual time", Figure("accuracy-virtual-time-2").Element("h3")!.Value);
        Assert.Contains("alpha=2", File.ReadAllText(_folder.File("out/figures/accuracy-virtual-time-2.svg")), StringComparison.Ordinal);
    }

    private static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);

    private void Add(string name, string strategy, int seed, string alpha, params (double Time, double Accuracy)[] curve) => Add(name, strategy, seed, alpha, "{}", curve);

    private void Add(string name, string strategy, int seed, string alpha, string summary, params (double Time, double Accuracy)[] curve) =>
        Study.Add(_folder, name, strategy, seed, alpha, summary, curve);

    private string[][] Draw(ComparisonOptions options, string figure)
    {
        new ComparisonWriter([_folder.Path], options).Write(_folder.File("out"), []);
        return Rows(figure);
    }

    private string[][] Rows(string figure) => [.. File.ReadLines(_folder.File($"out/figures/{figure}.csv")).Select(line => line.Split(','))];

    private XElement Figure(string name)
    {
        string page = File.ReadAllText(_folder.File("out/report.html"));
        int from = page.IndexOf("<main>", StringComparison.Ordinal), to = page.LastIndexOf("</main>", StringComparison.Ordinal);
        return XElement.Parse(page[from..to] + "</main>").Descendants("figure").Single(figure => figure.Attribute("id")!.Value == name);
    }
}
