using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Straggler.Flower.Wire;

/// <summary>Converts configurations and metrics to and from their messages.</summary>
internal static class ScalarMap
{
    /// <summary>Reads a map.</summary>
    /// <exception cref="FlowerException">A key has no value, or one of a kind that is unknown.</exception>
    public static IReadOnlyDictionary<string, Scalar> Read(MapField<string, ScalarValue> map) =>
        map.ToDictionary(entry => entry.Key, entry => Read(entry.Key, entry.Value), StringComparer.Ordinal);

    /// <summary>Writes a map.</summary>
    public static void Write(IReadOnlyDictionary<string, Scalar> values, MapField<string, ScalarValue> map)
    {
        foreach ((string key, Scalar value) in values)
        {
            map.Add(key, Write(value));
        }
    }

    private static Scalar Read(string key, ScalarValue value) => value.ValueCase switch
    {
        ScalarValue.ValueOneofCase.Real => Scalar.FromDouble(value.Real),
        ScalarValue.ValueOneofCase.Unsigned => Scalar.FromUInt64(value.Unsigned),
        ScalarValue.ValueOneofCase.Integer => Scalar.FromInt64(value.Integer),
        ScalarValue.ValueOneofCase.Boolean => Scalar.FromBoolean(value.Boolean),
        ScalarValue.ValueOneofCase.Text => Scalar.FromString(value.Text),
        ScalarValue.ValueOneofCase.Blob => Scalar.FromBytes(value.Blob.Span),
        _ => throw new FlowerException($"the value of \"{key}\" is missing or of an unknown kind"),
    };

    private static ScalarValue Write(Scalar value) => value.Kind switch
    {
        ScalarKind.Whole => new() { Integer = value.Whole!.Value },
        ScalarKind.Natural => new() { Unsigned = value.Natural!.Value },
        ScalarKind.Truth => new() { Boolean = value.Truth!.Value },
        ScalarKind.Text => new() { Text = value.Text },
        ScalarKind.Bytes => new() { Blob = ByteString.CopyFrom(value.Bytes.Span) },
        _ => new() { Real = value.Number!.Value },
    };
}
