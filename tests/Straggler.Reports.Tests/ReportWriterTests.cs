using System.Text.RegularExpressions;
using System.Xml.Linq;
using SkiaSharp;
using Straggler.Reports.Figures;

namespace Straggler.Reports.Tests;

public sealed partial class ReportWriterTests
{
    private static readonly string[] _figures =
    [
        "accuracy-virtual-time", "accuracy-arrivals", "accuracy-server-steps", "accuracy-megabytes-up", "loss-virtual-time", "loss-arrivals",
        "loss-server-steps", "loss-megabytes-up", "class-accuracy", "staleness", "staleness-virtual-time", "staleness-speed", "timeline", "partition",
        "client-spread-virtual-time", "inequality-virtual-time", "client-accuracy", "client-accuracy-samples", "participation",
        "participation-lorenz", "wall-time",
    ];

    [Fact]
    public void Write_FullRun_WritesPageAndEveryFigureInThreeFormats()
    {
        using TemporaryFolder folder = Recorded(new FakeRun { Arrivals = 200 });

        IReadOnlyList<string> files = ReportWriter.Write(folder.Path);

        IEnumerable<string> expected = _figures
            .SelectMany(name => new[] { ".png", ".svg", ".csv" }.Select(ending => Path.Combine("figures", name + ending)))
            .Prepend("report.html");
        Assert.Equal(expected.Select(folder.File), files);
        Assert.All(files, file => Assert.True(new FileInfo(file).Length > 0, file));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public void Write_WithoutFiles_PageHoldsTheFiguresAndNamesNoFileThatIsNotThere()
    {
        using TemporaryFolder folder = Recorded(new FakeRun { Arrivals = 200 });
        ReportWriter.Write(folder.Path);
        string with = File.ReadAllText(folder.File("report.html"));

        Assert.Equal([folder.File("report.html")], ReportWriter.Write(folder.Path, withFiles: false));

        string without = File.ReadAllText(folder.File("report.html"));
        Assert.All(_figures, name => Assert.Contains($"id=\"{name}\"", without, StringComparison.Ordinal));
        Assert.Equal(Regex.Count(with, "<svg"), Regex.Count(without, "<svg"));
        Assert.DoesNotContain("figures/", without, StringComparison.Ordinal);
        Assert.Contains("figures/staleness.png", with, StringComparison.Ordinal);
        Assert.Contains("evenly spread; all are in", without, StringComparison.Ordinal);

        // Files of an earlier report would show another state of the run.
        Assert.Empty(Directory.GetFiles(folder.File("figures")));
    }

    [Fact]
    public void Write_SameRecordsTwice_GivesTheSameBytes()
    {
        using TemporaryFolder folder = Recorded(new FakeRun { Arrivals = 100 });
        IReadOnlyList<string> files = ReportWriter.Write(folder.Path);
        byte[][] first = [.. files.Select(File.ReadAllBytes)];

        ReportWriter.Write(folder.Path);

        Assert.Equal(first, files.Select(File.ReadAllBytes));
    }

    [Fact]
    public async Task Write_SeveralRunsAtOnce_GivesEachTheSameBytesAsAlone()
    {
        TemporaryFolder[] folders = [.. Enumerable.Range(0, 4).Select(_ => Recorded(new FakeRun { Arrivals = 60 }))];
        byte[][] alone = [.. ReportWriter.Write(folders[0].Path).Select(File.ReadAllBytes)];

        await Task.WhenAll(folders.Select(folder => Task.Run(() => ReportWriter.Write(folder.Path), TestContext.Current.CancellationToken)));

        foreach (TemporaryFolder folder in folders)
        {
            string[] files = [folder.File("report.html"), .. _figures.SelectMany(name =>
                new[] { ".png", ".svg", ".csv" }.Select(ending => folder.File($"figures/{name}{ending}")))];
            Assert.Equal(alone, files.Select(File.ReadAllBytes));
            folder.Dispose();
        }
    }

    [Fact]
    public void Write_Images_AreReadableAndHaveTheirText()
    {
        using TemporaryFolder folder = Recorded(new FakeRun { Arrivals = 100 });
        ReportWriter.Write(folder.Path);

        foreach (string name in _figures)
        {
            // 560 by 360 points, three pixels each; the timeline is as high as its clients need: 15 points a row and 70 more, to the usual 300.
            int clients = File.ReadLines(folder.File("figures/timeline.csv")).Skip(1).Select(row => row.Split(',')[1]).Distinct().Count();
            int height = name == "timeline" ? 3 * (int)Math.Round(360 * ((15.0 * clients) + 70) / 300) : 1080;
            using SKBitmap picture = SKBitmap.Decode(folder.File($"figures/{name}.png"));
            Assert.Equal((1680, height), (picture.Width, picture.Height));

            // The title's strip holds dark pixels: without a font the text would be silently absent.
            Assert.Contains(picture.Pixels.Take(1680 * 80), pixel => pixel.Red < 100);

            XDocument svg = XDocument.Load(folder.File($"figures/{name}.svg"));
            string title = FigureTable.All.Single(figure => figure.Name == name).Title;
            Assert.Contains(svg.Descendants(), element => element.Name.LocalName == "text" && element.Value.Trim() == title);
            Assert.All(
                svg.Descendants().Attributes("font-family"), family => Assert.Equal("Inter, Helvetica, Arial, sans-serif", family.Value));
        }
    }

    [Fact]
    public void Write_Page_IsWellFormedAndNeedsNothingFromOutside()
    {
        using TemporaryFolder folder = Recorded(new FakeRun { Arrivals = 100 });
        ReportWriter.Write(folder.Path);
        string page = File.ReadAllText(folder.File("report.html"));

        XElement main = Content(page);

        Assert.Equal(_figures, main.Descendants("figure").Select(figure => figure.Attribute("id")!.Value));
        Assert.DoesNotMatch("(?i)https?:|src=|url\\(|@import|<link|fetch\\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon", page);
        IEnumerable<string> links = main.Descendants("a").Select(link => link.Attribute("href")!.Value);
        Assert.All(links, link => Assert.True(File.Exists(folder.File(link)), link));
    }

    [Fact]
    public void Write_Page_SaysWhatWasRunAndWhatCameOut()
    {
        using TemporaryFolder folder = Recorded(new FakeRun { Arrivals = 100 });
        File.WriteAllText(folder.File("summary.json"), """
            {"name":"demo","seed":18446744073709551615,"strategy":"fedbuff","stop_reason":"virtual_time","virtual_time":1234.4,"arrivals":1000,
             "server_steps":1,"refused":2,"final":{"loss":0.4321,"accuracy":0.8126},"best_accuracy":0.85,
             "targets":[{"accuracy":0.8,"reached":true,"virtual_time":99.94,"arrivals":450,"server_steps":1},{"accuracy":0.9,"reached":false}],
             "staleness":{"mean":8.789,"p90":17,"max":96}}
            """);
        ReportWriter.Write(folder.Path);

        string[] lead = [.. Content(File.ReadAllText(folder.File("report.html"))).Descendants("p")
            .Where(paragraph => paragraph.Attribute("class")?.Value == "lead").Select(paragraph => paragraph.Value.Replace('\u00A0', ' '))];

        Assert.Equal(
            [
                "This run trained the model cnn on fashion_mnist_small with 100 clients, 10 in flight at once, by the strategy fedbuff " +
                "(seed 18446744073709551615). The server received 1,000 updates in 1,234 s of virtual time and made 1 server step. " +
                "2 updates were refused; the run ended when its budget of virtual time was spent.",
                "The final model classifies 81.3 % of the test set correctly (best along the way: 85.0 %), at a test loss of 0.432. It first " +
                "reached 80 % after 99.9 s of virtual time (450 arrivals). It did not reach 90 %. Updates were 8.79 versions stale on " +
                "average, 17 at the 90th percentile and 96 at most.",
            ],
            lead);
    }

    [Fact]
    public void Write_NamesWithMarkup_AreEscaped()
    {
        using TemporaryFolder folder = Recorded(new FakeRun { Arrivals = 10, Name = "<b>\"R&D\"</b> it's" });

        ReportWriter.Write(folder.Path);

        string page = File.ReadAllText(folder.File("report.html"));
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        XElement main = Content(page);
        Assert.Equal("<b>\"R&D\"</b> it's", main.Descendants("h1").Single().Value);
        Assert.Equal(
            "straggler run --cfg config.yaml --out .. --name '<b>\"R&D\"</b> it'\\''s-again'",
            main.Descendants("pre").First(pre => pre.Attribute("class")?.Value == "command").Value.Trim());
        Assert.Equal(File.ReadAllText(folder.File("config.yaml")).Trim(), main.Descendants("pre").Last().Value.Trim());
    }

    [Theory]
    [InlineData(0, 20, 5)]
    [InlineData(1, 1, 1)]
    [InlineData(3, 5, 2)]
    public void Write_VeryShortRuns_AreReported(int arrivals, int clients, int concurrency)
    {
        using TemporaryFolder folder = Recorded(new FakeRun { Arrivals = arrivals, Clients = clients, Concurrency = concurrency });

        ReportWriter.Write(folder.Path);

        Content(File.ReadAllText(folder.File("report.html")));
    }

    [Fact]
    public void Write_EveryUpdateRefused_IsReported()
    {
        using TemporaryFolder folder = Recorded(new FakeRun { Arrivals = 50, RefuseAbove = -1 });

        ReportWriter.Write(folder.Path);

        string histogram = File.ReadAllText(folder.File("figures/staleness.csv"));

        // No step is ever made, so nothing is ever stale.
        Assert.Equal("staleness,applied,refused\n0,0,50\n", histogram);
    }

    [Fact]
    public void Write_EmptyAndNonFiniteCells_AreGaps()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("metrics.csv"), """
            arrival,virtual_time,server_steps,loss,accuracy,class_accuracy_0,class_accuracy_1,wall_seconds
            0,0,0,2.3,0.1,0.1,,0
            50,5,50,,0.2,NaN,0.2,1
            100,10,100,Infinity,0.3,0.25,,2
            150,15,150,0.5,0.4,0.5,,3
            """);

        ReportWriter.Write(folder.Path);

        Assert.Equal(
            "virtual_time,arrival,loss\n0,0,2.3\n5,50,\n10,100,Infinity\n15,150,0.5\n", File.ReadAllText(folder.File("figures/loss-virtual-time.csv")));
        Assert.Equal("class,accuracy\n0,0.5\n1,\n", File.ReadAllText(folder.File("figures/class-accuracy.csv")));
        XElement chart = Content(File.ReadAllText(folder.File("report.html"))).Descendants("figure")
            .Single(figure => figure.Attribute("id")!.Value == "loss-virtual-time").Descendants("svg").First();

        // Two separate points: the path moves twice and never draws across the gap.
        string path = chart.Elements("path").Single(line => line.Attribute("class")!.Value == "line blue").Attribute("d")!.Value;
        Assert.Equal(2, path.Count(letter => letter == 'M'));
        Assert.DoesNotContain('L', path);
        Assert.Equal(2, chart.Descendants("circle").Count());
    }

    [Theory]
    [InlineData("updates.csv", "staleness", "updates.csv")]
    [InlineData("clients.csv", "participation", "clients.csv")]
    [InlineData("metrics.csv", "accuracy-virtual-time", "metrics.csv")]
    public void Write_FileMissing_TheSectionSaysSoAndOldFiguresGo(string file, string figure, string mention)
    {
        using TemporaryFolder folder = Recorded(new FakeRun { Arrivals = 60 });
        ReportWriter.Write(folder.Path);
        File.Delete(folder.File(file));

        IReadOnlyList<string> files = ReportWriter.Write(folder.Path);

        XElement block = Content(File.ReadAllText(folder.File("report.html"))).Descendants("figure")
            .Single(element => element.Attribute("id")!.Value == figure);
        Assert.Contains(mention, block.Element("p")!.Value, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.File($"figures/{figure}.png"), files);
        Assert.False(File.Exists(folder.File($"figures/{figure}.png")));
    }

    [Fact]
    public void Write_NoSummaryAndNoConfiguration_IsReportedAsUnfinished()
    {
        using TemporaryFolder folder = Recorded(new FakeRun { Arrivals = 60 });
        File.Delete(folder.File("summary.json"));
        File.Delete(folder.File("config.yaml"));

        ReportWriter.Write(folder.Path);

        string text = Content(File.ReadAllText(folder.File("report.html"))).Value;
        Assert.Contains("no summary.json", text, StringComparison.Ordinal);
        Assert.Contains("no config.yaml", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("metrics.csv", "arrival,virtual_time,loss\n0,0,1\n", "metrics.csv(1): the column \"accuracy\" is missing")]
    [InlineData("metrics.csv", "arrival,virtual_time,loss,accuracy\n0,0,1,0.1\n50,1,x,0.1\n", "metrics.csv(3): loss: \"x\" is not a number")]
    [InlineData("updates.csv", "virtual_time,outcome\n1\n", "updates.csv(1): the column \"arrival\" is missing")]
    [InlineData("updates.parquet", "no Parquet", "updates.parquet: cannot be read as Parquet; it may be cut off or damaged")]
    [InlineData("clients.csv", "", "clients.csv: the file is empty")]
    [InlineData("summary.json", "{\n\"name\": \"x\",\n", "summary.json(3): the file is not valid JSON")]
    [InlineData("summary.json", "[1]", "summary.json(1): expected a JSON object")]
    public void Write_DamagedFile_NamesFileAndLine(string file, string content, string message)
    {
        using TemporaryFolder folder = Recorded(new FakeRun { Arrivals = 10 });
        File.Delete(folder.File("updates.csv"));
        File.WriteAllText(folder.File(file), content);

        ReportException fault = Assert.Throws<ReportException>(() => ReportWriter.Write(folder.Path));

        Assert.StartsWith(folder.File(message), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_NoRunDirectory_SaysWhatIsExpected()
    {
        using TemporaryFolder folder = new();

        Assert.EndsWith(
            "holds neither summary.json nor metrics.csv; expected a run directory.",
            Assert.Throws<ReportException>(() => ReportWriter.Write(folder.Path)).Message,
            StringComparison.Ordinal);
        Assert.EndsWith(
            "there is no such directory; expected a run directory.",
            Assert.Throws<ReportException>(() => ReportWriter.Write(folder.File("none"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Write_FiguresIsAFile_NamesIt()
    {
        using TemporaryFolder folder = Recorded(new FakeRun { Arrivals = 10 });
        File.WriteAllText(folder.File("figures"), "");

        ReportException fault = Assert.Throws<ReportException>(() => ReportWriter.Write(folder.Path));

        Assert.StartsWith(folder.File("figures: cannot be created"), fault.Message, StringComparison.Ordinal);
    }

    private static TemporaryFolder Recorded(FakeRun run)
    {
        TemporaryFolder folder = new();
        run.Write(folder.Path);
        return folder;
    }

    /// <summary>The page's content, which is written as XML too, so that a parser notices what is not closed or not escaped.</summary>
    private static XElement Content(string page) => XElement.Parse(MainElement().Match(page).Value, LoadOptions.PreserveWhitespace);

    [GeneratedRegex("<main>.*</main>", RegexOptions.Singleline)]
    private static partial Regex MainElement();
}
