using Straggler.Federation;
using Straggler.Torch.Models;
using Straggler.Torch.Tests.Training;
using Straggler.Torch.Training;
using Straggler.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Straggler.Torch.Tests.Models;

public sealed class CharGruTests
{
    private static readonly CharGruOptions _small = new() { Embedding = 3, Hidden = 5, Layers = 2 };

    [Fact]
    public void Forward_TwoLayers_FollowsTheCellsEquations()
    {
        // r = σ(W_ir x + b_ir + W_hr h + b_hr), z likewise, n = tanh(W_in x + b_in + r(W_hn h + b_hn)), h ← (1 − z)n + zh, from h = 0.
        using TorchProblem problem = Problem();
        float[] parameters = TestProblem.Initial(problem);
        using DisposeScope scope = NewDisposeScope();
        using FlatModel model = problem.CreateModel();
        parameters.CopyTo(model.Values);
        model.Module.eval();
        long[] tokens = [7, 40, 41, 12];
        double[][] inputs = [.. tokens.Select(token => Row("embedding.weight", (int)token, 3))];
        for (int layer = 0; layer < 2; layer++)
        {
            double[] hidden = new double[5];
            for (int position = 0; position < inputs.Length; position++)
            {
                double[] x = inputs[position], h = hidden;
                double[] Gate(int gate, bool ofState) => [.. Enumerable.Range(gate * 5, 5).Select(unit => ofState
                    ? Dot(Row($"gru.weight_hh_l{layer}", unit, 5), h) + Row($"gru.bias_hh_l{layer}", unit, 1)[0]
                    : Dot(Row($"gru.weight_ih_l{layer}", unit, x.Length), x) + Row($"gru.bias_ih_l{layer}", unit, 1)[0])];
                double[] ir = Gate(0, false), iz = Gate(1, false), input = Gate(2, false), hr = Gate(0, true), hz = Gate(1, true), state = Gate(2, true);
                hidden = [.. Enumerable.Range(0, 5).Select(unit =>
                {
                    double r = Sigmoid(ir[unit] + hr[unit]), z = Sigmoid(iz[unit] + hz[unit]), n = Math.Tanh(input[unit] + (r * state[unit]));
                    return ((1 - z) * n) + (z * h[unit]);
                })];
                inputs[position] = hidden;
            }
        }

        float[] scores = [.. model.Module.forward(tensor(tokens).reshape(1, 4)).data<float>()];

        Assert.Equal(4 * problem.ClassCount, scores.Length);
        for (int position = 0; position < 4; position++)
        {
            for (int label = 0; label < problem.ClassCount; label++)
            {
                double expected = Dot(Row("fc.weight", label, 5), inputs[position]) + Row("fc.bias", label, 1)[0];
                Assert.Equal(expected, scores[(position * problem.ClassCount) + label], 1e-5);
            }
        }

        double[] Row(string name, int row, int width)
        {
            ParameterPart part = problem.Layout.Parts.Single(part => part.Name == name);
            return [.. parameters.AsSpan(part.Offset + (row * width), width).ToArray().Select(value => (double)value)];
        }
    }

    [Fact]
    public void Layout_Names_ArePyTorchs()
    {
        using TorchProblem problem = Problem();
        Assert.Equal(
            [
                ("embedding.weight", "66x3"), ("gru.weight_ih_l0", "15x3"), ("gru.weight_hh_l0", "15x5"), ("gru.bias_ih_l0", "15"),
                ("gru.bias_hh_l0", "15"), ("gru.weight_ih_l1", "15x5"), ("gru.weight_hh_l1", "15x5"), ("gru.bias_ih_l1", "15"),
                ("gru.bias_hh_l1", "15"), ("fc.weight", "66x5"), ("fc.bias", "66"),
            ],
            problem.Layout.Parts.Select(part => (part.Name, string.Join('x', part.Shape))));
    }

    [Fact]
    public void Train_FlatViews_MatchOrdinaryParameters()
    {
        LocalTrainingOptions recipe = new() { BatchSize = 4, Epochs = 2, LearningRate = 0.5, ClipNorm = 1 };
        using TorchProblem problem = Problem(recipe);
        float[] dispatched = TestProblem.Initial(problem);
        using IClientLearner learner = problem.CreateLearner();
        (float[] local, LocalOutcome outcome) = TestProblem.Train(problem, learner, dispatched);

        using CharGru plain = new(new(66, 10), 66, _small);
        (float[] expected, double loss, int steps, _) = PlainTwin.Train(problem, plain, dispatched, client: 1);

        Assert.Equal(steps, outcome.GradientSteps);
        Assert.Equal(loss, outcome.MeanLoss, 1e-5);
        for (int index = 0; index < expected.Length; index++)
        {
            Assert.Equal(expected[index], local[index], 1e-5f);
        }
    }

    [Fact]
    public void Train_OtherThreadWhileGarbageIsCollected_GivesSameBits()
    {
        using TorchProblem problem = Problem(new() { BatchSize = 4, Epochs = 5, LearningRate = 0.5, ClipNorm = 1, Momentum = 0.9 });
        float[] dispatched = TestProblem.Initial(problem);
        using IClientLearner first = problem.CreateLearner();
        (float[] expected, LocalOutcome outcome) = TestProblem.Train(problem, first, dispatched, proximal: 0.1);

        float[] actual = [];
        LocalOutcome other = default;
        using CancellationTokenSource done = new();
        Thread trainer = new(() =>
        {
            using IClientLearner second = problem.CreateLearner();
            second.Evaluate(expected, 0, new int[7]);
            (actual, other) = TestProblem.Train(problem, second, dispatched, proximal: 0.1);
            done.Cancel();
        });
        trainer.Start();
        while (!done.IsCancellationRequested)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        trainer.Join();
        Assert.Equal(expected, actual);
        Assert.Equal(outcome, other);
    }

    [Fact]
    public void Evaluate_InSlices_AgreesWithWholeAndWithUntrainedChance()
    {
        using TorchProblem problem = Problem();
        float[] parameters = TestProblem.Initial(problem);
        using IClientLearner learner = problem.CreateLearner();
        int count = problem.TestLabels.Count;
        int[] whole = new int[count], sliced = new int[count];

        double loss = learner.Evaluate(parameters, 0, whole);
        double sum = learner.Evaluate(parameters, 0, sliced.AsSpan(0, 23)) + learner.Evaluate(parameters, 23, sliced.AsSpan(23));

        Assert.Equal(whole, sliced);
        Assert.Equal(loss, sum, 1e-3);
        Assert.Equal(Math.Log(66), loss / count, 0.5);
    }

    [Fact]
    public void Train_RepeatedText_LearnsIt()
    {
        using TorchProblem problem = TestProblem.Create(
            "char_gru", new() { BatchSize = 5, Epochs = 60, LearningRate = 1, ClipNorm = 5 }, new CharGruOptions { Hidden = 32 }, TestProblem.Text());
        using IClientLearner learner = problem.CreateLearner();
        float[] parameters = TestProblem.Train(problem, learner, TestProblem.Initial(problem)).Local;
        int[] predictions = new int[problem.TestLabels.Count];
        double loss = learner.Evaluate(parameters, 0, predictions) / predictions.Length;
        Assert.True(loss < 1, $"the loss is {loss}; equal chances would give {Math.Log(66)}");
        Assert.True(predictions.Zip(problem.TestLabels).Average(pair => pair.First == pair.Second ? 1.0 : 0) > 0.7);
    }

    [Fact]
    public void TrainAndEvaluate_ManyTimes_LeavesNoTensors()
    {
        using TorchProblem problem = Problem(new() { BatchSize = 8, Momentum = 0.9, ClipNorm = 1 });
        float[] parameters = TestProblem.Initial(problem);
        using IClientLearner learner = problem.CreateLearner();
        void Work(int occurrence)
        {
            TestProblem.Train(problem, learner, parameters, occurrence % 3, occurrence);
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

    private static long LiveTensors()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }

    private static TorchProblem Problem(LocalTrainingOptions? recipe = null) =>
        TestProblem.Create("char_gru", recipe ?? new() { BatchSize = 4 }, _small, TestProblem.Text());

    private static double Dot(double[] left, double[] right) => left.Zip(right).Sum(pair => pair.First * pair.Second);

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
