using Straggler.Training;

namespace Straggler.Tests.Training;

public sealed class LocalTrainingOptionsTests
{
    [Theory]
    [InlineData(10, 4, 2, 6)]
    [InlineData(8, 4, 2, 4)]
    [InlineData(int.MaxValue, 32, 1, 67_108_864)]
    [InlineData(int.MaxValue, 1, 100_000, int.MaxValue)]
    public void StepsPerTask_Epochs_BatchesOfEachWithoutOverflow(int samples, int batchSize, int epochs, int expected) =>
        Assert.Equal(expected, new LocalTrainingOptions { BatchSize = batchSize, Epochs = epochs }.StepsPerTask(samples));

    /// <summary>Of a client's own word: 3 epochs of 10⁶ batches at most, and 10⁸ steps; not more than it was asked for by number.</summary>
    [Theory]
    [InlineData(null, null, 3, 9, 9)]
    [InlineData(null, null, 3, 4_000_000, 3_000_000)]
    [InlineData(null, null, 3, int.MaxValue, 3_000_000)]
    [InlineData(null, null, 1000, int.MaxValue, 100_000_000)]
    [InlineData(null, 7, 3, int.MaxValue, 7)]
    [InlineData(5, 7, 3, int.MaxValue, 5)]
    public void StepsOfTold_AnySamples_BoundedByWhatWasAsked(int? asked, int? steps, int epochs, int samples, int expected) =>
        Assert.Equal(expected, new LocalTrainingOptions { BatchSize = 4, Epochs = epochs, Steps = steps }.StepsOfTold(asked, samples));
}
