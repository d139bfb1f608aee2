using Straggler.Reports.Figures;
using Straggler.Reports.Records;

namespace Straggler.Reports.Pages;

/// <summary>The page of a run: what was run and what came out, the figures, the configuration. One file that needs no network.</summary>
internal static class ReportPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="run">The run's records.</param>
    /// <param name="figures">The figures, drawn.</param>
    /// <param name="haveFiles">Whether the figures have files beside the page.</param>
    public static string Write(RunRecords run, IReadOnlyList<(IFigure Figure, FigureContent Content)> figures, bool haveFiles = true)
    {
        Html html = new();
        PageFrame.Begin(html, run.Name);
        WriteSummary(html, run);
        foreach (IGrouping<Section, (IFigure Figure, FigureContent Content)> section in figures.GroupBy(pair => pair.Figure.Section))
        {
            WriteSection(html, section, haveFiles);
        }

        WriteConfiguration(html, run);
        PageFrame.End(html);
        return html.ToString();
    }

    private static void WriteSummary(Html html, RunRecords run)
    {
        html.Open("header").Element("p", "Straggler run", ("class", "kicker")).Element("h1", run.Name);
        if (run.Summary is not { } summary)
        {
            html.Element("p", "The run has no summary.json: it may not have ended. The figures show what was recorded.", ("class", "missing"));
            html.Close("header");
            return;
        }

        html.Element("p", Sentences.Setup(run), ("class", "lead")).Element("p", Sentences.Result(run), ("class", "lead")).Close("header");
        SummaryTables.Write(html, run, summary);
    }

    private static void WriteSection(Html html, IGrouping<Section, (IFigure Figure, FigureContent Content)> section, bool haveFiles)
    {
        html.Open("section").Element("h2", section.Key.ToString());
        FigureGrid.Write(html, section.Select(pair => new PageFigure(pair.Figure.Name, pair.Figure.Title, pair.Figure.Choice, pair.Content)), haveFiles);
        html.Close("section");
    }

    private static void WriteConfiguration(Html html, RunRecords run)
    {
        html.Open("section").Element("h2", "Configuration");
        if (run.Configuration is not { } configuration)
        {
            html.Element("p", "The run has no config.yaml, so it cannot be repeated from here.", ("class", "missing")).Close("section");
            return;
        }

        (string aim, string command) = run.IsLive
            ? ("To follow the run's timeline again, in virtual time, from the directory that holds its own:", $"straggler replay {Shell.Quote(run.DirectoryName)} --out .")
            : ("To repeat the run, in its directory:", $"straggler run --cfg config.yaml --out .. --name {Shell.Quote(run.Name + "-again")}");
        html.Element("p", aim).Open("pre", ("class", "command")).Element("code", command).Close("pre");
        if (!run.IsTimingOnly && !run.IsLive && run.Summary?.Text("parameters_sha256") is { } hash)
        {
            html.Open("p", ("class", "note")).Text("On the same kind of machine the final parameters have the SHA-256 ")
                .Element("code", hash, ("class", "hash")).Text(" again.").Close("p");
        }

        html.Open("details", ("open", "")).Element("summary", "config.yaml").Open("pre").Element("code", configuration).Close("pre").Close("details");
        html.Close("section");
    }
}
