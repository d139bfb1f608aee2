using System.Collections.Immutable;
using System.Text.Json;
using Straggler.Federation;
using Straggler.Reports.Records;

namespace Straggler.Reports.Differences;

/// <summary>Finds where two recorded runs first part.</summary>
/// <remarks>Reads only the files of the public contract, each row by row: memory does not grow with the number of arrivals. Thread-safe.</remarks>
public static class RunDifferences
{
    private static readonly string[] _marks = ["config.yaml", "metrics.csv", "summary.json"];

    /// <summary>What summary.json says of the computer and not of the run.</summary>
    private static readonly string[] _wallKeys =
        ["name", "wall_seconds", "training_seconds", "evaluation_seconds", "profile", "workers", "peak_memory_bytes"];

    /// <summary>Compares two run directories.</summary>
    /// <param name="left">The first.</param>
    /// <param name="right">The second.</param>
    /// <param name="options">How to compare.</param>
    /// <exception cref="ReportException">One is no run directory, or a file is damaged or cannot be read.</exception>
    public static RunDifference Find(string left, string right, DifferenceOptions? options = null)
    {
        Check(left);
        Check(right);
        DifferenceOptions chosen = options ?? new();
        PartDifference?[] parts =
        [
            Part("configuration", File(left, "config.yaml"), File(right, "config.yaml"), ConfigurationDifference.Compare),
            Part("updates", UpdatesTable.Find(left), UpdatesTable.Find(right), (one, other) =>
                new TableComparison("updates", [], chosen) { Optional = UpdatesTable.Optional }.Compare(() => UpdatesTable.Open(left), () => UpdatesTable.Open(right))),
            Table("metrics", "metrics.csv", ["wall_seconds"]),
            Table("clients", "clients.csv", []),
            Table("in_flight", "in_flight.csv", []),
            Table("partition", "partition.csv", []),
            Part("samples", File(left, "partition.json"), File(right, "partition.json"), (one, other) => Json("samples", one, other, [], most: 1)),
            Part("model", File(left, "model.safetensors"), File(right, "model.safetensors"), (one, other) => Model(one, other, chosen)),
            Part("summary", File(left, "summary.json"), File(right, "summary.json"), (one, other) => Json("summary", one, other, _wallKeys, int.MaxValue)),
        ];
        return new(left, right, [.. parts.OfType<PartDifference>()]);

        PartDifference? Table(string name, string file, string[] ignored) => Part(name, File(left, file), File(right, file), (one, other) =>
            new TableComparison(name, ignored, chosen).Compare(() => OpenCsv(one), () => OpenCsv(other)));

        PartDifference Json(string name, string one, string other, string[] ignored, int most)
        {
            using JsonDocument ours = ReadJson(one), theirs = ReadJson(other);
            ImmutableArray<ValueDifference> values =
                [.. new JsonComparison(ignored, chosen).Compare(ours.RootElement, theirs.RootElement).Take(most)];
            return new(name, values.IsEmpty ? PartVerdict.Same : PartVerdict.Different) { Values = values };
        }
    }

    private static void Check(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        if (!Directory.Exists(directory))
        {
            throw new ReportException($"{directory}: there is no such directory; expected a run directory.");
        }

        if (!_marks.Any(mark => File(directory, mark) is not null))
        {
            throw new ReportException($"{directory}: holds none of {string.Join(", ", _marks)}; expected a run directory.");
        }
    }

    private static string? File(string directory, string name)
    {
        string path = Path.Combine(directory, name);
        return System.IO.File.Exists(path) ? path : null;
    }

    private static PartDifference? Part(string name, string? left, string? right, Func<string, string, PartDifference> compare) => (left, right) switch
    {
        (null, null) => null,
        (_, null) => new(name, PartVerdict.OnlyLeft),
        (null, _) => new(name, PartVerdict.OnlyRight),
        _ => compare(left, right),
    };

    private static PartDifference Model(string left, string right, DifferenceOptions options)
    {
        try
        {
            ImmutableArray<TensorDifference> tensors = [.. SafeTensorsComparison.Compare(left, right, options.Tolerance)];
            return new("model", tensors.IsEmpty ? PartVerdict.Same : PartVerdict.Different) { Tensors = tensors };
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ReportException(fault.Message, fault);
        }
    }

    private static CsvRecordTable OpenCsv(string path) => new(new(RecordFile.Open(path), path));

    private static JsonDocument ReadJson(string path)
    {
        using FileStream stream = RecordFile.Open(path);
        try
        {
            return JsonDocument.Parse(stream);
        }
        catch (JsonException fault)
        {
            throw new ReportException($"{path}({fault.LineNumber + 1}): the file is not valid JSON; it may be cut off or damaged.", fault);
        }
    }
}
