using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

public sealed class AsyncFedEdTests
{
    [Fact]
    [Conformance("asyncfeded", Evidence.NumericOracle)]
    public void OnArrival_FreshAndStale_ByHand()
    {
        // Fresh: γ = 0, rate 2/(0 + 2). Then the server has moved by 5 and the delta's length is 2.5: γ = 2, rate 2/4, x = (3, 4 + 1.25).
        Server server = new(services => new AsyncFedEd(new() { Lambda = 2, Epsilon = 2 }, services), [0, 0]);
        Assert.Equal(1, server.ArriveDelta(0, [3, 4]), 1e-9);
        Assert.Equal(0.5, server.ArriveDelta(0, [0, 2.5f]), 1e-6);
        Assert.Equal(3, server.Model[0], 1e-6f);
        Assert.Equal(5.25f, server.Model[1], 1e-6f);
    }

    [Fact]
    [Conformance("asyncfeded", Evidence.KnownMistake)]
    public void OnArrival_ManyVersionsButNoWay_IsNotStale()
    {
        // Staleness is how far the server has moved, not how often.
        Server server = new(services => new AsyncFedEd(new(), services), [1, 1]);
        for (int arrival = 0; arrival < 20; arrival++)
        {
            server.ArriveDelta(server.Version, [0, 0]);
        }

        Assert.Equal(1, server.ArriveDelta(0, [2, 2]), 1e-9);
    }

    [Fact]
    [Conformance("asyncfeded", Evidence.LimitCase)]
    public void OnArrival_StaleDeltaOfNoLength_HasTheRateZero()
    {
        Server server = new(services => new AsyncFedEd(new(), services), [0]);
        server.ArriveDelta(0, [3]);
        Assert.Equal(0, server.ArriveDelta(0, [0]));
        Assert.Equal((2, 3f), (server.Version, server.Model[0]));
    }

    [Fact]
    public void OnArrival_BatchNormBuffers_AreNotMeasuredAndNeverOvershoot()
    {
        Server server = new(services => new AsyncFedEd(new() { Lambda = 4 }, services), [0, 0], trainable: 1);
        Assert.Equal(4, server.ArriveDelta(0, [1, 10]), 1e-9);
        Assert.Equal([4, 10], server.Model);
        Assert.Equal(4.0 / 3, server.ArriveDelta(0, [2, 0]), 1e-6); // γ = 4/2, whatever the buffer did
    }

    [Fact]
    public void Instruct_Kappa_SteersTheLocalEpochs()
    {
        // 2 epochs of 2 batches. Fresh, γ = 0: 2 + 3 = 5 epochs. Then γ = 10: 5 − 7 is cut at 1. Other clients are as before.
        Server server = new(
            services => new AsyncFedEd(new() { Kappa = 1, GammaBar = 3 }, services), [0], services: services => services with { Local = new() { Epochs = 2 } });
        Assert.Equal(4, server.Instruct(3, samples: 64).Steps);
        server.ArriveDelta(0, [10], client: 3);
        Assert.Equal(10, server.Instruct(3, samples: 64).Steps);
        server.ArriveDelta(0, [1], client: 3);
        Assert.Equal(2, server.Instruct(3, samples: 64).Steps);
        Assert.Equal(4, server.Instruct(4, samples: 64).Steps);
    }

    [Fact]
    public void Instruct_KappaAndARecipeInSteps_SteersTheSteps()
    {
        Server server = new(
            services => new AsyncFedEd(new() { Kappa = 2, MaxLocalEpochs = 12 }, services), [0], services: services => services with { Local = new() { Steps = 8 } });
        server.ArriveDelta(0, [10], client: 3);
        Assert.Equal(12, server.Instruct(3, samples: 64).Steps); // 8 + 6, capped
    }

    [Fact]
    public void Instruct_NoKappa_LeavesTheRecipe() =>
        Assert.Null(new Server(services => new AsyncFedEd(new(), services), [0]).Instruct(0).Steps);

    [Fact]
    [Conformance("asyncfeded", Evidence.Equivalence)]
    public void Run_OneInFlight_IsFedBuffWithABufferOfOne()
    {
        Trace distance = Run(services => new AsyncFedEd(new(), services), concurrency: 1);
        Trace plain = Run(services => new FedBuff(new() { BufferSize = 1 }, services), concurrency: 1);
        Assert.All(plain.Parameters.Zip(distance.Parameters), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Fact]
    [Conformance("asyncfeded", Evidence.EngineRun)]
    public void Run_UnequalClients_FollowsThePlainRecursion()
    {
        Trace run = Run(services => new AsyncFedEd(new() { Lambda = 0.5 }, services), concurrency: 4);

        // All elements are alike, so that the ratio of the norms is that of one element.
        double expected = new Replay(run, new()).End((update, delta, versions) =>
        {
            double way = Math.Abs(versions[^1] - versions[(int)update.BaseVersion]);
            double gamma = way == 0 ? 0 : way / Math.Abs(delta);
            return versions[^1] + (0.5 / (gamma + 1) * delta);
        });
        Assert.All(run.Parameters, parameter => Assert.Equal(expected, parameter, 1e-3));
    }

    private static Trace Run(Func<StrategyServices, IServerStrategy> strategy, int concurrency) => new Scenario
    {
        Rounds = 200,
        Concurrency = concurrency,
        Delay = Scenario.DelayOf("lognormal"),
        Problem = new(),
        Strategy = strategy,
    }.Run();
}
