using Straggler.Federation;
using Straggler.Torch.Datasets;
using Straggler.Torch.Tests.Training;
using Straggler.Torch.Training;
using Straggler.Training;

namespace Straggler.Torch.Tests.Datasets;

/// <summary>Data sets with a part of their test samples.</summary>
public sealed class TestPartTests
{
    [Fact]
    public void WithTest_Images_KeepsThoseInOrder()
    {
        ImageDataset whole = TestProblem.Dataset(new(1, 2, 2), testCount: 5);

        ImageDataset part = (ImageDataset)whole.WithTest([1, 4]);

        Assert.Equal([whole.TestLabels[1], whole.TestLabels[4]], part.TestLabels);
        Assert.Equal([.. whole.Test.Pixels[4..8], .. whole.Test.Pixels[16..20]], part.Test.Pixels);
        Assert.Same(whole.Train, part.Train);
    }

    [Fact]
    public void WithTest_Text_KeepsTargetsLabelsAndOwners()
    {
        SequenceDataset whole = TestProblem.Text();

        SequenceDataset part = (SequenceDataset)whole.WithTest([0, 3, 7]);

        Assert.Equal([whole.TestPlaces[0], whole.TestPlaces[3], whole.TestPlaces[7]], part.TestPlaces);
        Assert.Equal([whole.TestLabels[0], whole.TestLabels[3], whole.TestLabels[7]], part.TestLabels);
        Assert.Equal([whole.Owners.Test[0], whole.Owners.Test[3], whole.Owners.Test[7]], part.Owners.Test);
    }

    /// <summary>What every second sample is predicted as, and its loss, does not depend on whether the others are asked for.</summary>
    [Theory]
    [InlineData("char_gru")]
    [InlineData("logistic")]
    public void Evaluate_TwoParts_AddUpToTheWhole(string model)
    {
        LabelledDataset whole = model == "char_gru" ? TestProblem.Text() : TestProblem.Dataset(new(1, 28, 28));
        int[] even = [.. Enumerable.Range(0, whole.TestLabels.Length).Where(sample => sample % 2 == 0)];
        int[] odd = [.. Enumerable.Range(0, whole.TestLabels.Length).Except(even)];

        (double all, int[] predictions) = Evaluate(model, whole);
        (double first, int[] some) = Evaluate(model, whole.WithTest(even));
        (double second, int[] others) = Evaluate(model, whole.WithTest(odd));

        Assert.Equal(all, first + second, 1e-4 * all);
        Assert.Equal(even.Select(sample => predictions[sample]), some);
        Assert.Equal(odd.Select(sample => predictions[sample]), others);
    }

    private static (double Loss, int[] Predictions) Evaluate(string model, LabelledDataset dataset)
    {
        ClientShard[] clients = [new([0, 1, 2], []), new([3], []), new([4], [])];
        using TorchProblem problem = TestProblem.Create(model, dataset: dataset, clients: clients);
        using IClientLearner learner = problem.CreateLearner();
        float[] parameters = new float[problem.Layout.Length];
        problem.Initialize(parameters);
        int[] predictions = new int[dataset.TestLabels.Length];
        return (learner.Evaluate(parameters, 0, predictions), predictions);
    }
}
