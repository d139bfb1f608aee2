using Straggler.Checkpoints;
using Straggler.Federation;
using Straggler.Metrics;
using Straggler.Recording;
using Straggler.Strategies;
using Straggler.Training;

namespace Straggler.Experiments;

/// <summary>Keeps every local model that arrives: local_models.csv, and a .npz file for each in the folder local_models.</summary>
/// <remarks>
/// A model is written while the run goes on; the next one waits until it is on its way to the disk. So one model is in memory here, and
/// once more as the bytes of its file. A row is in the table only if its file is there, whole.
/// </remarks>
public sealed class LocalModelRecorder : IRunObserver, IStateful, IDisposable
{
    private readonly ParameterLayout _layout;
    private readonly VectorCopy _toCanonical;
    private readonly bool _isDurable;
    private readonly string _table;
    private readonly CsvWriter _csv;
    private readonly float[] _canonical;
    private Task _writing = Task.CompletedTask;
    private long _last;

    /// <summary>Makes folder and table, or opens those of a run that goes on.</summary>
    /// <param name="directory">The run's directory.</param>
    /// <param name="layout">The model's parts.</param>
    /// <param name="toCanonical">Brings a local model into PyTorch's element order.</param>
    /// <param name="durable">Whether a model is forced to the disk before its row is written, as checkpoints need it.</param>
    /// <param name="continued">Whether the files exist and <see cref="Load"/> will be called; else they must not exist.</param>
    /// <exception cref="RunDirectoryException">They cannot be made or opened.</exception>
    public LocalModelRecorder(RunDirectory directory, ParameterLayout layout, VectorCopy toCanonical, bool durable, bool continued = false)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(layout);
        _layout = layout;
        _toCanonical = toCanonical;
        _isDurable = durable;
        _canonical = new float[layout.Length];
        _table = directory.PathOf(LocalModelFile.Table);
        RunDirectoryException.Guard(Folder, () => Directory.CreateDirectory(Folder));
        _csv = new(_table, continued);
        if (!continued)
        {
            foreach (string column in LocalModelFile.Columns)
            {
                _csv.Field(column);
            }

            _csv.EndRow();
        }
    }

    /// <inheritdoc/>
    public bool TakesLocalModels => true;

    private string Folder => Path.Combine(Path.GetDirectoryName(_table)!, LocalModelFile.Folder);

    /// <inheritdoc/>
    /// <exception cref="RunDirectoryException">This model's place, or the model before it, cannot be written.</exception>
    public void OnLocalModel(long arrival, in ClientUpdate update)
    {
        FinishWriting();
        _toCanonical(update.Local, _canonical);
        _last = arrival;
        (int client, LocalOutcome outcome) = (update.Client, update.Outcome);
        _writing = Task.Run(() => Write(arrival, client, outcome));
    }

    /// <inheritdoc/>
    public void OnUpdate(in UpdateRecord update)
    {
    }

    /// <inheritdoc/>
    public void OnEvaluation(EvaluationRecord evaluation)
    {
    }

    /// <inheritdoc/>
    /// <exception cref="RunDirectoryException">A file cannot be written.</exception>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        FinishWriting();
        writer.Write(_csv.Sync());
        FolderSync.ToDisk(Folder);
        writer.Write(_last);
    }

    /// <inheritdoc/>
    /// <remarks>Rows and models that came later are removed, as are files that a killed process left half written.</remarks>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _csv.CutTo(reader.ReadInt64());
        _last = reader.ReadInt64();
        foreach (string file in Directory.GetFiles(Folder).Where(file => LocalModelFile.ArrivalOf(file) > _last))
        {
            RunDirectoryException.Guard(file, () => File.Delete(file));
        }
    }

    /// <inheritdoc/>
    /// <exception cref="RunDirectoryException">What was still to be written cannot be.</exception>
    public void Dispose()
    {
        try
        {
            FinishWriting();
        }
        finally
        {
            _csv.Dispose();
        }
    }

    /// <summary>Waits for the model that is being written; a failure is thrown once.</summary>
    private void FinishWriting()
    {
        Task writing = _writing;
        _writing = Task.CompletedTask;
        writing.GetAwaiter().GetResult();
    }

    private void Write(long arrival, int client, LocalOutcome outcome)
    {
        string path = LocalModelFile.PathOf(_table, arrival);
        Action<Stream> content = LocalModelFile.Encode(_layout, _canonical);
        RunDirectoryException.Guard(path, () => WholeFile.Write(path, _isDurable, content));
        _csv.Field(arrival);
        _csv.Field(client);
        _csv.Field(outcome.MeanLoss);
        _csv.Field(outcome.GradientSteps);
        _csv.Field(outcome.LossDrop);
        _csv.Field(outcome.RootMeanSquareLoss);
        _csv.Field(outcome.UpdateNorm);
        _csv.Field(outcome.UploadBytes ?? double.NaN);
        _csv.Field(FlatVector.Fingerprint(_canonical));
        _csv.EndRow();
        _csv.Flush();
    }
}
