using System.Collections.Immutable;
using System.Text.Json;
using Straggler.Dashboard.Runs;

namespace Straggler.Dashboard.Web;

/// <summary>The JSON of runs and curves. Numbers that do not exist are null.</summary>
internal static class RunJson
{
    /// <summary>Writes changes: <c>{"sequence": 7, "full": false, "runs": [...], "gone": [...]}</c>.</summary>
    public static void Write(Utf8JsonWriter json, RunChanges changes)
    {
        json.WriteStartObject();
        json.WriteNumber("sequence", changes.Sequence);
        json.WriteBoolean("full", changes.Full);
        json.WriteStartArray("runs");
        foreach (RunRow row in changes.Rows)
        {
            Write(json, row);
        }

        json.WriteEndArray();
        json.WriteStartArray("gone");
        foreach (string id in changes.Gone)
        {
            json.WriteStringValue(id);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes a run.</summary>
    public static void Write(Utf8JsonWriter json, RunRow row)
    {
        json.WriteStartObject();
        foreach ((string name, string text) in new[]
        {
            ("id", row.Id), ("name", row.Name), ("strategy", row.Strategy), ("dataset", row.Dataset), ("model", row.Model), ("seed", row.Seed),
            ("status", row.Status.ToString().ToLowerInvariant()), ("reason", row.Reason),
        })
        {
            json.WriteString(name, text);
        }

        foreach ((string name, double number) in new[]
        {
            ("arrivals", row.Arrivals), ("rounds", row.Rounds), ("fraction", row.Fraction), ("remaining", row.Remaining),
            ("virtual_time", row.VirtualTime), ("server_steps", row.ServerSteps), ("accuracy", row.Accuracy), ("best", row.Best),
            ("loss", row.Loss), ("staleness", row.Staleness), ("wall_seconds", row.WallSeconds),
        })
        {
            json.WritePropertyName(name);
            Write(json, number);
        }

        json.WriteNumber("begun", Milliseconds(row.Begun));
        json.WriteNumber("changed", Milliseconds(row.Changed));
        json.WritePropertyName("spark");
        Write(json, row.Spark);
        json.WriteEndObject();
    }

    /// <summary>Writes evaluations: <c>{"id": "a", "from": 0, "columns": {"arrival": [...], ...}}</c>.</summary>
    public static void Write(Utf8JsonWriter json, string id, CurveSlice slice)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteNumber("from", slice.From);
        json.WriteStartObject("columns");
        foreach ((string name, ImmutableArray<double> values) in Curve.Columns.Zip(slice.Columns))
        {
            json.WritePropertyName(name);
            Write(json, values);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ImmutableArray<double> values)
    {
        json.WriteStartArray();
        foreach (double value in values)
        {
            Write(json, value);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private static long Milliseconds(DateTime utc) => new DateTimeOffset(utc).ToUnixTimeMilliseconds();
}
