using System.Buffers.Binary;
using System.Text;
using Straggler.Federation;

namespace Straggler.Tests.Federation;

public sealed class SafeTensorsComparisonTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("straggler-tensors-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Compare_SomeElements_CountsThemByTensor()
    {
        string left = Write("left", ("a", "F32", [2, 2], Floats(1, 2, 3, float.NaN)), ("b", "F32", [1], Floats(5)));
        string right = Write("right", ("a", "F32", [2, 2], Floats(1, 2.5f, 2, float.NaN)), ("b", "F32", [1], Floats(5)));

        TensorDifference difference = Assert.Single(SafeTensorsComparison.Compare(left, right));

        // 2 against 2.5 and 3 against 2; NaN stands in both.
        Assert.Equal(new("a", "F32 [2, 2]", "F32 [2, 2]", 4, 2, 1.0), difference);
    }

    [Fact]
    public void Compare_NaNInOne_IsInfinitelyFar()
    {
        string left = Write("left", ("a", "F32", [2], Floats(1, 2)));
        string right = Write("right", ("a", "F32", [2], Floats(1, float.NaN)));

        Assert.Equal((1L, double.PositiveInfinity), Counts(SafeTensorsComparison.Compare(left, right, tolerance: 1)[0]));
    }

    [Fact]
    public void Compare_Tolerance_IsRelativeAboveOne()
    {
        string left = Write("left", ("a", "F32", [2], Floats(0.25f, 100)));
        string right = Write("right", ("a", "F32", [2], Floats(0.375f, 101)));

        // 0.125 apart and 1 apart: 0.125 of 1, 0.0099 of 101.
        Assert.Equal((1L, 0.125), Counts(SafeTensorsComparison.Compare(left, right, tolerance: 0.01)[0]));
        Assert.Empty(SafeTensorsComparison.Compare(left, right, tolerance: 0.125));
    }

    [Fact]
    public void Compare_OtherShapeMissingTensorAndCounter_AreTold()
    {
        string left = Write("left", ("shape", "F32", [2], Floats(1, 2)), ("gone", "F32", [1], Floats(1)), ("count", "I64", [], BitConverter.GetBytes(3L)));
        string right = Write("right", ("shape", "F32", [1, 2], Floats(1, 2)), ("count", "I64", [], BitConverter.GetBytes(4L)), ("new", "F32", [1], Floats(1)));

        Assert.Equal(
            [
                new("shape", "F32 [2]", "F32 [1, 2]", 2, null, null),
                new("gone", "F32 [1]", null, 1, null, null),
                new("count", "I64 []", "I64 []", 1, 1, null),
                new("new", null, "F32 [1]", 1, null, null),
            ],
            SafeTensorsComparison.Compare(left, right));
    }

    [Fact]
    public void Compare_MoreThanOneChunk_FindsTheLastElement()
    {
        float[] values = [.. Enumerable.Range(0, 50_000).Select(value => (float)value)], changed = [.. values];
        changed[^1]++;
        string left = Write("left", ("a", "F32", [50_000], Floats(values))), right = Write("right", ("a", "F32", [50_000], Floats(changed)));

        Assert.Equal((1L, 1.0), Counts(Assert.Single(SafeTensorsComparison.Compare(left, right))));
    }

    private static (long?, double?) Counts(TensorDifference tensor) => (tensor.Differing, tensor.MaxDifference);

    private static byte[] Floats(params float[] values)
    {
        byte[] bytes = new byte[4 * values.Length];
        for (int place = 0; place < values.Length; place++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * place), values[place]);
        }

        return bytes;
    }

    /// <summary>Written by hand from the format's description.</summary>
    private string Write(string name, params (string Name, string Type, int[] Shape, byte[] Content)[] tensors)
    {
        int end = 0;
        string header = "{" + string.Join(',', tensors.Select(tensor =>
            $"\"{tensor.Name}\":{{\"dtype\":\"{tensor.Type}\",\"shape\":[{string.Join(',', tensor.Shape)}],\"data_offsets\":[{end},{end += tensor.Content.Length}]}}")) + "}";
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((ulong)header.Length), .. Encoding.UTF8.GetBytes(header), .. tensors.SelectMany(tensor => tensor.Content)]);
        return path;
    }
}
