using Straggler.Tests.Support;
using Straggler.Training;

namespace Straggler.Tests.Simulation;

/// <summary>How many versions may stay in memory changes nothing but the memory.</summary>
public sealed class LimitedVersionsTests
{
    public static MatrixTheoryData<string, int, int> Cases { get; } =
        new([.. BuiltIns.Strategies.Entries.Select(entry => entry.Name)], [1, 2, 7], [1, 4]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_FewResidentVersions_GivesTheSameBits(string strategy, int resident, int workers)
    {
        Trace free = Learning(strategy).Run();
        Trace limited = (Learning(strategy) with { ResidentVersions = resident, Workers = workers }).Run();

        Assert.Equal(free.Updates, limited.Updates);
        Assert.Equal(free.Parameters, limited.Parameters);
        Assert.Equal(free.Evaluations.Select(evaluation => evaluation.Loss), limited.Evaluations.Select(evaluation => evaluation.Loss));
    }

    [Fact]
    public void Run_FedAsync_HoldsFewBuffersWhereAllWouldBeMany()
    {
        const int workers = 2, resident = 5;
        Trace free = Learning("fedasync").Run();
        Trace limited = (Learning("fedasync") with { ResidentVersions = resident, Workers = workers }).Run();

        // Between two looks, each training begun and not used may have brought one back, and the server's step takes one.
        Assert.True(free.Versions.BuffersAllocated > 40, $"{free.Versions.BuffersAllocated} buffers without a limit");
        int most = resident + 1 + (workers * WorkerPool.ResultsPerWorker) + workers;
        Assert.True(limited.Versions.BuffersAllocated <= most, $"{limited.Versions.BuffersAllocated} buffers");
        Assert.True(limited.Versions.Spill!.Slots > 20, $"{limited.Versions.Spill.Slots} slots");
    }

    private static Scenario Learning(string strategy) => new()
    {
        Clients = 80,
        Concurrency = 60,
        Rounds = 400,
        Seed = 5,
        Evaluation = new() { EveryEvents = 50 },
        Delay = Scenario.DelayOf("lognormal"),
        Problem = new() { Optimum = client => 0.01f * client, OccurrenceMark = 0.01f },
        Strategy = BuiltIns.Strategies.Choose(strategy).Create().Invoke,
    };
}
