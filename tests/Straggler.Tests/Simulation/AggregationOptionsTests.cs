using Straggler.Aggregation;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Simulation;

/// <summary>What the loop itself does to updates before the strategy sees them.</summary>
public sealed class AggregationOptionsTests
{
    /// <summary>The delta is the same in 4 elements, so twice as long as in one; at most 3 long, it is 1.5 in each.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1.5, 1.5)]
    [InlineData(2, 1.5)]
    [InlineData(-400, -1.5)]
    public void Run_ClipNorm_BoundsWhatAnUpdateAdds(float delta, float expected)
    {
        Trace run = (Pulling(delta) with { Aggregation = new() { ClipNorm = 3 } }).Run();
        Assert.All(run.Parameters, parameter => Assert.Equal(expected, parameter, 1e-5));
    }

    [Fact]
    public void Run_NonFiniteStop_EndsWithTheClientAndItsVersion()
    {
        Scenario scenario = Pulling(1) with
        {
            Aggregation = new() { NonFinite = NonFiniteRule.Stop },
            Problem = new() { Poisoned = task => task.Occurrence == 1 },
            Rounds = 5,
        };
        Assert.Contains("Client 0, sent version 1", Assert.Throws<InvalidOperationException>(() => scenario.Run()).Message, StringComparison.Ordinal);
    }

    /// <summary>One client that moves a model of zeros by a delta, once.</summary>
    private static Scenario Pulling(float delta) => new()
    {
        Clients = 1,
        Concurrency = 1,
        Rounds = 1,
        Strategy = services => new FedBuff(new() { BufferSize = 1 }, services),
        Problem = new() { Length = 4, Pull = 1, Optimum = _ => delta },
    };
}
