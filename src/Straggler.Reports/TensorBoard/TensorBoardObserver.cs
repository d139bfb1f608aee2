using System.Globalization;
using Straggler.Checkpoints;
using Straggler.Metrics;
using Straggler.Recording;

namespace Straggler.Reports.TensorBoard;

/// <summary>Writes a run for TensorBoard while it goes on: <c>logging: {tensorboard: true}</c>.</summary>
/// <remarks>
/// The step is the number of arrivals. At each evaluation: <c>test/accuracy</c>, <c>test/loss</c>, <c>class_accuracy/0</c>, ..., the
/// run's metrics as <c>metrics/&lt;name&gt;</c>, <c>run/virtual_time</c> and <c>run/server_steps</c>; over the arrivals since the
/// evaluation before <c>updates/train_loss</c> and <c>updates/staleness</c> (means), <c>updates/refused</c> (a count) and the histogram
/// <c>distributions/staleness</c>; and the histogram <c>distributions/client_accuracy</c>. At the end <c>config</c>, the configuration as
/// a text, and <c>figures/&lt;name&gt;</c>, the report's figures: not sooner, for a run that goes on may be given other budgets. Values
/// that do not exist (NaN) are left out. Used by one thread at a time.
/// </remarks>
public sealed class TensorBoardObserver : IRunObserver, IStateful, IDisposable
{
    /// <summary>The figure of wall time: it tells of the computer, and would make event files of equal runs differ.</summary>
    private const string WallTimeFigure = "wall-time";

    private readonly string _configuration;
    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly RecentArrivals _recent = new();
    private EventFile? _file;
    private long _arrivals;

    /// <summary>Creates the event file, unless a file of before is to be loaded.</summary>
    /// <param name="runDirectory">The run directory; the file goes to its <c>tensorboard</c> folder.</param>
    /// <param name="time">The wall clock that the events are stamped with.</param>
    /// <param name="continued">Whether <see cref="Load"/> will be called, which opens the file of before.</param>
    /// <exception cref="ReportException">The file cannot be created.</exception>
    public TensorBoardObserver(string runDirectory, TimeProvider time, bool continued = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(runDirectory);
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _configuration = System.IO.Path.Combine(runDirectory, "config.yaml");
        _folder = System.IO.Path.Combine(runDirectory, "tensorboard");
        if (continued)
        {
            return;
        }

        try
        {
            _file = new(_folder, time);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ReportException($"{_folder}: the TensorBoard event file cannot be created: {fault.Message}", fault);
        }
    }

    /// <summary>The event file.</summary>
    public string Path => File.Path;

    private EventFile File => _file ?? throw new InvalidOperationException("The event file of the run that goes on was not loaded.");

    /// <inheritdoc/>
    public void OnUpdate(in UpdateRecord update) => _recent.Add(update);

    /// <inheritdoc/>
    /// <exception cref="ReportException">The file cannot be written (the disk is full, say).</exception>
    public void OnEvaluation(EvaluationRecord evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        SummaryValues values = new();
        foreach ((string tag, double value) in Scalars(evaluation).Where(scalar => !double.IsNaN(scalar.Value)))
        {
            values.Scalar(tag, value);
        }

        if (_recent.Staleness.Count > 0)
        {
            values.Histogram("distributions/staleness", Histogram.OfWholeNumbers(_recent.Staleness));
        }

        double[] clients = [.. evaluation.ClientAccuracy.Where(accuracy => !double.IsNaN(accuracy))];
        if (clients.Length > 0)
        {
            values.Histogram("distributions/client_accuracy", Histogram.OfFractions(clients));
        }

        Guard(file => file.Write(evaluation.Arrival, values));
        _arrivals = evaluation.Arrival;
        _recent.Clear();
    }

    /// <summary>Adds the configuration and the report's figures, when the run has ended.</summary>
    /// <param name="figures">Files of figures, of which those in PNG are taken.</param>
    /// <exception cref="ReportException">One cannot be read, or the file cannot be written.</exception>
    public void Conclude(IEnumerable<string> figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        if (System.IO.File.Exists(_configuration))
        {
            Add(values => values.Text("config", $"```yaml\n{System.IO.File.ReadAllText(_configuration)}```\n"));
        }

        foreach (string path in figures.Where(path => System.IO.Path.GetExtension(path) == ".png"))
        {
            string name = System.IO.Path.GetFileNameWithoutExtension(path);
            if (name != WallTimeFigure)
            {
                Add(values => values.Image("figures/" + name, System.IO.File.ReadAllBytes(path)));
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ReportException">The file cannot be written.</exception>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(System.IO.Path.GetFileName(Path));
        long length = 0;
        Guard(file => length = file.Sync());
        writer.Write(length);
        writer.Write(_arrivals);
        _recent.Save(writer);
    }

    /// <inheritdoc/>
    /// <remarks>Events that came later are cut off.</remarks>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        string path = System.IO.Path.Combine(_folder, reader.ReadString());
        long length = reader.ReadInt64();
        try
        {
            _file = new(path, length, _time);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"counts on {length} bytes of \"{path}\": {fault.Message}", fault);
        }

        _arrivals = reader.ReadInt64();
        _recent.Load(reader);
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private void Add(Action<SummaryValues> add) => Guard(file =>
    {
        SummaryValues values = new();
        add(values);
        file.Write(_arrivals, values);
    });

    private void Guard(Action<EventFile> write)
    {
        try
        {
            write(File);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ReportException($"{Path}: cannot be written: {fault.Message}", fault);
        }
    }

    private IEnumerable<(string Tag, double Value)> Scalars(EvaluationRecord evaluation)
    {
        yield return ("test/accuracy", evaluation.Accuracy);
        yield return ("test/loss", evaluation.Loss);
        for (int label = 0; label < evaluation.ClassAccuracy.Length; label++)
        {
            yield return ("class_accuracy/" + label.ToString(CultureInfo.InvariantCulture), evaluation.ClassAccuracy[label]);
        }

        foreach ((string name, double value) in evaluation.Metrics)
        {
            yield return ("metrics/" + name, value);
        }

        yield return ("run/virtual_time", evaluation.VirtualTime);
        yield return ("run/server_steps", evaluation.Version);
        yield return ("updates/train_loss", _recent.TrainLoss);
        yield return ("updates/staleness", _recent.MeanStaleness);
        yield return ("updates/refused", _recent.Refused);
    }
}
