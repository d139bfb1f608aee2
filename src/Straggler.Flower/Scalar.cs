using System.Globalization;

namespace Straggler.Flower;

/// <summary>The kinds of <see cref="Scalar"/>.</summary>
public enum ScalarKind
{
    /// <summary>A 64-bit float.</summary>
    Real,

    /// <summary>A signed 64-bit integer.</summary>
    Whole,

    /// <summary>An unsigned 64-bit integer; Flower sends it only above the signed range.</summary>
    Natural,

    /// <summary>A truth value.</summary>
    Truth,

    /// <summary>A text.</summary>
    Text,

    /// <summary>Bytes.</summary>
    Bytes,
}

/// <summary>A value of a configuration or of metrics, as Flower knows them: a number, a truth value, a text or bytes.</summary>
public readonly struct Scalar : IEquatable<Scalar>
{
    private readonly ulong _bits;
    private readonly object? _content;

    private Scalar(ScalarKind kind, ulong bits, object? content = null)
    {
        Kind = kind;
        _bits = bits;
        _content = content;
    }

    /// <summary>What it is.</summary>
    public ScalarKind Kind { get; }

    /// <summary>The number as a float; null where it is no number.</summary>
    public double? Number => Kind switch
    {
        ScalarKind.Real => BitConverter.UInt64BitsToDouble(_bits),
        ScalarKind.Whole => (long)_bits,
        ScalarKind.Natural => _bits,
        _ => null,
    };

    /// <summary>The signed integer; null where it is none.</summary>
    public long? Whole => Kind == ScalarKind.Whole ? (long)_bits : null;

    /// <summary>The unsigned integer; null where it is none, signed ones included.</summary>
    public ulong? Natural => Kind == ScalarKind.Natural ? _bits : null;

    /// <summary>The truth value; null where it is none.</summary>
    public bool? Truth => Kind == ScalarKind.Truth ? _bits != 0 : null;

    /// <summary>The text; null where it is none.</summary>
    public string? Text => _content as string;

    /// <summary>The bytes; empty where it is none.</summary>
    public ReadOnlyMemory<byte> Bytes => _content as byte[];

    /// <summary>A float.</summary>
    public static implicit operator Scalar(double value) => FromDouble(value);

    /// <summary>A signed integer.</summary>
    public static implicit operator Scalar(long value) => FromInt64(value);

    /// <summary>A truth value.</summary>
    public static implicit operator Scalar(bool value) => FromBoolean(value);

    /// <summary>A text.</summary>
    public static implicit operator Scalar(string value) => FromString(value);

    /// <summary>Whether two are the same, in kind and value; floats bit by bit.</summary>
    public static bool operator ==(Scalar left, Scalar right) => left.Equals(right);

    /// <summary>Whether two differ.</summary>
    public static bool operator !=(Scalar left, Scalar right) => !left.Equals(right);

    /// <summary>A float.</summary>
    public static Scalar FromDouble(double value) => new(ScalarKind.Real, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>A signed integer.</summary>
    public static Scalar FromInt64(long value) => new(ScalarKind.Whole, (ulong)value);

    /// <summary>An unsigned integer.</summary>
    public static Scalar FromUInt64(ulong value) => new(ScalarKind.Natural, value);

    /// <summary>A truth value.</summary>
    public static Scalar FromBoolean(bool value) => new(ScalarKind.Truth, value ? 1UL : 0);

    /// <summary>A text.</summary>
    public static Scalar FromString(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(ScalarKind.Text, 0, value);
    }

    /// <summary>Bytes.</summary>
    public static Scalar FromBytes(ReadOnlySpan<byte> value) => new(ScalarKind.Bytes, 0, value.ToArray());

    /// <inheritdoc/>
    public bool Equals(Scalar other) =>
        Kind == other.Kind && _bits == other._bits && Text == other.Text && Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Scalar other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, _bits, Text, Bytes.Length);

    /// <summary>The value as text, for people.</summary>
    public override string ToString() => Kind switch
    {
        ScalarKind.Whole => ((long)_bits).ToString(CultureInfo.InvariantCulture),
        ScalarKind.Natural => _bits.ToString(CultureInfo.InvariantCulture),
        ScalarKind.Truth => _bits != 0 ? "true" : "false",
        ScalarKind.Text => Text!,
        ScalarKind.Bytes => Convert.ToHexString(Bytes.Span),
        _ => BitConverter.UInt64BitsToDouble(_bits).ToString(CultureInfo.InvariantCulture),
    };
}
