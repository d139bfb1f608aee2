using Straggler.Torch.Datasets;
using Straggler.Torch.Models;
using Straggler.Torch.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Straggler.Torch.Tests.Models;

public sealed class ModelShapeTests
{
    public static TheoryData<string, object, int> Smallest => new()
    {
        { "cnn", new CnnOptions(), 4 },
        { "squeezenet", new SqueezeNetOptions(), 17 },
        { "squeezenet", new SqueezeNetOptions { Stem = Stem.Small }, 8 },
    };

    [Theory]
    [MemberData(nameof(Smallest))]
    public void Create_SmallestImages_WorkAndSmallerOnesAreRefused(string model, object options, int side)
    {
        ModelFactory factory = (TorchBuiltIns.Models.Choose(model) with { Options = options }).Create();
        using DisposeScope scope = NewDisposeScope();
        using FederatedModule module = factory(new ImageShape(1, side, side), 3);

        Assert.Equal([2, 3], module.ForwardWithoutTraining(zeros(2, 1, side, side)).shape);
        ModelShapeException error = Assert.Throws<ModelShapeException>(() => factory(new ImageShape(1, side - 1, side), 3));
        Assert.Contains($"{side}x{side}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resnet18", 28)]
    [InlineData("resnet18", 1)]
    [InlineData("squeezenet", 28)]
    [InlineData("squeezenet", 32)]
    [InlineData("resnet_small", 28)]
    public void Create_UsualImages_GiveAScorePerClass(string model, int side)
    {
        using DisposeScope scope = NewDisposeScope();
        using FederatedModule module = TorchBuiltIns.Models.Choose(model).Create()(new ImageShape(1, side, side), 7);

        Assert.Equal([2, 7], module.ForwardWithoutTraining(zeros(2, 1, side, side)).shape);
    }

    [Fact]
    public void Create_ModelOnTheWrongKindOfData_SaysWhichWorks()
    {
        Assert.Equal(
            "model \"cnn\" works on images, and the data set holds sequences of 80 characters. char_gru works on text, the other models on images.",
            Assert.Throws<ModelShapeException>(() => TorchBuiltIns.Models.Choose("cnn").Create()(new SequenceShape(66, 80), 66)).Message);
        Assert.Contains(
            "images of 3x32x32",
            Assert.Throws<ModelShapeException>(() => TorchBuiltIns.Models.Choose("char_gru").Create()(new ImageShape(3, 32, 32), 10)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Problem_BatchNormWithBatchesOfOne_IsRefused()
    {
        ModelShapeException error = Assert.Throws<ModelShapeException>(() => TestProblem.Create("resnet_small", new() { BatchSize = 1 }));

        Assert.Contains("norm: group", error.Message, StringComparison.Ordinal);
    }
}

internal static class ModuleExtensions
{
    public static Tensor ForwardWithoutTraining(this FederatedModule module, Tensor input)
    {
        module.eval();
        return module.forward(input);
    }
}
