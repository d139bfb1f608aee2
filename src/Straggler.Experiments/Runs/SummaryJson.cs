using System.Text.Json;
using System.Text.Json.Serialization;
using Straggler.Recording;

namespace Straggler.Experiments;

/// <summary>Writes and reads summary.json: <see cref="RunSummary"/> with snake_case keys, null for NaN.</summary>
public static class SummaryJson
{
    private static readonly JsonSerializerOptions _options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        Converters = { new NaNAsNull() },
    };

    /// <summary>The text of summary.json, ending with a line feed.</summary>
    public static string ToJson(RunSummary summary) => JsonSerializer.Serialize(summary, _options) + "\n";

    /// <summary>Reads the text of a summary.json.</summary>
    /// <exception cref="JsonException">It is not one.</exception>
    public static RunSummary Parse(string json) =>
        JsonSerializer.Deserialize<RunSummary>(json, _options) ?? throw new JsonException("The summary is null.");

    /// <summary>Writes the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="summary">What the run came to.</param>
    /// <exception cref="RunDirectoryException">It cannot be written.</exception>
    public static void Write(string path, RunSummary summary) => AtomicFile.WriteText(path, ToJson(summary));

    /// <summary>JSON has no word for NaN or infinity.</summary>
    private sealed class NaNAsNull : JsonConverter<double>
    {
        public override bool HandleNull => true;

        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
            {
                writer.WriteNumberValue(value);
            }
            else
            {
                writer.WriteNullValue();
            }
        }
    }
}
