using System.Collections.Immutable;
using System.Text;
using Straggler.Reports.Charts;
using Straggler.Reports.Figures;
using Straggler.Reports.Pages;
using Straggler.Reports.Records;

namespace Straggler.Reports;

/// <summary>Turns a run directory into <c>report.html</c> and <c>figures/</c>.</summary>
/// <remarks>Reads only the files of the public contract, so it works on any recorded run, also long afterwards. Thread-safe.</remarks>
public static class ReportWriter
{
    /// <summary>Writes the report of a run into its directory.</summary>
    /// <param name="runDirectory">
    /// A run directory with at least one of summary.json and metrics.csv. Where another file is missing, the parts of the report that
    /// need it say so.
    /// </param>
    /// <param name="figuresWritten">Told of the figures' files before the page is written, whose presence says that a run is finished.</param>
    /// <param name="withFiles">Whether the figures are also written as files of their own; those of an earlier report go if not.</param>
    /// <returns>The paths of the files written, report.html first.</returns>
    /// <exception cref="ReportException">It is no run directory, a file in it is damaged, or the report cannot be written.</exception>
    public static IReadOnlyList<string> Write(string runDirectory, Action<IReadOnlyList<string>>? figuresWritten = null, bool withFiles = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(runDirectory);
        RunRecords run = RunRecords.Read(runDirectory);
        (IFigure Figure, FigureContent Content)[] figures = [.. FigureTable.All.Select(figure => (figure, figure.Draw(run)))];
        string folder = Path.Combine(runDirectory, "figures");
        if (withFiles)
        {
            CreateFolder(folder);
        }

        IReadOnlyList<string> files = Directory.Exists(folder)
            ? WriteFigures([.. figures.Select(pair => (Path.Combine(folder, pair.Figure.Name), withFiles ? pair.Content : pair.Content with { Chart = null }))])
            : [];
        figuresWritten?.Invoke(files);
        string page = Path.Combine(runDirectory, "report.html");
        AtomicFile.Write(page, Encoding.UTF8.GetBytes(ReportPage.Write(run, figures, withFiles)));
        return [page, .. files];
    }

    /// <summary>Writes the files of figures, on all processors: images take most of a report's time.</summary>
    /// <returns>The files, in the order of the figures.</returns>
    internal static IReadOnlyList<string> WriteFigures(IReadOnlyList<(string Path, FigureContent Content)> figures)
    {
        try
        {
            return [.. figures.AsParallel().AsOrdered().Select(figure => WriteFigure(figure.Path, figure.Content)).ToArray().SelectMany(files => files)];
        }
        catch (AggregateException faults) when (faults.InnerException is ReportException fault)
        {
            throw new ReportException(fault.Message, fault);
        }
    }

    /// <summary>Writes a figure's PNG, SVG and CSV files; removes them where there is nothing to draw.</summary>
    private static ImmutableArray<string> WriteFigure(string path, FigureContent content)
    {
        (string png, string svg, string csv) = (path + ".png", path + ".svg", path + ".csv");
        if (content.Chart is not { } chart)
        {
            // A figure of an earlier report must not stand beside a page that has none.
            AtomicFile.Delete(png, svg, csv);
            return [];
        }

        AtomicFile.Write(png, ChartImages.Png(chart));
        AtomicFile.Write(svg, ChartImages.Svg(chart));
        AtomicFile.Write(csv, Encoding.UTF8.GetBytes(CsvText.Write(content.Data)));
        return [png, svg, csv];
    }

    /// <summary>Makes a folder, unless it is there.</summary>
    /// <exception cref="ReportException">It cannot be made.</exception>
    internal static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ReportException($"{folder}: cannot be created: {fault.Message}", fault);
        }
    }
}
