using System.Collections.Immutable;
using Straggler.Reports;
using Straggler.Reports.Records;

namespace Straggler.Dashboard.Runs;

/// <summary>A run and what has been read of its files; each is read again only when it has changed.</summary>
/// <remarks>The evaluations of a finished run that nobody looks at are forgotten once its small curve is drawn.</remarks>
/// <param name="id">Its path within the folder.</param>
/// <param name="path">Its directory.</param>
internal sealed class RunEntry(string id, string path)
{
    private const int SparkPoints = 32;
    private const long Chunk = 1 << 20;

    private readonly string _metricsPath = Path.Combine(path, "metrics.csv");
    private (FileStamp Config, FileStamp Summary, FileStamp Metrics) _seen = (FileStamp.None, FileStamp.None, FileStamp.None);
    private FileStamp _rowsOf = FileStamp.None;
    private FileStamp _sparkOf = FileStamp.None;
    private GrowingTable? _table;
    private SummaryFile? _summary;
    private string _fault = "";
    private SweepTrial? _trial;
    private RunStatus _status;
    private double _best = double.NaN;
    private ImmutableArray<double> _spark = [];

    /// <summary>Its path within the folder.</summary>
    public string Id => id;

    /// <summary>Its directory.</summary>
    public string Directory => path;

    /// <summary>The catalog's count of changes when it last changed.</summary>
    public long Version { get; set; }

    /// <summary>Pages that follow its curve.</summary>
    public int Readers { get; set; }

    /// <summary>Its evaluations, as far as they are kept.</summary>
    public Curve Curve { get; } = new();

    /// <summary>Its configuration by path.</summary>
    public SortedDictionary<string, string> Settings { get; private set; } = [];

    /// <summary>How the list shows it.</summary>
    public RunRow Row { get; private set; } = new() { Id = id, Name = Path.GetFileName(path) };

    /// <summary>Looks at the files.</summary>
    /// <param name="now">The wall clock's time.</param>
    /// <param name="sweeps">What sweeps say of their trials.</param>
    /// <param name="budget">Bytes that may still be read of tables that nobody waits for.</param>
    /// <returns>Whether anything has changed.</returns>
    public bool Refresh(DateTime now, SweepTable sweeps, ref long budget)
    {
        (FileStamp Config, FileStamp Summary, FileStamp Metrics) found =
            (FileStamp.Of(PathOf("config.yaml")), FileStamp.Of(PathOf("summary.json")), FileStamp.Of(_metricsPath));
        bool changed = found != _seen;
        if (changed)
        {
            _fault = "";
        }

        if (found.Config != _seen.Config)
        {
            Guard(() => Settings = FlatConfiguration.Read(ReadAll("config.yaml")));
        }

        if (found.Summary != _seen.Summary)
        {
            _summary = null;
            Guard(() => _summary = ReadSummary(found.Summary));
        }

        long left = budget;
        Guard(() => changed |= ReadRows(found.Metrics, ref left));
        budget = left;
        _seen = found;
        RunStatus status = StatusOf(now, changed);
        // The table lags behind the run: what it says counts where the run's own files allow it.
        RunStatus? possible = status == RunStatus.Finished ? RunStatus.Paused : status == RunStatus.Interrupted && _summary is null ? RunStatus.Failed : null;
        SweepTrial? trial = possible is null ? null : sweeps.Find(path);
        trial = trial?.Status == possible ? trial : null;
        changed |= status != _status || trial != _trial;
        (_status, _trial) = (status, trial);
        if (changed)
        {
            Row = Describe();
        }

        return changed;
    }

    private RunStatus StatusOf(DateTime now, bool changed)
    {
        if (_summary is not null)
        {
            return _summary.Text("stop_reason") == "cancelled" ? RunStatus.Interrupted : RunStatus.Finished;
        }

        // Whoever goes on with a run cuts its tables first; until then there is nothing to ask.
        return (changed || _status == RunStatus.Live)
            && Liveness.IsLive(_metricsPath, now - _seen.Metrics.Written, Pace.BetweenEvaluations(Curve)) ? RunStatus.Live : RunStatus.Interrupted;
    }

    private void Guard(Action read)
    {
        try
        {
            read();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ReportException)
        {
            _fault = fault.Message;
        }
    }

    /// <summary>Reads the evaluations that have come, if anybody is to see them.</summary>
    private bool ReadRows(FileStamp metrics, ref long budget)
    {
        bool ended = _summary is not null;
        bool wanted = Readers > 0 || !ended;
        if (!metrics.Exists || metrics == _rowsOf || (!wanted && metrics == _sparkOf))
        {
            if (!wanted && _table is not null)
            {
                Forget();
            }

            return false;
        }

        _rowsOf = metrics; // Whatever happens: a damaged row is told once, until the file changes.

        _table ??= new(_metricsPath);
        int before = Curve.Count;
        long read = Chunk;
        while (read == Chunk && (wanted || budget > 0))
        {
            read = _table.Read(Chunk, Curve.Take, Curve.Clear);
            budget -= read;
        }

        if (read == Chunk)
        {
            _rowsOf = FileStamp.None;
            return false;
        }

        _sparkOf = metrics;
        _best = Curve["accuracy"].Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max();
        _spark = Sample(Curve["accuracy"]);
        if (!wanted)
        {
            Forget();
        }

        return Curve.Count != before || !wanted;
    }

    /// <summary>Lets go of the evaluations; they are read anew when asked for.</summary>
    public void Forget()
    {
        (_table, _rowsOf) = (null, FileStamp.None);
        Curve.Clear();
    }

    private RunRow Describe()
    {
        Pace pace = Pace.Of(Settings);
        RunRow row = new()
        {
            Id = id,
            Name = _summary?.Text("name") ?? Path.GetFileName(path),
            Strategy = Settings.GetValueOrDefault("strategy.name", ""),
            Dataset = Settings.GetValueOrDefault("dataset.name", ""),
            Model = Settings.GetValueOrDefault("model.name", ""),
            Seed = Settings.GetValueOrDefault("seed", ""),
            Status = _trial?.Status ?? _status,
            Reason = _fault.Length > 0 ? _fault : _trial is { Problem.Length: > 0 } ? _trial.Problem : _summary?.Text("stop_reason") ?? "",
            Rounds = pace.Rounds,
            Begun = _seen.Config.Written,
            Changed = _seen.Summary.Exists ? _seen.Summary.Written : _seen.Metrics.Written,
            Spark = _spark,
        };
        return _summary is null ? WithCurve(row, pace) : WithSummary(row, _summary);
    }

    private RunRow WithCurve(RunRow row, Pace pace) => row with
    {
        Arrivals = Curve.Last("arrival"),
        Fraction = pace.Fraction(Curve),
        Remaining = row.Status == RunStatus.Live ? pace.Remaining(Curve) : double.NaN,
        VirtualTime = Curve.Last("virtual_time"),
        ServerSteps = Curve.Last("server_steps"),
        Accuracy = Curve.Last("accuracy"),
        Best = _best,
        Loss = Curve.Last("loss"),
        Staleness = Curve.Last("staleness_mean"),
        WallSeconds = Curve.Last("wall_seconds"),
    };

    private static RunRow WithSummary(RunRow row, SummaryFile summary) => row with
    {
        Seed = summary.Digits("seed") ?? row.Seed,
        Arrivals = summary.Number("arrivals"),
        Fraction = row.Status == RunStatus.Finished ? 1 : Math.Min(1, summary.Number("arrivals") / row.Rounds),
        VirtualTime = summary.Number("virtual_time"),
        ServerSteps = summary.Number("server_steps"),
        Accuracy = summary.Number("final.accuracy"),
        Best = summary.Number("best_accuracy"),
        Loss = summary.Number("final.loss"),
        Staleness = summary.Number("staleness.mean"),
        WallSeconds = summary.Number("wall_seconds"),
    };

    private SummaryFile? ReadSummary(FileStamp stamp)
    {
        using FileStream? file = stamp.Exists ? Open("summary.json") : null;
        return file is null ? null : SummaryFile.Read(file, file.Name);
    }

    private string ReadAll(string name)
    {
        using StreamReader reader = new(Open(name));
        return reader.ReadToEnd();
    }

    private FileStream Open(string name) => RecordFile.OpenShared(PathOf(name));

    private string PathOf(string name) => Path.Combine(path, name);

    private static ImmutableArray<double> Sample(IReadOnlyList<double> values) => values.Count <= SparkPoints
        ? [.. values] : [.. Enumerable.Range(0, SparkPoints).Select(point => values[point * (values.Count - 1) / (SparkPoints - 1)])];
}
