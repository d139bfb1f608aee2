using System.Collections.Immutable;
using System.Globalization;

namespace Straggler.Reports.Records;

/// <summary>What a run left in its directory, read for the report. A file that is not there is null.</summary>
internal sealed record RunRecords
{
    /// <summary>The directory's own name.</summary>
    public required string DirectoryName { get; init; }

    /// <summary>summary.json.</summary>
    public SummaryFile? Summary { get; init; }

    /// <summary>metrics.csv, in the order of the evaluations.</summary>
    public ImmutableArray<EvaluationRow>? Evaluations { get; init; }

    /// <summary>updates.csv or updates.parquet, aggregated.</summary>
    public UpdateStatistics? Updates { get; init; }

    /// <summary>clients.csv.</summary>
    public ImmutableArray<ClientRow>? Clients { get; init; }

    /// <summary>The clients that could take part: all, but of live ones those that were sent a task, for the others may be nobody.</summary>
    public ImmutableArray<ClientRow>? Participants => HasEmptySeats ? Clients?.RemoveAll(client => client.Dispatches == 0) : Clients;

    /// <summary>Whether there may be numbers that no client ever had: the clients were live ones, or are replayed from the record of such.</summary>
    public bool HasEmptySeats => IsLive || ConfigGlance.Find(Configuration, "replay", "live") == "true";

    /// <summary>What captions say of clients that are left out; nothing where all are counted.</summary>
    public string OfEmptySeats => HasEmptySeats ? " Clients that were never sent a task are left out." : "";

    /// <summary>partition.csv.</summary>
    public ImmutableArray<PartitionRow>? Partition { get; init; }

    /// <summary>The names of the classes, classes.csv; null where the run has none.</summary>
    public ImmutableArray<string>? ClassNames { get; init; }

    /// <summary>What a class is called: its name, or its label where it has none.</summary>
    public string ClassName(int label) =>
        ClassNames is { } names && label < names.Length ? names[label] : label.ToString(CultureInfo.InvariantCulture);

    /// <summary>config.yaml, verbatim.</summary>
    public string? Configuration { get; init; }

    /// <summary>The run's name: the recorded one, else the directory's.</summary>
    public string Name => Summary?.Text("name") ?? DirectoryName;

    /// <summary>Whether the clients were live ones, and the clock the wall's.</summary>
    public bool IsLive => Summary is { IsOfLiveClients: true };

    /// <summary>Whether the model is the configuration's, and not one that live clients brought.</summary>
    public bool IsModelConfigured => ConfigGlance.Find(Configuration, "training") != "none";

    /// <summary>Whether the run was one of the timeline alone, without training.</summary>
    public bool IsTimingOnly => !IsModelConfigured && !IsLive;

    /// <summary>Whether live clients evaluated their model on their own data, with whatever loss they have, and no server on a test set.</summary>
    public bool IsEvaluatedByClients => IsLive && !IsModelConfigured;

    /// <summary>Whether there were accuracies to measure; live clients need not tell theirs.</summary>
    public bool HasAccuracies => IsModelConfigured || (IsLive && double.IsFinite(Summary!.Number("best_accuracy")));

    /// <summary>Reads a run directory.</summary>
    /// <param name="directory">The run directory.</param>
    /// <exception cref="ReportException">It is no run directory, or one of its files is damaged or unreadable.</exception>
    public static RunRecords Read(string directory)
    {
        if (!Directory.Exists(directory))
        {
            throw new ReportException($"{directory}: there is no such directory; expected a run directory.");
        }

        RunRecords records = new()
        {
            DirectoryName = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory))),
            Summary = ReadFile(directory, "summary.json", SummaryFile.Read),
            Evaluations = ReadValue(directory, "metrics.csv", EvaluationRow.ReadAll),
            Updates = ReadUpdates(directory),
            Clients = ReadValue(directory, "clients.csv", ClientRow.ReadAll),
            Partition = ReadValue(directory, "partition.csv", PartitionRow.ReadAll),
            ClassNames = ReadValue(directory, "classes.csv", ReadNames),
            Configuration = ReadFile(directory, "config.yaml", (stream, _) => new StreamReader(stream).ReadToEnd()),
        };
        return records.Summary is not null || records.Evaluations is not null ? records : throw new ReportException(
            $"{directory}: holds neither summary.json nor metrics.csv; expected a run directory.");
    }

    /// <summary>Reads what a comparison needs of a run directory: summary, configuration and evaluations.</summary>
    /// <exception cref="ReportException">A file is damaged or unreadable.</exception>
    public static RunRecords ReadCurves(string directory) => new()
    {
        DirectoryName = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory))),
        Summary = ReadFile(directory, "summary.json", SummaryFile.Read),
        Evaluations = ReadValue(directory, "metrics.csv", EvaluationRow.ReadAll),
        Configuration = ReadFile(directory, "config.yaml", (stream, _) => new StreamReader(stream).ReadToEnd()),
    };

    private static UpdateStatistics? ReadUpdates(string directory)
    {
        using UpdateRows? rows = UpdateRows.Open(directory);
        string inFlight = Path.Combine(directory, "in_flight.csv");
        return rows is null ? null : UpdateStatistics.Read(rows, File.Exists(inFlight) ? RecordedRun.Outstanding(inFlight) : null);
    }

    private static ImmutableArray<string> ReadNames(CsvReader csv)
    {
        int name = csv.Column("name");
        ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>();
        while (csv.Read())
        {
            names.Add(csv.Text(name));
        }

        return names.ToImmutable();
    }

    private static T? ReadValue<T>(string directory, string file, Func<CsvReader, T> read)
        where T : struct
    {
        T? value = null;
        ReadFile(directory, file, (stream, name) => value = ReadCsv(stream, name, read));
        return value;
    }

    private static T ReadCsv<T>(Stream stream, string name, Func<CsvReader, T> read)
    {
        using CsvReader csv = new(stream, name);
        return read(csv);
    }

    private static T? ReadFile<T>(string directory, string file, Func<Stream, string, T> read)
    {
        string path = Path.Combine(directory, file);
        try
        {
            using FileStream stream = RecordFile.OpenShared(path);
            return read(stream, path);
        }
        catch (FileNotFoundException)
        {
            return default;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ReportException($"{path}: cannot be read: {fault.Message}", fault);
        }
    }
}
