using Straggler.Simulation;
using Straggler.Torch.Training;
using Straggler.Training;
using static TorchSharp.torch;

namespace Straggler.Torch.Tests.Training;

/// <summary>What a strategy asks of a client, in the real learner beside a plain twin that adds it to ordinary gradients.</summary>
public sealed class ClientAlgorithmTests
{
    private static readonly LocalTrainingOptions _small = new() { BatchSize = 5, LearningRate = 0.02 };

    public static TheoryData<string, LocalTrainingOptions, ClientAlgorithm, bool> Algorithms => new()
    {
        { "correction", _small, new(), true },
        { "correction, momentum, weight decay", _small with { Momentum = 0.9, WeightDecay = 0.01 }, new(), true },
        { "correction with adam", _small with { Optimizer = LocalOptimizer.Adam, LearningRate = 0.002 }, new(), true },
        { "correction and clipping", _small with { ClipNorm = 1 }, new(), true },
        { "proximal term and correction", _small with { Epochs = 2 }, new() { ProximalCoefficient = 3 }, true },
        { "learning rate", _small, new() { LearningRateScale = 0.3 }, false },
        { "learning rate with adam", _small with { Optimizer = LocalOptimizer.Adam }, new() { LearningRateScale = 0.1 }, false },
        { "fewer steps", _small with { Epochs = 4 }, new() { Steps = 2 }, false },
        { "more steps than the recipe's", _small, new() { Steps = 11 }, false },
        { "steps instead of the recipe's steps", _small with { Steps = 7 }, new() { Steps = 4 }, false },
        { "all of it", _small with { Momentum = 0.5 }, new() { ProximalCoefficient = 1, LearningRateScale = 0.5, Steps = 6 }, true },
    };

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Train_AnyAlgorithm_MatchesPlainTwin(string name, LocalTrainingOptions recipe, ClientAlgorithm algorithm, bool corrected)
    {
        Assert.NotEmpty(name);
        using TorchProblem problem = TestProblem.Create("cnn", recipe);
        using nn.Module<Tensor, Tensor> plain = nn.Sequential(
            ("conv1", nn.Conv2d(1, 32, 3, padding: 1)), ("a", nn.ReLU()), ("b", nn.MaxPool2d(2)),
            ("conv2", nn.Conv2d(32, 64, 3, padding: 1)), ("c", nn.ReLU()), ("d", nn.MaxPool2d(2)),
            ("e", nn.Flatten()), ("fc1", nn.Linear(3136, 128)), ("f", nn.ReLU()), ("fc2", nn.Linear(128, TestProblem.Classes)));
        float[] dispatched = TestProblem.Initial(problem), canonical = Canonical(problem, dispatched);
        float[]? correction = corrected ? Noise(problem.Layout.TrainableLength) : null;
        (float[] expected, _, int steps, _) = PlainTwin.Train(
            problem, plain, canonical, client: 1, algorithm.ProximalCoefficient,
            correction is null ? null : Canonical(problem, correction), algorithm.LearningRateScale, algorithm.Steps);

        using IClientLearner learner = problem.CreateLearner();
        (float[] local, LocalOutcome outcome) = TestProblem.Train(learner, dispatched, new(1, 0, algorithm with { Correction = correction }));

        Assert.Equal(steps, outcome.GradientSteps);
        float[] actual = Canonical(problem, local);
        double moved = Distance(expected, canonical), apart = Distance(expected, actual);
        Assert.True(apart <= 2e-3 * moved, $"{apart} apart after moving {moved}");
    }

    [Fact]
    public void Train_ScaffoldCorrection_IsAppliedAtEveryStepNotOnce()
    {
        // One sample and a correction that undoes the gradient at x: no step moves. Applied once afterwards, the steps would have.
        LocalTrainingOptions recipe = new() { BatchSize = 1, Steps = 5, LearningRate = 0.02 };
        using TorchProblem problem = TestProblem.Create("logistic", recipe, clients: [new([3], [])]);
        float[] dispatched = TestProblem.Initial(problem);
        using IClientLearner learner = problem.CreateLearner();

        (float[] local, _) = TestProblem.Train(learner, dispatched, new(0, 0, new() { Steps = 1 }));
        float[] correction = [.. local.Zip(dispatched, (w, x) => (w - x) / 0.02f)];
        (float[] held, _) = TestProblem.Train(learner, dispatched, new(0, 0, new() { Correction = correction }));

        Assert.True(Distance(held, dispatched) < 1e-3 * Distance(local, dispatched));
    }

    private static float[] Canonical(TorchProblem problem, float[] stored)
    {
        float[] canonical = new float[stored.Length];
        problem.ToCanonical(stored, canonical);
        return canonical;
    }

    private static float[] Noise(int length)
    {
        RandomStream random = new RandomStreams(5).Open(new("test.correction"));
        float[] noise = new float[length];
        for (int i = 0; i < length; i++)
        {
            noise[i] = 0.02f * (float)(random.NextDouble() - 0.5);
        }

        return noise;
    }

    private static double Distance(float[] left, float[] right) =>
        Math.Sqrt(left.Zip(right, (a, b) => Math.Pow((double)a - b, 2)).Sum());
}
