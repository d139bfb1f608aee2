using Straggler.Torch.Datasets;
using Straggler.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Straggler.Torch.Tests.Training;

public sealed class SequenceBatchTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    // Sequences of 3: abcd, defg, gh and padding; i to t held out. Codes: a = 39, b = 40, ...
    private readonly SequenceDataset _dataset = TextLoader.Cut(
        DatasetStore.Known.Single(definition => definition.Name == "shakespeare"),
        [new("Ann", "abcdefghijklmnopqrst")],
        new() { SequenceLength = 3, TestFraction = 0.6 });

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void FillTraining_Sequences_GivesInputsAndTheTargetsAfterThem()
    {
        using SequenceBatch batch = new(_dataset, 4);
        ClientView view = ClientView.Plain;

        (Tensor inputs, Tensor targets) = batch.FillTraining([2, 0], ref view);

        Assert.Equal([2, 3], inputs.shape);
        Assert.Equal([45, 46, 0, 39, 40, 41], inputs.flatten().data<long>());
        Assert.Equal([46, -100, -100, 40, 41, 42], targets.data<long>());
    }

    [Fact]
    public void FillTest_SliceWithinSequences_CountsTheSliceAlone()
    {
        // Held out: i to t, 12 letters, 11 targets in sequences ijkl, lmno, opqr, rst. Targets 1 to 3: k, l, m.
        using SequenceBatch batch = new(_dataset, 4);

        (Tensor inputs, Tensor targets, int taken) = batch.FillTest(1, 3);

        Assert.Equal((3, 2), (taken, inputs.shape[0]));
        Assert.Equal([-100, 49, 50, 51, -100, -100], targets.data<long>());
        int[] predictions = new int[3];
        batch.ReadPredictions([0, 1, 2, 3, 4, 5], predictions);
        Assert.Equal([1, 2, 3], predictions);
    }

    [Fact]
    public void FillTest_MoreThanFits_TakesWholeSequencesAndSaysHowMany()
    {
        SequenceDataset large = TextLoader.Cut(
            DatasetStore.Known.Single(definition => definition.Name == "shakespeare"),
            [new("Ann", new string('a', 1_000))],
            new() { SequenceLength = 3, TestFraction = 0.9 });
        using SequenceBatch batch = new(large, 4);

        (Tensor inputs, _, int taken) = batch.FillTest(0, 899);

        Assert.Equal((SequenceBatch.TestSequences * 3, SequenceBatch.TestSequences), (taken, inputs.shape[0]));
    }
}
