using Straggler.Checkpoints;
using Straggler.Strategies;
using Straggler.Tests.Strategies;

namespace Straggler.Tests.Checkpoints;

/// <summary>State that only rare arrivals bring to light.</summary>
public sealed class StrategyStateTests
{
    /// <summary>
    /// λ = ln 2 / 1 after an arrival of staleness 1; a hundred fresh ones later the quantile is 0, which gives no scale, and λ must still
    /// be ln 2: an update of staleness 3 weighs e^(−3 ln 2) = 1/8 (β = 0). With the initial λ it would weigh e^(−0.3).
    /// </summary>
    [Fact]
    public void DynStale_LambdaOfLongAgo_IsKept()
    {
        Func<StrategyServices, IServerStrategy> create = services => new DynStale(new() { Beta = 0, AdaptQuantile = 1 }, services);
        Server before = new(create, [0f]);
        before.Arrive(0, [1f]);
        before.Arrive(0, [1f]);
        for (int arrival = 0; arrival < 101; arrival++)
        {
            before.Arrive(before.Version, [1f]);
        }

        MemoryStream file = new();
        CheckpointFile.Write(file, before.Strategy.Save);
        Server after = new(create, [0f]);
        CheckpointFile.Read(file, after.Strategy.Load);

        after.Arrive(0, [1f]);
        after.Arrive(1, [1f]);
        after.Arrive(2, [1f]);
        Assert.Equal(0.125, after.Arrive(0, [1f]), 12);
    }
}
