using Straggler.Aggregation;
using Straggler.Configuration;
using Straggler.Strategies;
using Straggler.Tests.Strategies;

namespace Straggler.Tests.Aggregation;

public sealed class DeltaBufferTests
{
    [Fact]
    public void Step_Momentum_ByHand()
    {
        // v = 0.5·0 + (2 + 4)/2 = 3, x = 3; then v = 0.5·3 + 1 = 2.5, x = 5.5. The second element is a buffer: its means 5 and 1 alone.
        Server server = Buffered(2, new() { Optimizer = Sgd(0.5) }, trainable: 1);
        server.ArriveDelta(0, [2, 4]);
        server.ArriveDelta(0, [4, 6]);
        server.ArriveDelta(1, [1, 1]);
        server.ArriveDelta(1, [1, 1]);
        Assert.Equal([5.5f, 6], server.Model);
    }

    [Fact]
    public void Step_Noise_HasTheDeviationOfClippingTimesMultiplierTimesLargestWeight()
    {
        // Weights 1 and 1/√2 of updates that add nothing: the model moves by noise of deviation 2·3·1/2 in each of 40,000 elements. Its
        // sample variance is within 4 % for 9,999 seeds of 10,000 (relative deviation √(2/n) = 0.7 %), its mean within 4 of 3/√n.
        const int count = 40_000;
        float[] nothing = new float[count];
        Server server = Buffered(2, new() { ClipNorm = 3, NoiseMultiplier = 2 }, count: count, scaling: true);
        server.ArriveDelta(0, nothing);
        server.ArriveDelta(0, nothing);
        server.ArriveDelta(1, nothing);
        server.ArriveDelta(0, nothing);
        double[] first = [.. server.Versions[1].Select(value => (double)value)];
        double[] second = [.. server.Versions[2].Zip(server.Versions[1], (after, before) => (double)after - before)];
        foreach (double[] noise in new[] { first, second })
        {
            Assert.InRange(noise.Sum(value => value * value) / count, 9 * 0.96, 9 * 1.04);
            Assert.InRange(noise.Average(), -4 * 3 / Math.Sqrt(count), 4 * 3 / Math.Sqrt(count));
        }

        // Two sums never share their noise.
        Assert.InRange(first.Zip(second, (a, b) => a * b).Average(), -4 * 9 / Math.Sqrt(count), 4 * 9 / Math.Sqrt(count));
    }

    [Fact]
    public void Privacy_WeightsOfAClientInOneSum_AddUpBeforeTheyAreSquared()
    {
        // First sum: client 4 twice with weight 1 of at most 1: (1 + 1)² = 4. Second sum: client 4 once, stale by 1: (1/√2)² = 1/2.
        StrategyServices? known = null;
        Server server = Buffered(2, new() { ClipNorm = 1, NoiseMultiplier = 1 }, scaling: true, see: services => known = services);
        server.ArriveDelta(0, [0, 0], client: 4);
        server.ArriveDelta(0, [0, 0], client: 4);
        server.ArriveDelta(0, [0, 0], client: 4);
        server.ArriveDelta(1, [0, 0], client: 5);
        Assert.Equal(4.5, known!.Privacy.Most, 1e-12);
    }

    [Fact]
    public void Constructor_NoiseBesideBatchNormsStatistics_SaysWhatIsAllowed() => Assert.Contains(
        "norm: group",
        Assert.Throws<InvalidOptionException>(() => Buffered(2, new() { ClipNorm = 1, NoiseMultiplier = 1 }, trainable: 1)).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("scaffold")]
    [InlineData("feddyn")]
    [InlineData("mifa")]
    [InlineData("fedstale")]
    [InlineData("ca2fl")]
    [InlineData("trustweight")]
    [InlineData("port")]
    public void Constructor_NoiseBesideAStrategyThatTellsMoreThanItsSums_SaysWhatIsAllowed(string strategy)
    {
        AggregationOptions noisy = new() { ClipNorm = 1, NoiseMultiplier = 1 };
        Assert.Equal("aggregation.noise_multiplier", Assert.Throws<InvalidOptionException>(() => new Server(
            services => BuiltIns.Strategies.Choose(strategy).Create()(services), [0], concurrency: 10,
            services: services => services with { Aggregation = noisy })).Path);
    }

    private static Choice<ServerOptimizerFactory> Sgd(double momentum) =>
        BuiltIns.ServerOptimizers.Choose("sgd") with { Options = new SgdOptimizerOptions { Momentum = momentum } };

    private static Server Buffered(
        int bufferSize,
        AggregationOptions aggregation,
        int count = 2,
        int? trainable = null,
        bool scaling = false,
        Action<StrategyServices>? see = null) =>
        new(
            services => new FedBuff(new() { BufferSize = bufferSize, StalenessScaling = scaling }, services),
            new float[count],
            trainable: trainable,
            services: services =>
            {
                services = services with { Aggregation = aggregation };
                see?.Invoke(services);
                return services;
            });
}
