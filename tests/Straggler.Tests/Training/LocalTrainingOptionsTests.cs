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
}
