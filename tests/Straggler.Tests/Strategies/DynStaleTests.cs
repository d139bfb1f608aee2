using Straggler.Staleness;
using Straggler.Strategies;

namespace Straggler.Tests.Strategies;

public sealed class DynStaleTests
{
    [Fact]
    [Conformance("dynstale", Evidence.NumericOracle)]
    public void OnArrival_TwoClients_ByHand()
    {
        Server server = new(services => new DynStale(new(), services), [0, 0]);

        // First arrival, fresh, no reference yet: e^0·1 = 1, so the client's model replaces the server's.
        Assert.Equal(1, server.Arrive(0, [3, 4]));
        Assert.Equal([3, 4], server.Model);

        // Second, τ = 1. Q over {0} is 0: λ stays at 0.1. r = 0.1·(3, 4); Δ = (4, 3); cosine 24/25. m = e^−0.1·0.96 = 0.8686439.
        // x = (3, 4) + 0.8686439·((4, 3) − (3, 4)) = (3.8686439, 3.1313561).
        Assert.Equal(0.8686439, server.Arrive(0, [4, 3]), 1e-6);
        Assert.Equal(3.8686439f, server.Model[0], 1e-5f);
        Assert.Equal(3.1313561f, server.Model[1], 1e-5f);

        // Third, τ = 2, recent {0, 1}: Q_0.75 = 0.75, λ = ln 2/0.75 = 0.9241962, e^−2λ = 0.1574901.
        // r = 0.9·(0.3, 0.4) + 0.1·(4, 3) = (0.67, 0.66); Δ = (0, 2): cosine 0.66/√(0.67² + 0.66²) = 0.7017703.
        Assert.Equal(0.1574901 * 0.7017703, server.Arrive(0, [0, 2]), 1e-6);
    }

    [Fact]
    public void OnArrival_DeltaAgainstTheReference_HasNoWeightButIsAStep()
    {
        Server server = new(services => new DynStale(new(), services), [0]);
        server.Arrive(0, [2]);
        Assert.Equal(0, server.Arrive(1, [-5]));
        Assert.Equal((2, 2f), (server.Version, server.Model[0]));
    }

    [Fact]
    public void OnArrival_BetaZero_IgnoresTheDirection()
    {
        Server server = new(services => new DynStale(new() { Beta = 0 }, services), [0]);
        server.Arrive(0, [2]);
        Assert.Equal(1, server.Arrive(1, [-5]));
    }

    [Fact]
    public void OnArrival_OnlyFreshOnes_KeepTheInitialRate()
    {
        // Q = 0 gives no scale; λ must neither become infinite nor change.
        Server server = new(services => new DynStale(new() { Beta = 0, InitLambda = 0.3 }, services), [0]);
        for (int arrival = 0; arrival < 20; arrival++)
        {
            Assert.Equal(1, server.Arrive(server.Version, [1]));
        }

        Assert.Equal(Math.Exp(-0.3 * 5), server.Arrive(15, [1]), 1e-12);
    }

    [Fact]
    [Conformance("dynstale", Evidence.LimitCase)]
    public void OnArrival_QuantileFallsBackToZero_KeepsTheLastRate()
    {
        // q = 1 (the largest). Staleness 4 gives λ = ln 2/4; a hundred fresh arrivals push it out of the window, Q is 0, λ stays.
        Server server = new(services => new DynStale(new() { Beta = 0, AdaptQuantile = 1 }, services), [0]);
        for (int arrival = 0; arrival < 4; arrival++)
        {
            server.Arrive(server.Version, [1]);
        }

        server.Arrive(0, [1]); // τ = 4
        for (int arrival = 0; arrival < 100; arrival++)
        {
            server.Arrive(server.Version, [1]);
        }

        Assert.Equal(0.5, server.Arrive(server.Version - 4, [1]), 1e-12);
    }

    [Fact]
    public void Admits_Cap_RefusesWhatIsStaler()
    {
        Server server = new(services => new DynStale(new() { DropStaleAfter = 0 }, services), [0]);
        server.Arrive(0, [1]);
        Assert.False(server.Admits(0));
        Assert.True(server.Admits(1));
    }

    [Fact]
    public void OnArrival_Buffers_HaveNoDirection()
    {
        // The second element is a BatchNorm buffer: its huge change must not count in the cosine, but is mixed in.
        Server server = new(services => new DynStale(new(), services), [0, 0], trainable: 1);
        server.Arrive(0, [1, 100]);
        Assert.Equal(1, server.Arrive(1, [2, -900]), 1e-12);
        Assert.Equal([2, -900], server.Model);
    }

    [Fact]
    [Conformance("dynstale", Evidence.Equivalence)]
    [Conformance("fedasync", Evidence.Equivalence)]
    public void OnArrival_NoDirectionAndFixedRate_IsFedAsyncWithExponentialStaleness()
    {
        // Fresh arrivals leave the rate at init_lambda; one that lags by 2 then weighs e^(-0.3*2) in both.
        Server dynStale = new(services => new DynStale(new() { Beta = 0, InitLambda = 0.3 }, services), [1, 2]);
        Server fedAsync = new(
            _ => new FedAsync(new()
            {
                MixingRate = 1,
                Staleness = BuiltIns.StalenessWeights.Choose("exponential") with { Options = new ExponentialWeightOptions { Lambda = 0.3 } },
            }),
            [1, 2]);
        foreach (Server server in new[] { dynStale, fedAsync })
        {
            server.Arrive(0, [3, -1]);
            server.Arrive(1, [5, 0.5f]);
            server.Arrive(0, [-2, 8]);
        }

        Assert.Equal(fedAsync.Model, dynStale.Model);
    }

    [Fact]
    [Conformance("dynstale", Evidence.NumericOracle)]
    public void OnArrival_LongScript_FollowsTheDocumentedRule()
    {
        // A plain twin in double precision over 150 arrivals, so that the window of 100 fills and moves on.
        const int length = 5;
        const double quantile = 0.6, ema = 0.8, beta = 2;
        Server server = new(
            services => new DynStale(new() { AdaptQuantile = quantile, Ema = ema, Beta = beta, InitLambda = 0.2 }, services), new float[length]);
        List<double[]> versions = [new double[length]];
        List<long> seen = [];
        double[] reference = new double[length];
        double lambda = 0.2;
        uint state = 12345;
        for (int arrival = 0; arrival < 150; arrival++)
        {
            int staleness = (int)(Next() % 7) % versions.Count;
            int from = versions.Count - 1 - staleness;
            double[] delta = [.. Enumerable.Range(0, length).Select(_ => (Next() % 1000 / 1000.0) - 0.3)];
            double[] local = [.. versions[from].Zip(delta, (x, d) => x + d)];

            if (seen.Count > 0)
            {
                long[] window = [.. seen.TakeLast(100).Order()];
                double place = quantile * (window.Length - 1), below = Math.Floor(place);
                double low = window[(int)below], high = window[Math.Min((int)below + 1, window.Length - 1)];
                double q = low + ((place - below) * (high - low));
                lambda = q > 0 ? Math.Log(2) / q : lambda;
            }

            double dot = delta.Zip(reference, (d, r) => d * r).Sum();
            double lengths = Math.Sqrt(delta.Sum(d => d * d) * reference.Sum(r => r * r));
            double cosine = lengths > 0 ? dot / lengths : 1;
            double weight = Math.Exp(-lambda * staleness) * Math.Pow(Math.Max(0, cosine), beta);
            versions.Add([.. versions[^1].Zip(local, (x, w) => x + (weight * (w - x)))]);
            reference = [.. reference.Zip(delta, (r, d) => (ema * r) + ((1 - ema) * d))];
            seen.Add(staleness);

            Assert.Equal(weight, server.Arrive(from, [.. local.Select(w => (float)w)]), 1e-4);
        }

        Assert.Equal(150, server.Version);
        Assert.All(versions[^1].Zip(server.Model), pair => Assert.Equal(pair.First, pair.Second, 1e-3));

        uint Next() => (state = (state * 1664525) + 1013904223) >> 8;
    }
}
