namespace Straggler.Reports.Tests;

public sealed class ReportWriterTests
{
    private static readonly string[] Figures =
    [
        "accuracy-virtual-time", "accuracy-arrivals", "loss-virtual-time", "loss-arrivals", "class-accuracy", "staleness",
        "staleness-virtual-time", "client-spread-virtual-time", "client-accuracy", "client-accuracy-samples", "participation", "participation-lorenz",
    ];

    [Fact]
    public void Write_FullRun_WritesPageAndEveryFigureInThreeFormats()
    {
        using TemporaryFolder folder = new();
        new FakeRun { Arrivals = 200 }.Write(folder.Path);

        IReadOnlyList<string> files = ReportWriter.Write(folder.Path);

        IEnumerable<string> expected = Figures
            .SelectMany(name => new[] { ".png", ".svg", ".csv" }.Select(ending => Path.Combine("figures", name + ending)))
            .Prepend("report.html");
        Assert.Equal(expected.Select(folder.File), files);
        Assert.All(files, file => Assert.True(new FileInfo(file).Length > 0, file));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.tmp", SearchOption.AllDirectories));
    }
}
