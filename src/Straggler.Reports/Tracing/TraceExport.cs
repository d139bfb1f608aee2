using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using Straggler.Recording;
using Straggler.Reports.Records;
using Straggler.Simulation;

namespace Straggler.Reports.Tracing;

/// <summary>Exports a run's timeline for Perfetto and chrome://tracing.</summary>
/// <remarks>Reads only the files of the public contract, so it works on any recorded run. Thread-safe.</remarks>
public static class TraceExport
{
    private const int Server = 1, Clients = 2;

    /// <summary>Writes the file.</summary>
    /// <param name="runDirectory">A run directory with updates.csv or updates.parquet.</param>
    /// <param name="path">The file; compressed if its name ends with <c>.gz</c>.</param>
    /// <param name="options">What is exported.</param>
    /// <exception cref="ReportException">The run recorded no arrivals, a file is damaged, or the trace cannot be written.</exception>
    public static TraceContent Write(string runDirectory, string path, TraceOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(runDirectory);
        ArgumentException.ThrowIfNullOrEmpty(path);
        TraceOptions chosen = options ?? new();
        TimelineSurvey survey;
        using (UpdateRows rows = Open(runDirectory))
        {
            string inFlight = Path.Combine(runDirectory, "in_flight.csv");
            survey = TimelineSurvey.Of(rows, File.Exists(inFlight) ? RecordedRun.Outstanding(inFlight) : []);
        }

        TraceContent? content = null;
        try
        {
            WholeFile.Write(path, durable: false, stream =>
            {
                using Stream? compressed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
                    ? new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true) : null;
                content = Write(runDirectory, survey, compressed ?? stream, chosen) with { Path = path };
            });
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ReportException($"{path}: cannot be written: {fault.Message}", fault);
        }

        return content!;
    }

    private static TraceContent Write(string runDirectory, TimelineSurvey survey, Stream stream, TraceOptions options)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(runDirectory)));
        using TraceWriter trace = new(stream, name);
        ServerTracks server = new(trace, Server, survey.Dispatches, options);
        trace.Name(Clients, 0, "clients", 1);
        ClientTracks tracks = new(trace, Clients, survey.ClientCount);
        long tasks = 0;
        using (UpdateRows rows = Open(runDirectory))
        {
            while (rows.Read())
            {
                UpdateRecord task = rows.Current;
                server.Add(task);
                if (options.Shows(task.Client) && task.VirtualTime >= options.From && task.DispatchVirtualTime <= options.To)
                {
                    Add(trace, tracks, task, survey.MeanStaleness);
                    tasks++;
                }
            }
        }

        foreach (RecordedTask task in survey.InFlight.Where(task => options.Shows(task.Client) && survey.End >= options.From && task.Dispatched.Seconds <= options.To))
        {
            AddInFlight(trace, tracks, task, survey.End);
            tasks++;
        }

        ImmutableArray<EvaluationRow> evaluations = RunRecords.ReadCurves(runDirectory).Evaluations ?? [];
        server.Finish(evaluations is [.., { ServerSteps: var steps }] && double.IsFinite(steps) ? (long)steps : 0);
        foreach (EvaluationRow evaluation in evaluations)
        {
            server.Add(evaluation);
        }

        return new("", tasks, tracks.ClientCount);
    }

    private static void Add(TraceWriter trace, ClientTracks tracks, UpdateRecord task, double meanStaleness)
    {
        (long start, long end) = (TraceClock.Nanoseconds(task.DispatchVirtualTime), TraceClock.Nanoseconds(task.VirtualTime));
        long thread = tracks.Place(task.Client, start, end);
        string outcome = task.Outcome.Word();

        // Perfetto colours by name, chrome://tracing as it is told.
        string name = task.Outcome.IsLoss() ? outcome : FormattableString.Invariant($"staleness {task.Staleness}");
        trace.Complete(Clients, thread, name, outcome, Colour(task, meanStaleness), start, end, json => WriteArguments(json, task, outcome));
        AddStages(trace, thread, task, start, end);
        if (task.Outcome.IsLoss())
        {
            trace.Instant(Clients, thread, outcome, outcome, end, _ => { });
        }
    }

    /// <summary>Download, training and upload below their task, as far as they are known; to the nanosecond within it.</summary>
    private static void AddStages(TraceWriter trace, long thread, in UpdateRecord task, long start, long end)
    {
        foreach (TaskStage stage in TaskStage.Of(task))
        {
            (long from, long to) = (Math.Clamp(TraceClock.Nanoseconds(stage.From), start, end), Math.Clamp(TraceClock.Nanoseconds(stage.To), start, end));
            trace.Complete(Clients, thread, stage.Name, "stage", null, from, to, _ => { });
        }
    }

    /// <summary>A task of which nothing had come when the run ended; it may have been dispatched at that very moment.</summary>
    private static void AddInFlight(TraceWriter trace, ClientTracks tracks, RecordedTask task, double last)
    {
        (long start, long end) = (TraceClock.Nanoseconds(task.Dispatched.Seconds), TraceClock.Nanoseconds(Math.Max(last, task.Dispatched.Seconds)));
        trace.Complete(Clients, tracks.Place(task.Client, start, end), "in flight", "in_flight", "grey", start, end, json =>
        {
            json.WriteNumber("client", task.Client);
            json.WriteNumber("base_version", task.BaseVersion);
        });
    }

    private static string Colour(UpdateRecord task, double meanStaleness) => task switch
    {
        _ when task.Outcome.IsLoss() => "black",
        { Outcome: not UpdateOutcome.Applied } => "terrible",
        _ when task.Staleness <= meanStaleness => "good",
        _ when task.Staleness <= 2 * meanStaleness => "yellow",
        _ => "bad",
    };

    private static void WriteArguments(Utf8JsonWriter json, UpdateRecord task, string outcome)
    {
        json.WriteNumber("arrival", task.Arrival);
        json.WriteNumber("client", task.Client);
        json.WriteNumber("base_version", task.BaseVersion);
        json.WriteNumber("version", task.Version);
        json.WriteNumber("staleness", task.Staleness);
        if (double.IsFinite(task.Weight))
        {
            json.WriteNumber("weight", task.Weight);
        }

        json.WriteNumber("samples", task.Samples);
        if (double.IsFinite(task.TrainLoss))
        {
            json.WriteNumber("train_loss", task.TrainLoss);
        }

        json.WriteString("outcome", outcome);
    }

    private static UpdateRows Open(string runDirectory) => UpdateRows.Open(runDirectory) ?? throw new ReportException(
        $"{runDirectory}: holds neither updates.csv nor updates.parquet, from which a timeline is made; expected a run directory with recording: {{updates: csv}} or parquet.");
}
