using Straggler.Federation;
using Straggler.Torch.Datasets;
using Straggler.Torch.Models;
using Straggler.Torch.Training;
using Straggler.Training;
using static TorchSharp.torch;

namespace Straggler.Torch.Tests.Training;

/// <summary>Compares local training with a plain twin: ordinary parameters, torch.optim, libtorch's default memory layout.</summary>
public sealed class LocalTrainingTests
{
    private static readonly LocalTrainingOptions _small = new() { BatchSize = 5, Epochs = 2, LearningRate = 0.02 };

    public static TheoryData<string, LocalTrainingOptions, double> Recipes => new()
    {
        { "plain", _small, 0 },
        { "momentum", _small with { Momentum = 0.9 }, 0 },
        { "nesterov and weight decay", _small with { Momentum = 0.9, Nesterov = true, WeightDecay = 0.01 }, 0 },
        { "weight decay", _small with { WeightDecay = 0.1 }, 0 },
        { "adam", _small with { Optimizer = LocalOptimizer.Adam, LearningRate = 0.002 }, 0 },
        { "adam and weight decay", _small with { Optimizer = LocalOptimizer.Adam, LearningRate = 0.002, WeightDecay = 0.1 }, 0 },
        { "clipping", _small with { ClipNorm = 0.5 }, 0 },
        { "proximal term", _small, 2 },
        { "proximal term, clipping, momentum, weight decay", _small with { ClipNorm = 1, Momentum = 0.5, WeightDecay = 0.01 }, 2 },
        { "steps", _small with { Steps = 4 }, 0 },
        { "one whole batch", _small with { BatchSize = 1000 }, 0 },
    };

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Train_AnyRecipe_MatchesPlainTwin(string recipe, LocalTrainingOptions training, double proximal)
    {
        Assert.NotEmpty(recipe);
        using TorchProblem problem = TestProblem.Create("cnn", training);
        using nn.Module<Tensor, Tensor> plain = nn.Sequential(
            ("conv1", nn.Conv2d(1, 32, 3, padding: 1)), ("a", nn.ReLU()), ("b", nn.MaxPool2d(2)),
            ("conv2", nn.Conv2d(32, 64, 3, padding: 1)), ("c", nn.ReLU()), ("d", nn.MaxPool2d(2)),
            ("e", nn.Flatten()), ("fc1", nn.Linear(3136, 128)), ("f", nn.ReLU()), ("fc2", nn.Linear(128, TestProblem.Classes)));

        AssertMatches(problem, plain, proximal);
    }

    [Fact]
    public void Train_Mlp_MatchesPlainTwin()
    {
        using TorchProblem problem = TestProblem.Create("mlp", _small, dataset: TestProblem.Dataset(new(3, 8, 10)));
        using nn.Module<Tensor, Tensor> plain = nn.Sequential(
            ("a", nn.Flatten()), ("fc1", nn.Linear(240, 200)), ("b", nn.ReLU()), ("fc2", nn.Linear(200, 200)), ("c", nn.ReLU()),
            ("fc3", nn.Linear(200, TestProblem.Classes)));

        AssertMatches(problem, plain);
    }

    [Fact]
    public void Train_Logistic_MatchesPlainTwin()
    {
        using TorchProblem problem = TestProblem.Create("logistic", _small, dataset: TestProblem.Dataset(new(3, 8, 10)));
        using nn.Module<Tensor, Tensor> plain = nn.Sequential(("a", nn.Flatten()), ("linear", nn.Linear(240, TestProblem.Classes)));

        AssertMatches(problem, plain);
    }

    /// <summary>Their structure is checked against torchvision; here the same module runs with ordinary parameters and layout.</summary>
    public static TheoryData<string, object, int> Networks => new()
    {
        { "cnn", new CnnOptions { Norm = CnnNorm.Batch }, 3 },
        { "cnn", new CnnOptions { Norm = CnnNorm.Group }, 1 },
        { "resnet18", new ResNetOptions { Stem = Stem.Small, Norm = Norm.Group }, 3 },
        { "resnet18", new ResNetOptions { Stem = Stem.Small }, 3 },
        { "resnet_small", new SmallResNetOptions(), 1 },
        { "resnet_small", new SmallResNetOptions { Blocks = 2, Norm = Norm.Group }, 3 },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Train_Network_MatchesItselfWithPlainParameters(string model, object options, int channels)
    {
        ImageDataset dataset = TestProblem.Dataset(new(channels, 16, 16));
        LocalTrainingOptions recipe = new() { BatchSize = 4, LearningRate = 0.0001, Momentum = 0.9 };
        using TorchProblem problem = TestProblem.Create(model, recipe, options, dataset);
        using FederatedModule plain = (TorchBuiltIns.Models.Choose(model) with { Options = options }).Create()(dataset.Shape, TestProblem.Classes);

        AssertMatches(problem, plain);
    }

    private static void AssertMatches(TorchProblem problem, nn.Module<Tensor, Tensor> plain, double proximal = 0)
    {
        float[] dispatched = TestProblem.Initial(problem);
        float[] canonical = new float[dispatched.Length], actual = new float[dispatched.Length];
        problem.ToCanonical(dispatched, canonical);
        (float[] expected, double meanLoss, int steps, double drop) = PlainTwin.Train(problem, plain, canonical, client: 1, proximal);

        using IClientLearner learner = problem.CreateLearner();
        (float[] local, LocalOutcome outcome) = TestProblem.Train(problem, learner, dispatched, proximal: proximal);
        problem.ToCanonical(local, actual);

        Assert.Equal(steps, outcome.GradientSteps);
        Assert.Equal(meanLoss, outcome.MeanLoss, 1e-4);
        Assert.Equal(drop, outcome.LossDrop, 1e-3);
        Assert.NotEqual(canonical, actual);
        foreach (ParameterPart part in problem.Layout.Parts)
        {
            double moved = Distance(part, expected, canonical), apart = Distance(part, expected, actual);
            Assert.True(apart <= (2e-3 * moved) + 1e-6, $"{part.Name}: {apart} apart after moving {moved}");
        }
    }

    private static double Distance(ParameterPart part, float[] left, float[] right) =>
        Math.Sqrt(Enumerable.Range(part.Offset, part.Length).Sum(index => Math.Pow((double)left[index] - right[index], 2)));
}
