using System.Globalization;

namespace Straggler.Cli.Tests.Fuzzing;

/// <summary>Replies as Python's client sends them, and what becomes of them under a fuzzer's hands.</summary>
/// <remarks>
/// The arrays of <see cref="Fit"/> are all NaN, in bytes that read the same from both ends: whatever one change of the bytes around them
/// does, the update is of no use, and one that is applied all the same gives the server away.
/// </remarks>
internal static class Replies
{
    /// <summary>The model of the federation.</summary>
    public static (string Name, int[] Shape)[] Model { get; } = [("w", [2, 3]), ("b", [3])];

    /// <summary>The reply of each kind that an order asks for.</summary>
    public static byte[] Proper(int order) => order switch
    {
        2 => Bytes.Field(2, Status(), Metric("device", Bytes.Text(14, "phone"))),
        3 => Bytes.Field(3, Status(), Tensors(Matrix(NotANumber), Vector(NotANumber))),
        4 => Fit(),
        _ => Bytes.Field(5, Status(), Bytes.Single(2, 0.5f), Bytes.Integer(3, 0), Metric("accuracy", Bytes.Double(1, 0.5), 4)),
    };

    /// <summary>A reply to a training that is right in all but its numbers.</summary>
    public static byte[] Fit(byte[]? tensors = null, long samples = 10, params byte[][] more) => Bytes.Field(
        4, [Status(), tensors ?? Tensors(Matrix(NotANumber), Vector(NotANumber)), Bytes.Integer(3, samples), Metric("train_loss", Bytes.Double(1, 0.25), 4), .. more]);

    /// <summary>Replies to a training that are wrong in one thing, as somebody might build them.</summary>
    public static IEnumerable<byte[]> BuiltWrong()
    {
        byte[] key = Bytes.Text(1, "k");
        yield return [];
        yield return [0x0F];
        yield return [0x22, .. Enumerable.Repeat((byte)0xFF, 11)];
        yield return [0x22, 0x01, 0x80, 0x01];
        yield return Bytes.Field(4);
        yield return [.. Fit(), .. Proper(5)];
        yield return [.. Proper(2), .. Fit()];
        yield return Bytes.Field(1, Bytes.Integer(1, 77));
        yield return Fit(samples: -1);
        yield return Fit(samples: long.MinValue);
        yield return Fit(samples: long.MaxValue);
        yield return Fit(samples: int.MaxValue);
        yield return Fit(samples: 0);
        yield return Fit(samples: 1L << 32);
        yield return Bytes.Field(4, Bytes.Field(1, Bytes.Integer(1, 999), Bytes.Text(2, "x\r\nclient 1 joined\u001b[2J\u202e" + new string('y', 300_000))));
        yield return Bytes.Field(4, Bytes.Field(1, Bytes.Integer(1, 3)));
        yield return Fit(null, 10, Bytes.Field(4, key));
        yield return Fit(null, 10, Bytes.Field(4, [0x0A, 0x02, 0xC3, 0x28]));
        yield return Fit(null, 10, Bytes.Field(4, key, Bytes.Field(2, Bytes.Field(14, [0xFF, 0xFE]))));
        yield return Fit(null, 10, [.. Enumerable.Range(0, 30_000).SelectMany(i => Metric(i.ToString(CultureInfo.InvariantCulture), Bytes.Double(1, i), 4))]);
        yield return Fit(null, 10, [.. Enumerable.Repeat(Bytes.Integer(99, 1), 100_000).SelectMany(field => field)]);
        yield return Fit(null, 10, [.. Enumerable.Repeat((byte)0x9B, 20_000).Concat(Enumerable.Repeat((byte)0x06, 20_000))]);
        yield return Enumerable.Range(0, 2_000).Aggregate(Array.Empty<byte>(), (inner, _) => Bytes.Field(50, inner));
        yield return Enumerable.Range(0, 2_000).Aggregate(Array.Empty<byte>(), (inner, _) => Bytes.Field(4, inner));
        yield return [.. Enumerable.Repeat(Bytes.Field(4), 100_000).SelectMany(field => field)];
        yield return Fit(Tensors([.. Enumerable.Repeat(Array.Empty<byte>(), 200_000)]));
        yield return Bytes.Field(4, Status(), Bytes.Field(2, Bytes.Field(1, Matrix(1000)), Bytes.Field(1, Vector(1000)), Bytes.Text(2, "pickle")), Bytes.Integer(3, 1));
        yield return Fit(Tensors());
        yield return FitOfOneArray();
        yield return Fit(Tensors(Vector(1000), Matrix(1000)));
        yield return Fit(Tensors(Matrix(1000), Vector(1000), Vector(1000)));
        foreach (byte[] file in FilesBuiltWrong())
        {
            yield return Fit(Tensors(file, Vector(1000)));
        }
    }

    /// <summary>Answers to an evaluation with numbers that cannot be.</summary>
    public static IEnumerable<byte[]> EvaluationsBuiltWrong()
    {
        foreach (float loss in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity, -1, float.MaxValue])
        {
            yield return Bytes.Field(5, Status(), Bytes.Single(2, loss), Bytes.Integer(3, 1), Metric("accuracy", Bytes.Double(1, double.NaN), 4));
        }

        yield return Bytes.Field(5, Status(), Bytes.Single(2, 1), Bytes.Integer(3, long.MaxValue));
        yield return Bytes.Field(5, Status(), Bytes.Single(2, 1), Bytes.Integer(3, -5));
        yield return Bytes.Field(5, Status(), Bytes.Single(2, 1), Bytes.Integer(3, 1), Metric("accuracy", Bytes.Double(1, 1e300), 4));
        yield return Bytes.Field(5, Status(), Bytes.Single(2, 1), Bytes.Integer(3, 1), Metric("accuracy", Bytes.Text(14, "all"), 4));
        yield return Bytes.Field(5, Bytes.Field(1, Bytes.Integer(1, 4)));
        yield return Fit();
    }

    /// <summary>Files that are no array of 2 x 3 floats.</summary>
    public static IEnumerable<byte[]> FilesBuiltWrong()
    {
        byte[] elements = Floats(6, 1000);
        yield return [];
        yield return [0x93];
        yield return [.. "PK\u0003\u0004"u8, .. new byte[100]];
        yield return Bytes.Npy("<f4", "(2, 3)", elements[..^1]);
        yield return Bytes.Npy("<f4", "(2, 3)", [.. elements, 0]);
        foreach (byte version in (byte[])[0, 4, 9, 255])
        {
            yield return Bytes.Npy("<f4", "(2, 3)", elements, version: version);
        }

        foreach (uint length in (uint[])[0, 1, 9_999, 10_001, 65_535, int.MaxValue, uint.MaxValue])
        {
            yield return Bytes.Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n", elements, version: 2, length: length);
        }

        foreach (string shape in (string[])[
            "()", "(0,)", "(6,)", "(3, 2)", "(2, 3, 1)", "(-2, -3)", "(2, -3)", "(65536, 65536)", "(2147483647, 2147483647, 2147483647)", "(4294967298, 3)",
            "(0, 99999999999999999999)", "(0, 2147483647, 2147483647)", "(2.0, 3)", "(2L, 3L)", "[2, 3]", "2, 3", "(2, 3", "(,)", "(2,, 3)",
            $"({string.Join(", ", Enumerable.Repeat("1", 65))})", $"({string.Join(", ", Enumerable.Repeat("2147483647", 64))})", new string('(', 5000)])
        {
            yield return Bytes.Npy("<f4", shape, elements);
        }

        foreach (string type in (string[])["|O", "O", "<c8", "<M8[ns]", "|S24", "<U6", "<f16", "<i4", "<i8", "|u1", "|b1", "<f3", "f4", "\u0000f4", "<f4\n", "x\u001b[2Jy", "V24"])
        {
            yield return Bytes.Npy(type, "(2, 3)", type.Contains("i8", StringComparison.Ordinal) ? new byte[48] : elements);
        }

        yield return Bytes.Npy("{'descr': [('a', '<f4'), ('b', '<f4')], 'fortran_order': False, 'shape': (3,), }\n", elements);
        yield return Bytes.Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'shape': (2, 3), }\n", elements);
        yield return Bytes.Npy("{'descr': '<f4', 'fortran_order': 1, 'shape': (2, 3), }\n", elements);
        yield return Bytes.Npy("{'descr': '<f4', 'shape': (2, 3), }\n", elements);
        yield return Bytes.Npy("__import__('os').system('true')\n", elements);
    }

    /// <summary>A reply to a training with the first array alone.</summary>
    public static byte[] FitOfOneArray() => Fit(Tensors(Matrix(1000)));

    /// <summary>A reply to a training that is whole but for the inside of a file.</summary>
    public static byte[] FitOfChangedFile(Random dice) => Fit(Tensors(Mutate(Matrix(NotANumber), dice), Vector(NotANumber)));

    /// <summary>Changes bytes here and there.</summary>
    public static byte[] Mutate(byte[] reply, Random dice)
    {
        List<byte> bytes = [.. reply];
        for (int changes = dice.Next(1, 4); changes > 0 && bytes.Count > 0; changes--)
        {
            int place = dice.Next(bytes.Count), length = Math.Min(dice.Next(1, 20), bytes.Count - place);
            switch (dice.Next(7))
            {
                case 0:
                    bytes[place] ^= (byte)(1 << dice.Next(8));
                    break;
                case 1:
                    bytes[place] = (byte)dice.Next(256);
                    break;
                case 2:
                    bytes.Insert(place, (byte)dice.Next(256));
                    break;
                case 3:
                    bytes.RemoveRange(place, length);
                    break;
                case 4:
                    bytes.InsertRange(dice.Next(bytes.Count), bytes.GetRange(place, length));
                    break;
                case 5:
                    bytes.RemoveRange(place, bytes.Count - place);
                    break;
                default:
                    bytes.InsertRange(place, Enumerable.Repeat((byte)0xFF, length));
                    break;
            }
        }

        return [.. bytes];
    }

    private static float NotANumber { get; } = BitConverter.Int32BitsToSingle(0x7FC0C07F);

    private static byte[] Status() => Bytes.Field(1, Bytes.Text(2, "Success"));

    private static byte[] Metric(string key, byte[] scalar, int field = 2) => Bytes.Field(field, Bytes.Text(1, key), Bytes.Field(2, scalar));

    private static byte[] Tensors(params byte[][] files) => Bytes.Field(2, [.. files.Select(file => Bytes.Field(1, file)), Bytes.Text(2, "numpy.ndarray")]);

    private static byte[] Matrix(float value) => Bytes.Npy("<f4", "(2, 3)", Floats(6, value));

    private static byte[] Vector(float value) => Bytes.Npy("<f4", "(3,)", Floats(3, value));

    private static byte[] Floats(int count, float value) => [.. Enumerable.Repeat(BitConverter.GetBytes(value), count).SelectMany(bytes => bytes)];
}
