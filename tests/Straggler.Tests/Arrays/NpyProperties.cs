using System.Collections.Immutable;
using CsCheck;
using Straggler.Arrays;

namespace Straggler.Tests.Arrays;

public sealed class NpyProperties
{
    private const long Slack = 32_768;

    private static readonly Gen<ImmutableArray<int>> _shapes = Gen.Int[0, 5].Array[0, 5].Select(sizes => sizes.ToImmutableArray());

    [Fact]
    public void RoundTrip_Singles_KeepsEveryBit() =>
        _shapes.SelectMany(shape => Gen.UInt.Array[Product(shape)].Select(bits => (Shape: shape, Bits: bits))).Sample(array =>
        {
            float[] values = [.. array.Bits.Select(BitConverter.UInt32BitsToSingle)];
            NpyArray read = new(NpyWriter.Write(array.Shape, values));

            return read.Header.Shape.SequenceEqual(array.Shape)
                && read.ToSingles().Select(BitConverter.SingleToUInt32Bits).SequenceEqual(array.Bits);
        });

    [Fact]
    public void RoundTrip_EveryType_KeepsWhatItCanHold() =>
        Gen.Select(Gen.Enum<NpyType>(), _shapes).SelectMany((type, shape) =>
            Gen.Int[0, type == NpyType.B1 ? 1 : 255].Array[Product(shape)].Select(values => (type, shape, values))).Sample((type, shape, values) =>
        {
            NpyArray read = new(NpyWriter.Write(type, shape, [.. values.Select(value => (float)value)]));
            return read.Header.Type == type && read.ToSingles().SequenceEqual(values.Select(value => (float)value));
        });

    [Fact]
    public void Read_ChangedFiles_ThrowNothingButTheTypedException() =>
        Gen.Select(_shapes, Gen.Enum<NpyType>(), Gen.Select(Gen.Int[0, 400], Gen.Byte).Array[1, 8], Gen.Int[-300, 20]).Sample((shape, type, changes, cut) =>
        {
            byte[] file = NpyWriter.Write(type, shape, new float[Product(shape)]);
            foreach ((int place, byte value) in changes)
            {
                file[place % file.Length] = value;
            }

            Array.Resize(ref file, Math.Max(0, file.Length + Math.Min(0, cut)));
            ReadsOrRefuses(file);
        });

    [Fact]
    public void Read_RandomTexts_ThrowNothingButTheTypedException()
    {
        string[] words =
        [
            "{", "}", "(", ")", "'", "\"", ":", ",", " ", "'descr'", "'shape'", "'fortran_order'", "True", "False", "'<f4'", "'>f8'", "'|O'", "0", "1", "2147483647",
            "99999999999999999999", "-1", "[", "\n", "\\", "None", "é",
        ];
        Gen.Int[0, words.Length - 1].Select(word => words[word]).Array[0, 40].Sample(text => ReadsOrRefuses(Npy.FileWithText(string.Concat(text), new byte[16])));
    }

    [Fact]
    public void Read_RandomBytes_ThrowNothingButTheTypedException() => Gen.Byte.Array[0, 200].Sample(ReadsOrRefuses);

    [Fact]
    public void ReadZip_ChangedFiles_ThrowNothingButTheTypedException() =>
        Gen.Select(Gen.Int[0, 2000], Gen.Byte).Array[1, 6].Sample(changes =>
        {
            byte[] file = Convert.FromBase64String(NpzFileTests.Compressed);
            foreach ((int place, byte value) in changes)
            {
                file[place % file.Length] = value;
            }

            try
            {
                _ = NpzFile.Read(new MemoryStream(file), 1 << 20);
            }
            catch (NpyException)
            {
                // As promised.
            }
        });

    /// <summary>What a file makes the reader allocate stands in proportion to the file.</summary>
    private static void ReadsOrRefuses(byte[] file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            // Elements of one byte become four.
            _ = new NpyArray(file).ToSingles();
        }
        catch (NpyException)
        {
            // As promised.
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (8 * file.Length) + Slack);
    }

    private static int Product(ImmutableArray<int> shape) => shape.Aggregate(1, (product, size) => product * size);
}
