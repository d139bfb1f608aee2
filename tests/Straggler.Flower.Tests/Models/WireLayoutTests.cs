using Straggler.Arrays;
using Straggler.Federation;
using Straggler.Flower.Models;
using Straggler.Flower.Tests.Support;
using Straggler.Tests.Arrays;

namespace Straggler.Flower.Tests.Models;

public sealed class WireLayoutTests
{
    /// <summary>
    /// list(torch.nn.Sequential(Conv2d(1, 1, 1, bias=False), BatchNorm2d(1), Linear(1, 1)).state_dict()) is
    /// 0.weight, 1.weight, 1.bias, 1.running_mean, 1.running_var, 1.num_batches_tracked, 2.weight, 2.bias.
    /// </summary>
    private static readonly ParameterLayout _normed = new(
        [
            new("0.weight", [1, 1, 1, 1], ParameterKind.Parameter, 0),
            new("1.weight", [1], ParameterKind.Parameter, 1),
            new("1.bias", [1], ParameterKind.Parameter, 2),
            new("2.weight", [1, 1], ParameterKind.Parameter, 3),
            new("2.bias", [1], ParameterKind.Parameter, 4),
            new("1.running_mean", [1], ParameterKind.Buffer, 5),
            new("1.running_var", [1], ParameterKind.Buffer, 6, NonNegative: true),
        ],
        ["1.num_batches_tracked"]);

    [Fact]
    public void Of_BatchNorm_TravelsInStateDictOrder()
    {
        WireLayout layout = WireLayout.Of(_normed);

        Assert.Equal(
            ["0.weight", "1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked", "2.weight", "2.bias"],
            layout.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([0, 1, 2, 5, 6, null, 3, 4], layout.Tensors.Select(tensor => tensor.Offset));
    }

    /// <summary>
    /// Seven elements as singles and a counter of 8 bytes, or all of them as doubles, each in a file whose header NumPy fills up to 128 bytes: so
    /// many small arrays take far more than their elements.
    /// </summary>
    [Fact]
    public void ByteCount_BatchNorm_CountsHeadersToo()
    {
        WireLayout layout = WireLayout.Of(_normed);

        Assert.Equal((7 * 4) + 8 + (8 * 128), layout.ByteCount);
        Assert.Equal(layout.ByteCount, layout.Write(new float[7]).ByteCount);
        Assert.Equal((8 * 8) + (8 * 128), layout.LargestByteCount);
    }

    /// <summary>Seven elements and a counter; singles are sent, and what comes in doubles takes twice that.</summary>
    [Fact]
    public void ElementBytes_BatchNorm_CountsWhatHasAPlace() => Assert.Equal(7 * 4, WireLayout.Of(_normed).ElementBytes);

    [Fact]
    public void Read_OtherTypes_CountsTheBytesThatCame()
    {
        WireModel model = new(Example.Tensors(Npy.File("<f8", "(2, 2)", new byte[32]), Npy.File("<f2", "(2,)", new byte[4])));

        Assert.Equal(32 + 4, Example.Layout.Read(model, new float[6]));
        Assert.Equal(24, Example.Layout.Read(Example.Model, new float[6]));
    }

    [Fact]
    public void ElementBytes_ForeignArrays_AreOfTheTypesInWhichTheyAreSent() => Assert.Equal(
        (3 * 8) + 4, WireLayout.Of([new(Npy.File("<f8", "(3,)", new byte[24])), new(Npy.File("<i4", "()", new byte[4]))]).ElementBytes);

    [Fact]
    public void Write_BatchNorm_GivesPlaceAndTypeToEach()
    {
        NpyArray[] arrays = [.. WireLayout.Of(_normed).Write([10, 11, 12, 13, 14, 15, 16]).Files.Select(file => new NpyArray(file))];

        Assert.Equal([10, 11, 12, 15, 16, 0, 13, 14], arrays.Select(array => array.ToSingles().Single()));
        Assert.Equal(
            [NpyType.F4, NpyType.F4, NpyType.F4, NpyType.F4, NpyType.F4, NpyType.I8, NpyType.F4, NpyType.F4],
            arrays.Select(array => array.Header.Type));
        Assert.Empty(arrays[5].Header.Shape);
    }

    [Fact]
    public void Read_OwnModel_GivesItBack()
    {
        WireLayout layout = WireLayout.Of(_normed);
        float[] values = new float[7];

        layout.Read(layout.Write([10, 11, 12, 13, 14, 15, 16]), values);

        Assert.Equal([10, 11, 12, 13, 14, 15, 16], values);
    }

    /// <summary>Averages of counters are floats.</summary>
    [Fact]
    public void Read_CounterOfAnyType_IsPassedOver()
    {
        byte[][] files = [.. WireLayout.Of(_normed).Write([10, 11, 12, 13, 14, 15, 16]).Files.Select(file => file.ToArray())];
        files[5] = Npy.File("<f8", "()", BitConverter.GetBytes(3.5));
        float[] values = new float[7];

        WireLayout.Of(_normed).Read(new(Example.Tensors(files)), values);

        Assert.Equal([10, 11, 12, 13, 14, 15, 16], values);
    }

    [Fact]
    public void Of_ForeignArrays_PutsIntegersBehindFloatsAndSendsThemAsTheyCame()
    {
        NpyArray[] arrays =
        [
            new(Npy.File("<f8", "(2,)", [.. BitConverter.GetBytes(0.5), .. BitConverter.GetBytes(0.25)])),
            new(Npy.File("<i8", "()", BitConverter.GetBytes(7L))),
            new(Npy.File("<f2", "(1, 1)", BitConverter.GetBytes((Half)3))),
        ];
        WireLayout layout = WireLayout.Of(arrays);
        float[] values = new float[4];
        WireModel model = new(Example.Tensors([.. arrays.Select((_, index) => File(arrays, index))]));

        layout.Read(model, values);
        NpyArray[] sent = [.. layout.Write(values).Files.Select(file => new NpyArray(file))];

        Assert.Equal([0.5f, 0.25f, 3, 7], values);
        Assert.Equal((4, 3), (layout.Parameters.Length, layout.Parameters.TrainableLength));
        Assert.Equal([NpyType.F8, NpyType.I8, NpyType.F2], sent.Select(array => array.Header.Type));
        Assert.Equal([7], sent[1].ToSingles());
    }

    private static byte[] File(NpyArray[] arrays, int index) =>
        NpyWriter.Write(arrays[index].Header.Type, arrays[index].Header.Shape, arrays[index].ToSingles());
}
