using System.Text.Json;

namespace Straggler.Reports.Records;

/// <summary>summary.json, read leniently: what another version did not write is simply not known.</summary>
internal sealed class SummaryFile
{
    private readonly JsonElement _root;

    private SummaryFile(JsonElement root) => _root = root;

    /// <summary>The targets of the run.</summary>
    public IReadOnlyList<TargetRow> Targets =>
        Find("targets") is { ValueKind: JsonValueKind.Array } targets ? [.. targets.EnumerateArray().Select(ToTarget)] : [];

    /// <summary>Reads the file.</summary>
    /// <param name="stream">Its bytes.</param>
    /// <param name="name">Its name for messages.</param>
    /// <exception cref="ReportException">It is not a JSON object.</exception>
    public static SummaryFile Read(Stream stream, string name)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(stream);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new(document.RootElement.Clone())
                : throw new ReportException($"{name}(1): expected a JSON object with the run's summary.");
        }
        catch (JsonException fault)
        {
            throw new ReportException($"{name}({fault.LineNumber + 1}): the file is not valid JSON; it may be cut off or damaged.", fault);
        }
    }

    /// <summary>A number by its dotted path, such as <c>staleness.mean</c>; NaN where there is none.</summary>
    public double Number(string path) => Find(path) is { } value ? ToNumber(value) : double.NaN;

    /// <summary>A text by its dotted path; null where there is none.</summary>
    public string? Text(string path) => Find(path) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>Whether the run's clients were live ones, and its clock the wall's.</summary>
    public bool IsOfLiveClients => Text("clock") == "wall";

    /// <summary>A number as it stands in the file (a 64-bit seed does not fit a double); null where there is none.</summary>
    public string? Digits(string path) => Find(path) is { ValueKind: JsonValueKind.Number } value ? value.GetRawText() : null;

    private static TargetRow ToTarget(JsonElement target)
    {
        SummaryFile row = new(target);
        bool reached = row.Find("reached") is { ValueKind: JsonValueKind.True };
        return new(row.Number("accuracy"), reached, row.Number("virtual_time"), row.Number("arrivals"), row.Number("server_steps"));
    }

    /// <summary>JSON knows no NaN; writers put null or a name in its place.</summary>
    private static double ToNumber(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String when value.ValueEquals("Infinity") => double.PositiveInfinity,
        _ => double.NaN,
    };

    private JsonElement? Find(string path)
    {
        JsonElement element = _root;
        foreach (string part in path.Split('.'))
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(part, out element))
            {
                return null;
            }
        }

        return element;
    }
}

/// <summary>When a target accuracy was first reached.</summary>
/// <param name="Accuracy">The target, 0 to 1.</param>
/// <param name="Reached">Whether it was.</param>
/// <param name="VirtualTime">Virtual seconds at the evaluation that reached it; NaN otherwise.</param>
/// <param name="Arrivals">Arrivals then; NaN otherwise.</param>
/// <param name="ServerSteps">Server steps then; NaN otherwise.</param>
internal readonly record struct TargetRow(double Accuracy, bool Reached, double VirtualTime, double Arrivals, double ServerSteps);
