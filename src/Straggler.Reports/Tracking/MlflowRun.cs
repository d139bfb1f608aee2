using System.Globalization;
using System.Text.Json;
using Straggler.Reports.Records;

namespace Straggler.Reports.Tracking;

/// <summary>Brings a tracking server up to what stands in a run directory: the one way for runs that go on and for finished ones.</summary>
/// <remarks>
/// What has arrived there is noted in mlflow.json after each request, so that an interrupted transfer goes on. A request whose answer was
/// lost is sent again: MLflow may then have a point twice. Used by one thread at a time.
/// </remarks>
/// <param name="runDirectory">The run directory.</param>
/// <param name="settings">The server.</param>
/// <param name="client">Speaks with it.</param>
/// <param name="time">The wall clock.</param>
internal sealed class MlflowRun(string runDirectory, MlflowSettings settings, MlflowClient client, TimeProvider time)
{
    private const int MostMetrics = 1000, MostParameters = 100, LongestParameter = 6000;

    private MlflowState? _state;

    /// <summary>Why files are not uploaded; null if they are.</summary>
    public string? ArtifactProblem { get; private set; }

    private string Server => settings.Server.AbsoluteUri.TrimEnd('/');

    /// <summary>Sends what is new: the run itself, its parameters, its evaluations.</summary>
    /// <param name="isOver">Whether it is known to be over; else it is said to go on.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <exception cref="MlflowException">The server is not there or refuses it.</exception>
    public async Task UpdateAsync(bool isOver, CancellationToken cancellation)
    {
        List<(long Arrival, double WallSeconds, List<(string Key, double Value)> Values)> evaluations = ReadEvaluations();
        MlflowState state = _state ?? await OpenAsync(evaluations is [.., var last] ? last.WallSeconds : 0, isOver, cancellation).ConfigureAwait(false);
        evaluations.RemoveAll(evaluation => evaluation.Arrival <= state.SentArrival);
        if (!state.HasParameters)
        {
            foreach (KeyValuePair<string, string>[] batch in Parameters().Chunk(MostParameters))
            {
                await client.LogParametersAsync(state.RunId, batch, cancellation).ConfigureAwait(false);
            }

            Note(state = state with { HasParameters = true });
        }

        // As many whole evaluations as a batch takes, so that what was sent is known by one number.
        while (evaluations.Count > 0)
        {
            int rows = Math.Clamp(MostMetrics / Math.Max(1, evaluations.Max(row => row.Values.Count)), 1, evaluations.Count);
            foreach (MlflowMetric[] batch in evaluations.Take(rows).SelectMany(row => Metrics(state, row.Arrival, row.WallSeconds, row.Values)).Chunk(MostMetrics))
            {
                await client.LogMetricsAsync(state.RunId, batch, cancellation).ConfigureAwait(false);
            }

            Note(state = state with { SentArrival = evaluations[rows - 1].Arrival });
            evaluations.RemoveRange(0, rows);
        }
    }

    /// <summary>Sends what is known at the end: the summary, the files, and how the run ended.</summary>
    /// <param name="status">MLflow's word: FINISHED, KILLED or FAILED.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <exception cref="MlflowException">The server is not there or refuses it.</exception>
    public async Task ConcludeAsync(string status, CancellationToken cancellation)
    {
        MlflowState state = _state ?? throw new InvalidOperationException("The run has not been opened.");
        (double seconds, List<(string Key, double Value)> summary) = ReadSummary();
        foreach (MlflowMetric[] batch in Metrics(state, Math.Max(0, state.SentArrival), seconds, summary).Chunk(MostMetrics))
        {
            await client.LogMetricsAsync(state.RunId, batch, cancellation).ConfigureAwait(false);
        }

        long end = double.IsFinite(seconds) ? state.StartTime + Milliseconds(seconds) : time.GetUtcNow().ToUnixTimeMilliseconds();
        await client.UpdateRunAsync(state.RunId, status, end, cancellation).ConfigureAwait(false);
        if (!settings.Artifacts)
        {
            return;
        }

        if (!MlflowClient.CanUpload(state.ArtifactUri))
        {
            ArtifactProblem = $"the run's artifacts lie at {state.ArtifactUri}, which the server does not serve; start it with --serve-artifacts and an mlflow-artifacts: root";
            return;
        }

        foreach ((string name, string path) in MlflowArtifacts.Of(runDirectory))
        {
            await client.UploadAsync(state.ArtifactUri, name, path, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<MlflowState> OpenAsync(double wallSeconds, bool isOver, CancellationToken cancellation)
    {
        if (MlflowState.Read(runDirectory) is { } known && known.Server == Server)
        {
            await client.UpdateRunAsync(known.RunId, "RUNNING", null, cancellation).ConfigureAwait(false);
            return _state = known;
        }

        SortedDictionary<string, string> configuration = Configuration();
        string name = settings.RunName ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(runDirectory)));
        long now = isOver ? new DateTimeOffset(File.GetLastWriteTimeUtc(Path.Combine(runDirectory, "metrics.csv"))).ToUnixTimeMilliseconds() : time.GetUtcNow().ToUnixTimeMilliseconds();
        long start = now - Milliseconds(wallSeconds);
        Dictionary<string, string> tags = new() { ["mlflow.source.name"] = "straggler", ["mlflow.source.type"] = "LOCAL" };
        foreach (string key in (string[])["strategy.name", "dataset.name", "model.name", "seed"])
        {
            if (configuration.TryGetValue(key, out string? value))
            {
                tags["straggler." + key.Split('.')[0]] = value;
            }
        }

        string experiment = await client.ExperimentAsync(settings.Experiment, cancellation).ConfigureAwait(false);
        (string runId, string artifactUri) = await client.CreateRunAsync(experiment, name, start, tags, cancellation).ConfigureAwait(false);
        Note(new(Server, runId, artifactUri, start));
        return _state!;
    }

    private void Note(MlflowState state)
    {
        _state = state;
        state.Write(runDirectory);
    }

    private SortedDictionary<string, string> Configuration()
    {
        string path = Path.Combine(runDirectory, "config.yaml");
        if (!File.Exists(path))
        {
            return [];
        }

        using StreamReader reader = new(RecordFile.Open(path));
        return FlatConfiguration.Read(reader.ReadToEnd());
    }

    private IEnumerable<KeyValuePair<string, string>> Parameters() => Configuration()
        .Where(pair => pair.Value.Length > 0 && !pair.Key.StartsWith("logging.", StringComparison.Ordinal))
        .Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Length <= LongestParameter ? pair.Value : pair.Value[..LongestParameter]));

    private static IEnumerable<MlflowMetric> Metrics(MlflowState state, long arrival, double wallSeconds, IEnumerable<(string Key, double Value)> values) =>
        values.Select(pair => new MlflowMetric(pair.Key, pair.Value, state.StartTime + Milliseconds(wallSeconds), arrival));

    private static long Milliseconds(double seconds) => double.IsFinite(seconds) ? (long)(1000 * seconds) : 0;

    /// <summary>The evaluations in metrics.csv; of a run that goes on the last line may be half written, and comes the next time.</summary>
    private List<(long Arrival, double WallSeconds, List<(string Key, double Value)> Values)> ReadEvaluations()
    {
        List<(long, double, List<(string, double)>)> evaluations = [];
        string path = Path.Combine(runDirectory, "metrics.csv");
        if (!File.Exists(path))
        {
            return evaluations;
        }

        try
        {
            using CsvReader csv = new(RecordFile.Open(path), path);
            int arrival = csv.Column("arrival"), wall = csv.Column("wall_seconds");
            while (csv.Read())
            {
                evaluations.Add((csv.Integer(arrival), csv.Number(wall),
                    [.. Enumerable.Range(0, csv.Header.Count).Where(column => column != arrival && double.IsFinite(csv.Number(column))).Select(column => (csv.Header[column], csv.Number(column)))]));
            }
        }
        catch (ReportException)
        {
            // What was read so far is whole.
        }

        return evaluations;
    }

    /// <summary>The numbers of summary.json by their path, and the run's wall seconds.</summary>
    private (double WallSeconds, List<(string Key, double Value)> Values) ReadSummary()
    {
        string path = Path.Combine(runDirectory, "summary.json");
        if (!File.Exists(path))
        {
            return (double.NaN, []);
        }

        using FileStream stream = RecordFile.Open(path);
        using JsonDocument json = JsonDocument.Parse(stream);
        List<(string Key, double Value)> values = [.. Numbers("summary", json.RootElement).Where(value => value.Key != "summary.seed")];
        return (values.Where(value => value.Key == "summary.wall_seconds").Select(value => value.Value).DefaultIfEmpty(double.NaN).First(), values);
    }

    private static IEnumerable<(string Key, double Value)> Numbers(string path, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => [(path, element.GetDouble())],
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Numbers($"{path}.{member.Name}", member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany((item, place) => Numbers(string.Create(CultureInfo.InvariantCulture, $"{path}.{place}"), item)),
        _ => [],
    };
}
