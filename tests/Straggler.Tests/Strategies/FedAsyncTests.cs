using Straggler.Configuration;
using Straggler.Staleness;
using Straggler.Strategies;

namespace Straggler.Tests.Strategies;

public sealed class FedAsyncTests
{
    [Fact]
    [Conformance("fedasync", Evidence.NumericOracle)]
    public void OnArrival_TwoClients_MixesEachModelInByHand()
    {
        Server server = new(_ => new FedAsync(new()), [0, 8]);

        // Client A, fresh: α = 0.6·1. x = 0.4·(0, 8) + 0.6·(10, 3) = (6, 5).
        Assert.Equal(0.6, server.Arrive(0, [10, 3]), 1e-12);
        AssertClose([6, 5], server.Model);

        // Client B, sent version 0, τ = 1: α = 0.6/√2 = 0.4242641. x = (6, 5) + 0.4242641·((2, 9) − (6, 5)) = (4.302944, 6.697056).
        Assert.Equal(0.4242640687, server.Arrive(0, [2, 9]), 1e-9);
        AssertClose([4.302944f, 6.697056f], server.Model);
        Assert.Equal(2, server.Version);
    }

    [Fact]
    [Conformance("fedasync", Evidence.KnownMistake)]
    public void OnArrival_ManyArrivals_LeaveTheMixingRateUnchanged()
    {
        // A common mistake multiplies α by s(τ) for good, so that it decays to 0.
        Server server = new(_ => new FedAsync(new()), [0]);
        server.Arrive(0, [1]);
        for (int arrival = 0; arrival < 100; arrival++)
        {
            Assert.Equal(0.6 / Math.Sqrt(2), server.Arrive(server.Version - 1, [1]), 1e-12);
            Assert.Equal(0.6, server.Arrive(server.Version, [1]), 1e-12);
        }
    }

    [Theory]
    [InlineData(4, 0.5)] // at the knee b = 4
    [InlineData(5, 0.5 / 11)] // one beyond: 1/(10·1 + 1)
    [Conformance("fedasync", Evidence.LimitCase)]
    public void OnArrival_Hinge_DropsBeyondTheKnee(int staleness, double expected)
    {
        Server server = new(
            _ => new FedAsync(new() { MixingRate = 0.5, Staleness = BuiltIns.StalenessWeights.Choose("hinge") }), [0]);
        for (int version = 0; version < staleness; version++)
        {
            server.Arrive(version, [1]);
        }

        Assert.Equal(expected, server.Arrive(0, [1]), 1e-12);
    }

    [Fact]
    public void OnArrival_ExpressionAboveOne_IsCappedAtReplacingTheModel()
    {
        Server server = new(_ => new FedAsync(new() { Staleness = Expression("4") }), [3]);
        Assert.Equal(1, server.Arrive(0, [7]));
        Assert.Equal([7], server.Model);
    }

    [Fact]
    public void OnArrival_SeedsExpression_IsUnderstood()
    {
        Server server = new(_ => new FedAsync(new() { MixingRate = 1, Staleness = Expression("1/(1 + s)") }), [0]);
        Assert.Equal(1, server.Arrive(0, [1]));
        Assert.Equal(0.5, server.Arrive(0, [1]));
        Assert.Equal(1.0 / 3, server.Arrive(0, [1]), 1e-15);
    }

    [Fact]
    public void Admits_StalenessAboveTheLargest_IsRefused()
    {
        Server server = new(_ => new FedAsync(new() { MaxStaleness = 1 }), [0]);
        server.Arrive(0, [1]);
        Assert.True(server.Admits(0)); // τ = 1 is the largest allowed
        server.Arrive(1, [1]);
        Assert.False(server.Admits(0)); // τ = 2
        Assert.True(server.Admits(1));
    }

    [Fact]
    public void Instruct_Proximal_IsHandedToTheClients() =>
        Assert.Equal(0.25, new Server(_ => new FedAsync(new() { Proximal = 0.25 }), [1]).Instruct(client: 3).ProximalCoefficient);

    private static Choice<IStalenessWeight> Expression(string text) => (Choice<IStalenessWeight>)BuiltIns.StalenessWeights.ChooseFromText(text)!;

    private static void AssertClose(float[] expected, float[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
}
