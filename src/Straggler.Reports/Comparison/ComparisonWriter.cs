using System.Text;
using Straggler.Reports.Pages;

namespace Straggler.Reports.Comparison;

/// <summary>Compares finished runs: by scenario and method, paired by seed.</summary>
/// <remarks>Reads only the files of the public contract. Thread-safe.</remarks>
public sealed class ComparisonWriter
{
    private readonly ComparisonResult _result;

    /// <summary>Reads the runs and compares them.</summary>
    /// <param name="paths">Run directories, or folders that hold some.</param>
    /// <param name="options">How to compare.</param>
    /// <exception cref="ReportException">There are no runs, one is damaged, or the options do not fit them.</exception>
    public ComparisonWriter(IReadOnlyList<string> paths, ComparisonOptions options)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<ComparedRun> runs = ComparedRun.ReadAll(paths);
        RunCount = runs.Count;
        Unfinished = [.. runs.Where(run => !run.IsFinished).Select(run => run.Path)];
        _result = ComparisonResult.Of(ComparisonDesign.Of(runs, ComparisonDesign.Factors(runs, options.Factors)), options);
    }

    /// <summary>Runs compared.</summary>
    public int RunCount { get; }

    /// <summary>Directories of runs that were cut off before their end; the budgets of their scenario end where they do.</summary>
    public IReadOnlyList<string> Unfinished { get; }

    /// <summary>The tables as Markdown.</summary>
    public string Markdown => ComparisonText.Markdown(_result);

    /// <summary>The tables as LaTeX, for the package booktabs.</summary>
    public string Latex => ComparisonText.Latex(_result);

    /// <summary>A row for each scenario, measure and method, as CSV.</summary>
    public string Csv => ComparisonText.Summaries(_result);

    /// <summary>A row for each paired test, as CSV.</summary>
    public string TestsCsv => ComparisonText.Tests(_result);

    /// <summary>The tables, a title, columns and rows each.</summary>
    public IEnumerable<(string Title, string[] Columns, string[][] Rows)> Tables() => _result.Scenarios.Select(scenario => (
        scenario.Scenario.Label,
        (string[])["measure", .. scenario.Scenario.Methods.Select(method => method.Label)],
        scenario.Measures.Select(measure => (string[])[measure.Measure.Label, .. ComparisonText.Cells(measure, " ± ", cell => cell + " *")]).ToArray()));

    /// <summary>What the numbers of the tables are.</summary>
    public string Note => ComparisonText.Note(_result);

    /// <summary>Writes report.html, figures/, comparison.csv, tests.csv, comparison.md and comparison.tex into a folder.</summary>
    /// <param name="folder">The folder, made if missing.</param>
    /// <param name="command">The command that makes them again, word by word, for the page.</param>
    /// <returns>The files' paths, report.html first.</returns>
    /// <exception cref="ReportException">They cannot be written.</exception>
    public IReadOnlyList<string> Write(string folder, IReadOnlyList<string> command)
    {
        ReportWriter.CreateFolder(Path.Combine(folder, "figures"));
        ComparisonFigure[] figures = [.. ComparisonFigures.Of(_result)];
        List<string> files = [.. ReportWriter.WriteFigures([.. figures.Select(figure => (Path.Combine(folder, "figures", figure.Figure.Name), figure.Figure.Content))])];
        string title = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        (string Name, string Text)[] texts =
        [
            ("report.html", ComparisonPage.Write(title, _result, figures, string.Join(' ', command.Select(Shell.Quote)))), ("comparison.csv", Csv), ("tests.csv", TestsCsv),
            ("comparison.md", Markdown), ("comparison.tex", Latex),
        ];
        files.InsertRange(0, texts.Select(text =>
        {
            string path = Path.Combine(folder, text.Name);
            AtomicFile.Write(path, Encoding.UTF8.GetBytes(text.Text));
            return path;
        }));
        return files;
    }
}
