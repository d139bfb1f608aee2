using Google.Protobuf;
using Straggler.Arrays;
using Straggler.Federation;
using Straggler.Flower.Models;
using Straggler.Flower.Wire;
using Straggler.Tests.Arrays;

namespace Straggler.Flower.Tests.Support;

/// <summary>A model of two arrays, 2x2 and 2.</summary>
internal static class Example
{
    public static Dictionary<string, Scalar> NoConfig { get; } = [];

    public static WireLayout Layout { get; } = WireLayout.Of(new ParameterLayout(
    [
        new("fc.weight", [2, 2], ParameterKind.Parameter, 0),
        new("fc.bias", [2], ParameterKind.Parameter, 4),
    ]));

    public static WireModel Model { get; } = Layout.Write([1, 2, 3, 4, 5, 6]);

    /// <summary>A model of these files.</summary>
    public static Tensors Tensors(params byte[][] files)
    {
        Tensors tensors = new() { Format = "numpy.ndarray" };
        tensors.Images.AddRange(files.Select(ByteString.CopyFrom));
        return tensors;
    }

    /// <summary>A proper answer to a training.</summary>
    public static ToServer Fitted() => new() { Fit = new() { Parameters = Model.Message, NumExamples = 3 } };

    /// <summary>A proper matrix.</summary>
    public static byte[] Matrix() => Npy.File("<f4", "(2, 2)", new byte[16]);

    /// <summary>A proper vector.</summary>
    public static byte[] Vector() => Npy.File("<f4", "(2,)", new byte[8]);
}
