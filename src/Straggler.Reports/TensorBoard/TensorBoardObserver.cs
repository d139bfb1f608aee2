using System.Globalization;
using Straggler.Checkpoints;
using Straggler.Metrics;
using Straggler.Recording;

namespace Straggler.Reports.TensorBoard;

/// <summary>Writes a run's scalars for TensorBoard while it goes on: <c>logging: {tensorboard: true}</c>.</summary>
/// <remarks>
/// The step is the number of arrivals. At each evaluation: <c>test/accuracy</c>, <c>test/loss</c>, <c>class_accuracy/0</c>, ..., the
/// run's metrics as <c>metrics/&lt;name&gt;</c>, <c>run/virtual_time</c> and <c>run/server_steps</c>; and, over the arrivals since the
/// evaluation before, <c>updates/train_loss</c> and <c>updates/staleness</c> (means) and <c>updates/refused</c> (a count). Values that
/// do not exist (NaN) are left out. Used by the loop's thread alone.
/// </remarks>
public sealed class TensorBoardObserver : IRunObserver, IStateful, IDisposable
{
    private readonly string _folder;
    private readonly TimeProvider _time;
    private EventFile? _file;
    private Mean _trainLoss;
    private Mean _staleness;
    private long _refused;

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
        _folder = System.IO.Path.Combine(runDirectory, "tensorboard");
        try
        {
            _file = continued ? null : new(_folder, time);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ReportException($"{_folder}: the TensorBoard event file cannot be created: {fault.Message}", fault);
        }
    }

    /// <summary>The event file.</summary>
    public string Path => File.Path;

    /// <inheritdoc/>
    public void OnUpdate(in UpdateRecord update)
    {
        _trainLoss.Add(update.TrainLoss);
        _staleness.Add(update.Staleness);
        _refused += update.Outcome == UpdateOutcome.Applied ? 0 : 1;
    }

    /// <inheritdoc/>
    /// <exception cref="ReportException">The file cannot be written (the disk is full, say).</exception>
    public void OnEvaluation(EvaluationRecord evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        try
        {
            File.Write(evaluation.Arrival, Scalars(evaluation).Where(scalar => !double.IsNaN(scalar.Value)));
        }
        catch (IOException fault)
        {
            throw new ReportException($"{Path}: cannot be written: {fault.Message}", fault);
        }

        (_trainLoss, _staleness, _refused) = (default, default, 0);
    }

    /// <inheritdoc/>
    /// <exception cref="ReportException">The file cannot be written.</exception>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(System.IO.Path.GetFileName(Path));
        writer.Write(Sync());
        _trainLoss.Save(writer);
        _staleness.Save(writer);
        writer.Write(_refused);
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

        _trainLoss.Load(reader);
        _staleness.Load(reader);
        _refused = reader.ReadInt64();
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private EventFile File => _file ?? throw new InvalidOperationException("The event file of the run that goes on was not loaded.");

    private long Sync()
    {
        try
        {
            return File.Sync();
        }
        catch (IOException fault)
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
        yield return ("updates/train_loss", _trainLoss.Value);
        yield return ("updates/staleness", _staleness.Value);
        yield return ("updates/refused", _refused);
    }

    /// <summary>A mean of the values that exist.</summary>
    private struct Mean
    {
        private double _sum;
        private long _count;

        public readonly double Value => _count == 0 ? double.NaN : _sum / _count;

        public void Add(double value)
        {
            if (!double.IsNaN(value))
            {
                _sum += value;
                _count++;
            }
        }

        public readonly void Save(StateWriter writer)
        {
            writer.Write(_sum);
            writer.Write(_count);
        }

        public void Load(StateReader reader) => (_sum, _count) = (reader.ReadDouble(), reader.ReadInt64());
    }
}
