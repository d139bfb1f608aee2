using Straggler.Federation;
using Straggler.Torch.Tests.Training;
using Straggler.Torch.Training;
using TorchSharp;

namespace Straggler.Torch.Tests.Models;

public sealed class InitialWeightsTests
{
    [Theory]
    [InlineData("cnn")]
    [InlineData("squeezenet")]
    [InlineData("resnet_small")]
    public void Initialize_SameSeed_GivesSameBitsWhateverTheGlobalGeneratorDid(string model)
    {
        using TorchProblem problem = TestProblem.Create(model);
        float[] first = TestProblem.Initial(problem);
        torch.manual_seed(123);

        Assert.Equal(first, TestProblem.Initial(problem));
    }

    [Fact]
    public void Initialize_Cnn_FollowsPyTorchsDefault()
    {
        // Uniform within ±1/√fan_in: mean 0, deviation bound/√3.
        using TorchProblem problem = TestProblem.Create("cnn");
        AssertUniform(Values(problem, "conv2.weight"), 1 / Math.Sqrt(32 * 9));
        AssertUniform(Values(problem, "fc1.weight"), 1 / Math.Sqrt(3136));
        AssertUniform(Values(problem, "fc1.bias"), 1 / Math.Sqrt(3136));
    }

    [Fact]
    public void Initialize_SqueezeNet_FollowsTorchvision()
    {
        using TorchProblem problem = TestProblem.Create("squeezenet");
        AssertUniform(Values(problem, "features.3.expand3x3.weight"), Math.Sqrt(6.0 / (16 * 9)));
        AssertNormal(Values(problem, "classifier.1.weight"), 0.01);
        Assert.All(Values(problem, "features.0.bias"), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Initialize_ResNet_FollowsTorchvision()
    {
        using TorchProblem problem = TestProblem.Create("resnet_small");
        AssertNormal(Values(problem, "layer2.0.conv1.weight"), Math.Sqrt(2.0 / (32 * 9))); // fan-out: 32 channels of 3×3
        AssertUniform(Values(problem, "fc.weight"), 1 / Math.Sqrt(64));
        Assert.All(Values(problem, "bn1.weight"), value => Assert.Equal(1, value));
        Assert.All(Values(problem, "bn1.bias"), value => Assert.Equal(0, value));
        Assert.All(Values(problem, "bn1.running_mean"), value => Assert.Equal(0, value));
        Assert.All(Values(problem, "bn1.running_var"), value => Assert.Equal(1, value));
    }

    private static double[] Values(TorchProblem problem, string name)
    {
        ParameterPart part = problem.Layout.Parts.Single(part => part.Name == name);
        return [.. TestProblem.Initial(problem).AsSpan(part.Offset, part.Length).ToArray().Select(value => (double)value)];
    }

    private static void AssertUniform(double[] values, double bound)
    {
        Assert.All(values, value => Assert.InRange(value, -bound, bound));
        AssertMoments(values, bound / Math.Sqrt(3));
    }

    private static void AssertNormal(double[] values, double deviation)
    {
        Assert.Contains(values, value => Math.Abs(value) > 2 * deviation); // a uniform draw never goes beyond √3
        AssertMoments(values, deviation);
    }

    /// <summary>Within five standard errors of mean 0 and the deviation.</summary>
    private static void AssertMoments(double[] values, double deviation)
    {
        double error = deviation / Math.Sqrt(values.Length);
        Assert.InRange(values.Average(), -5 * error, 5 * error);
        Assert.InRange(Math.Sqrt(values.Average(value => value * value)), deviation - (5 * error), deviation + (5 * error));
    }
}
