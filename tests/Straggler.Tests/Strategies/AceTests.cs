using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

public sealed class AceTests
{
    [Fact]
    [Conformance("ace", Evidence.NumericOracle)]
    public void OnArrival_ThreeArrivals_ByHand()
    {
        Server server = new(services => new Ace(new() { ServerLearningRate = 1 }, services), [0], clients: 4);
        server.ArriveDelta(0, [4], client: 0); // U = (4, 0, 0, 0): x = 1
        Assert.Equal((1, 1f), (server.Version, server.Model[0]));
        server.ArriveDelta(0, [8], client: 1); // U = (4, 8, 0, 0): x = 1 + 3
        Assert.Equal((2, 4f), (server.Version, server.Model[0]));
        server.ArriveDelta(2, [0], client: 0); // U = (0, 8, 0, 0): x = 4 + 2
        Assert.Equal((3, 6f), (server.Version, server.Model[0]));
    }

    [Fact]
    [Conformance("ace", Evidence.KnownMistake)]
    public void OnArrival_SameClientAgain_ReplacesItsDelta()
    {
        // Added instead of replaced, the sums would be 10, 20, 30 and x = 6.
        Server server = new(services => new Ace(new() { ServerLearningRate = 1 }, services), [0]);
        for (int arrival = 0; arrival < 3; arrival++)
        {
            server.ArriveDelta(server.Version, [10], client: 5);
        }

        Assert.Equal(3, server.Model[0], 1e-6f);
    }

    [Fact]
    [Conformance("ace", Evidence.LimitCase)]
    [Conformance("ace", Evidence.Equivalence)]
    [Conformance("aced", Evidence.LimitCase)]
    public void OnArrival_OneClient_AddsEachDelta()
    {
        Server ace = new(services => new Ace(new() { ServerLearningRate = 0.5 }, services), [1], clients: 1);
        Server aced = new(services => new Aced(new() { ServerLearningRate = 0.5 }, services), [1], clients: 1);
        Server plain = new(services => new FedBuff(new() { BufferSize = 1, ServerLearningRate = 0.5 }, services), [1], clients: 1);
        for (int arrival = 0; arrival < 10; arrival++)
        {
            float[] delta = [(arrival * 3 % 5) - 1.5f];
            Assert.Equal(1, plain.ArriveDelta(arrival, delta));
            ace.ArriveDelta(arrival, delta);
            aced.ArriveDelta(arrival, delta);
            Assert.Equal(plain.Model[0], ace.Model[0], 1e-5f);
            Assert.Equal(plain.Model[0], aced.Model[0], 1e-5f);
        }
    }

    [Fact]
    public void OnArrival_BatchNormBuffers_AreMixedInAtOneOverTheConcurrency()
    {
        Server server = new(services => new Ace(new(), services), [0, 8], trainable: 1, concurrency: 4);
        server.Arrive(0, [0, 16]);
        Assert.Equal(10, server.Model[1]); // 8 + (16 − 8)/4
    }

    [Fact]
    [Conformance("ace", Evidence.EngineRun)]
    public void Run_UnequalClients_FollowsThePlainRecursion()
    {
        QuadraticProblem problem = new();
        Trace run = new Scenario
        {
            Rounds = 300,
            Delay = Scenario.DelayOf("lognormal"),
            Problem = problem,
            Strategy = services => new Ace(new() { ServerLearningRate = 0.2 }, services),
        }.Run();
        double[] last = new double[10];
        double expected = new Replay(run, problem).End((update, delta, versions) =>
        {
            last[update.Client] = delta;
            return versions[^1] + (0.2 * last.Sum() / 10);
        });
        Assert.Equal(300, run.Result.ServerSteps);
        Assert.All(run.Parameters, parameter => Assert.Equal(expected, parameter, 1e-3));
    }
}
