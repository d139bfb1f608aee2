using Straggler.Federation;
using Straggler.Torch.Datasets;
using Straggler.Torch.Training;
using Straggler.Training;
using static TorchSharp.torch;

namespace Straggler.Torch.Tests.Training;

public sealed class TorchLearnerTests
{
    [Theory]
    [InlineData("cnn")]
    [InlineData("squeezenet")]
    [InlineData("resnet_small")]
    public void Train_OtherLearnerOtherThreadOtherHistory_GivesSameBits(string model)
    {
        using TorchProblem problem = TestProblem.Create(model, dataset: TestProblem.Dataset(new(3, 28, 28), augment: true));
        float[] dispatched = TestProblem.Initial(problem);
        using IClientLearner first = problem.CreateLearner();
        (float[] expected, LocalOutcome outcome) = TestProblem.Train(problem, first, dispatched);

        float[] actual = [];
        LocalOutcome other = default;
        Thread thread = new(() =>
        {
            using IClientLearner second = problem.CreateLearner();
            TestProblem.Train(problem, second, expected, client: 2, occurrence: 5, proximal: 1);
            second.Evaluate(expected, 0, new int[7]);
            (actual, other) = TestProblem.Train(problem, second, dispatched);
        });
        thread.Start();
        thread.Join();

        Assert.Equal(expected, actual);
        Assert.Equal(outcome, other);
    }

    [Fact]
    public void Train_ThreadsInsideOperators_DecideTheBitsWhoeverUsedTheThreadBefore()
    {
        using TorchProblem one = TestProblem.Create("cnn"), two = TestProblem.Create("cnn", operatorThreads: 2);
        float[] dispatched = TestProblem.Initial(one);
        using IClientLearner single = one.CreateLearner(), twin = two.CreateLearner(), otherTwin = two.CreateLearner();
        float[] expected = TestProblem.Train(one, single, dispatched).Item1;
        float[] split = TestProblem.Train(two, twin, dispatched).Item1;

        Assert.Equal(expected, TestProblem.Train(one, single, dispatched).Item1);
        Assert.Equal(split, TestProblem.Train(two, otherTwin, dispatched).Item1);

        // The same sums in another order: close, whether or not the last bits agree on this processor.
        Assert.Equal(0, FlatVector.Distance(expected, split) / FlatVector.Distance(expected, dispatched), 1e-4);
    }

    [Theory]
    [InlineData("cnn")]
    [InlineData("squeezenet")]
    [InlineData("resnet_small")]
    public void Train_WhileGarbageIsCollected_GivesSameBits(string model)
    {
        // TorchSharp's scalars can be freed while libtorch reads them (docs/decisions/0007): the training path must not depend on them.
        LocalTrainingOptions recipe = new() { BatchSize = 5, Epochs = 8, Momentum = 0.9, WeightDecay = 0.01, ClipNorm = 1, LearningRate = 0.01 };
        using TorchProblem problem = TestProblem.Create(model, recipe, dataset: TestProblem.Dataset(new(3, 28, 28), augment: true));
        float[] dispatched = TestProblem.Initial(problem);
        using IClientLearner learner = problem.CreateLearner();
        (float[] expected, LocalOutcome outcome) = TestProblem.Train(problem, learner, dispatched, proximal: 0.1);

        using CancellationTokenSource done = new();
        Thread collector = new(() =>
        {
            while (!done.IsCancellationRequested)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        (float[] actual, LocalOutcome other) = TestProblem.Train(problem, learner, dispatched, proximal: 0.1);
        done.Cancel();
        collector.Join();

        Assert.Equal(expected, actual);
        Assert.Equal(outcome, other);
    }

    [Fact]
    public void Train_OtherOccurrence_SeesOtherBatches()
    {
        using TorchProblem problem = TestProblem.Create("logistic");
        float[] dispatched = TestProblem.Initial(problem);
        using IClientLearner learner = problem.CreateLearner();

        Assert.NotEqual(
            TestProblem.Train(problem, learner, dispatched, occurrence: 0).Local,
            TestProblem.Train(problem, learner, dispatched, occurrence: 1).Local);
    }

    [Fact]
    public void Train_ProximalTermAlone_PullsBackByHand()
    {
        // One sample, two steps of logistic regression with rate η and coefficient ρ. With g_k the loss gradient at w_k:
        // w_1 = w_0 − ηg_0 (the term is flat at w_0), w_2 = w_1 − ηg_1 − ηρ(w_1 − w_0). Without the term w_2' = w_1 − ηg_1.
        // So w_2' − w_2 = ηρ(w_1 − w_0).
        const double Rate = 0.01, Rho = 3;
        ClientShard[] clients = [new([4], [])];
        TorchProblem Problem(int steps) => TestProblem.Create(
            "logistic", new() { BatchSize = 1, LearningRate = Rate, Steps = steps }, clients: clients);
        using TorchProblem one = Problem(1), two = Problem(2);
        using IClientLearner oneStep = one.CreateLearner(), twoSteps = two.CreateLearner();
        float[] w0 = TestProblem.Initial(one);
        float[] w1 = TestProblem.Train(one, oneStep, w0, client: 0, proximal: Rho).Local;
        float[] w2 = TestProblem.Train(two, twoSteps, w0, client: 0, proximal: Rho).Local;
        float[] without = TestProblem.Train(two, twoSteps, w0, client: 0).Local;

        for (int index = 0; index < w0.Length; index++)
        {
            Assert.Equal(Rate * Rho * (w1[index] - w0[index]), without[index] - w2[index], 1e-6);
        }
    }

    [Fact]
    public void Train_BatchNorm_BuffersTravel()
    {
        using TorchProblem problem = TestProblem.Create("resnet_small");
        float[] dispatched = TestProblem.Initial(problem);
        using IClientLearner learner = problem.CreateLearner();

        float[] local = TestProblem.Train(problem, learner, dispatched).Local;
        float[] evaluated = [.. local];
        learner.Evaluate(local, 0, new int[10]);

        ParameterPart[] buffers = [.. problem.Layout.Parts.Where(part => part.Kind == ParameterKind.Buffer)];
        Assert.All(buffers, part => Assert.False(Slice(dispatched, part).SequenceEqual(Slice(local, part)), part.Name));
        Assert.All(buffers.Where(part => part.NonNegative), part => Assert.All(Slice(local, part), value => Assert.True(value >= 0)));
        Assert.Equal(evaluated, local);

        // A changed running mean changes the evaluation: it is really used.
        double before = learner.Evaluate(local, 0, new int[10]);
        local[buffers[0].Offset] += 5;
        Assert.NotEqual(before, learner.Evaluate(local, 0, new int[10]));

        static float[] Slice(float[] vector, ParameterPart part) => vector[part.Offset..(part.Offset + part.Length)];
    }

    [Fact]
    public void Train_ClientWithoutEnoughSamples_MakesNoStep()
    {
        ClientShard[] clients = [new([], []), new([3], [])];
        using TorchProblem problem = TestProblem.Create("resnet_small", clients: clients);
        float[] dispatched = TestProblem.Initial(problem);
        using IClientLearner learner = problem.CreateLearner();

        for (int client = 0; client < clients.Length; client++)
        {
            (float[] local, LocalOutcome outcome) = TestProblem.Train(problem, learner, dispatched, client);

            Assert.Equal(dispatched, local);
            Assert.Equal(0, outcome.GradientSteps);
            Assert.True(double.IsNaN(outcome.MeanLoss));
        }
    }

    [Fact]
    public void Train_Cancelled_Stops()
    {
        using TorchProblem problem = TestProblem.Create("logistic");
        float[] dispatched = TestProblem.Initial(problem);
        using IClientLearner learner = problem.CreateLearner();

        Assert.Throws<OperationCanceledException>(
            () => learner.Train(new(0, 0, ClientAlgorithm.Plain), dispatched, new float[dispatched.Length], new CancellationToken(canceled: true)));
    }

    [Theory]
    [InlineData("cnn")]
    [InlineData("squeezenet")]
    [InlineData("resnet_small")]
    public void TrainAndEvaluate_ManyTimes_LeavesNoTensors(string model)
    {
        LocalTrainingOptions recipe = new() { BatchSize = 8, Momentum = 0.9, ClipNorm = 1, WeightDecay = 0.1 };
        using TorchProblem problem = TestProblem.Create(model, recipe, dataset: TestProblem.Dataset(new(3, 28, 28), augment: true));
        float[] parameters = TestProblem.Initial(problem);
        using IClientLearner learner = problem.CreateLearner();
        void Work(int occurrence)
        {
            TestProblem.Train(problem, learner, parameters, occurrence % 3, occurrence, proximal: 0.1);
            learner.Evaluate(parameters, 0, new int[problem.TestLabels.Count]);
        }

        Work(0);
        long before = LiveTensors();
        for (int occurrence = 1; occurrence < 12; occurrence++)
        {
            Work(occurrence);
        }

        Assert.Equal(before, LiveTensors());
    }

    /// <summary>A tensor lost once in hundreds of updates would not show in a dozen.</summary>
    [Fact]
    public void TrainAndEvaluate_ThousandUpdates_LeaveNoTensors()
    {
        LocalTrainingOptions recipe = new() { BatchSize = 4, Steps = 1, Momentum = 0.9, ClipNorm = 1 };
        using TorchProblem problem = TestProblem.Create("cnn", recipe, dataset: TestProblem.Dataset(new(1, 28, 28)));
        float[] parameters = TestProblem.Initial(problem);
        using IClientLearner learner = problem.CreateLearner();
        int[] predictions = new int[problem.TestLabels.Count];
        long afterFirst = 0;
        for (int update = 0; update <= 1_000; update++)
        {
            parameters = TestProblem.Train(problem, learner, parameters, update % 3, update, proximal: 0.1 * (update % 2)).Local;
            learner.Evaluate(parameters, 0, predictions);
            afterFirst = update == 0 ? LiveTensors() : afterFirst;
        }

        Assert.Equal(afterFirst, LiveTensors());
    }

    [Fact]
    public void Dispose_LearnersAndProblem_LeaveNoTensors()
    {
        // TorchSharp counts a tensor that becomes a Parameter twice and takes one off, so even a bare module seems to leave some.
        long start = LiveTensors();
        TorchBuiltIns.Models.Choose("resnet_small").Create()(new ImageShape(1, 28, 28), TestProblem.Classes).Dispose();
        long bare = LiveTensors() - start;

        long before = LiveTensors();
        using (TorchProblem problem = TestProblem.Create("resnet_small", new() { Momentum = 0.9 }))
        {
            float[] parameters = TestProblem.Initial(problem);
            using IClientLearner learner = problem.CreateLearner();
            TestProblem.Train(problem, learner, parameters, proximal: 1);
        }

        const int ModulesMade = 3; // for the layout, for the initial weights, for the learner
        Assert.True(LiveTensors() - before <= ModulesMade * bare, $"{LiveTensors() - before} tensors left, {bare} per bare module");
    }

    [Fact]
    public void Evaluate_InSlices_AgreesWithWhole()
    {
        using TorchProblem problem = TestProblem.Create("cnn", dataset: TestProblem.Dataset(new(1, 28, 28), testCount: 230));
        float[] parameters = TestProblem.Initial(problem);
        using IClientLearner learner = problem.CreateLearner();
        int[] whole = new int[230], sliced = new int[230];

        double loss = learner.Evaluate(parameters, 0, whole);
        double sum = learner.Evaluate(parameters, 0, sliced.AsSpan(0, 101)) + learner.Evaluate(parameters, 101, sliced.AsSpan(101));

        Assert.Equal(whole, sliced);
        Assert.Equal(loss, sum, 1e-3);
    }

    [Fact]
    public void Train_OneBatchAgain_Learns()
    {
        using TorchProblem problem = TestProblem.Create("cnn", new() { BatchSize = 13, Epochs = 20, LearningRate = 0.05 });
        float[] parameters = TestProblem.Initial(problem);
        using IClientLearner learner = problem.CreateLearner();

        double untrained = learner.Evaluate(parameters, 0, new int[23]) / 23;
        double trained = learner.Evaluate(TestProblem.Train(problem, learner, parameters).Local, 0, new int[23]) / 23;

        Assert.Equal(Math.Log(TestProblem.Classes), untrained, 0.2); // an untrained model guesses
        Assert.True(trained < untrained / 2, $"loss fell only from {untrained} to {trained}");
    }

    /// <summary>Tensors alive, after the garbage of earlier tests is gone.</summary>
    private static long LiveTensors()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
