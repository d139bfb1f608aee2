using Straggler.SelfCheck.Theory;

namespace Straggler.Tests.SelfCheck.Theory;

/// <summary>The machine-repair model against its Markov chain.</summary>
public sealed class MachineRepairTests
{
    [Fact]
    public void Throughput_OneServer_IsThatOfTheBirthAndDeathChain()
    {
        // Four machines that break after 3 on average, one repairer who takes 0.8. State: how many are broken.
        double[] stationary = MarkovChain.Stationary(5, broken => new[]
        {
            (To: Math.Min(4, broken + 1), Rate: (4 - broken) / 3.0),
            (To: Math.Max(0, broken - 1), Rate: broken > 0 ? 1 / 0.8 : 0),
        });
        Assert.Equal((1 - stationary[0]) / 0.8, MachineRepair.Throughput([0.8], 3, 4), 1e-9);
    }

    [Fact]
    public void Throughput_OneTask_IsOverTheSumOfAllTimes() => Assert.Equal(1 / (0.5 + 0.8 + 3), MachineRepair.Throughput([0.5, 0.8], 3, 1), 1e-12);

    [Fact]
    public void Throughput_NoTimeWithoutQueues_IsBuzens() => Assert.Equal(Buzen.Throughput([0.5, 0.8], 4), MachineRepair.Throughput([0.5, 0.8], 0, 4), 1e-12);
}
