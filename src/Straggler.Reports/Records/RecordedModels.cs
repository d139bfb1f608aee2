using Straggler.Arrays;
using Straggler.Federation;
using Straggler.Recording;
using Straggler.Training;

namespace Straggler.Reports.Records;

/// <summary>The local models that a run has kept, for another run to take in place of trainings.</summary>
/// <remarks>In memory is the table alone, some 250 bytes a model.</remarks>
public sealed class RecordedModels
{
    private readonly string _table;
    private readonly ParameterLayout _layout;
    private readonly Dictionary<long, (LocalOutcome Outcome, string Fingerprint)> _rows = [];

    private RecordedModels(string table, ParameterLayout layout) => (_table, _layout) = (table, layout);

    /// <summary>Reads the table, and looks whether the models are there.</summary>
    /// <param name="table">The run's local_models.csv.</param>
    /// <param name="layout">The model's parts.</param>
    /// <exception cref="ReportException">The table is damaged or cannot be read, or a model is missing.</exception>
    public static RecordedModels Open(string table, ParameterLayout layout)
    {
        RecordedModels models = new(table, layout);
        using CsvReader rows = new(RecordFile.Open(table), table);
        int[] columns = [.. LocalModelFile.Columns.Select(rows.Column)];
        while (rows.Read())
        {
            long arrival = rows.Integer(columns[0], least: 1);
            double uploaded = rows.Number(columns[7]);
            models._rows[arrival] = (new(rows.Number(columns[2]), (int)rows.Integer(columns[3], most: int.MaxValue))
            {
                LossDrop = rows.Number(columns[4]),
                RootMeanSquareLoss = rows.Number(columns[5]),
                UpdateNorm = rows.Number(columns[6]),
                UploadBytes = double.IsNaN(uploaded) ? null : (long)uploaded,
            }, rows.Text(columns[8]));
            string path = LocalModelFile.PathOf(table, arrival);
            if (!File.Exists(path))
            {
                throw new ReportException($"{path}: is not there. Expected the local model of arrival {arrival}, which {LocalModelFile.Table} lists.");
            }
        }

        return models;
    }

    /// <summary>Reads a model.</summary>
    /// <param name="arrival">The arrival, from 1.</param>
    /// <param name="canonical">Receives the values, each part in PyTorch's element order.</param>
    /// <returns>What was told of its training.</returns>
    /// <exception cref="ReportException">It was not kept, or is damaged or another one than was kept.</exception>
    public LocalOutcome Read(long arrival, Span<float> canonical)
    {
        if (!_rows.TryGetValue(arrival, out (LocalOutcome Outcome, string Fingerprint) row))
        {
            throw new ReportException($"{_table}: lists no local model of arrival {arrival}, which the strategy takes. The record is not complete.");
        }

        string path = LocalModelFile.PathOf(_table, arrival);
        try
        {
            LocalModelFile.Read(path, _layout, canonical);
        }
        catch (NpyException fault)
        {
            throw new ReportException(fault.Message, fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ReportException($"{path}: cannot be read: {fault.Message}", fault);
        }

        return FlatVector.Fingerprint(canonical) == row.Fingerprint ? row.Outcome : throw new ReportException(
            $"{path}: holds other values than were kept: their SHA-256 is not the parameters_sha256 that {LocalModelFile.Table} lists for arrival {arrival}.");
    }
}
