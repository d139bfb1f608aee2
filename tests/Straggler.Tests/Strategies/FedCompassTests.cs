using Straggler.Configuration;
using Straggler.Recording;
using Straggler.Strategies;
using Straggler.Tests.Support;
using Straggler.Training;

namespace Straggler.Tests.Strategies;

/// <summary>
/// Q from 3 to 10, λ = 1.5, half of a speed is the last task's. Client 0 takes 1 s per step, client 1 takes 1.5 s; α = 1, p_i = 1/2.
/// </summary>
public sealed class FedCompassTests
{
    private static readonly FedCompassOptions Options =
        new() { MinSteps = 3, MaxSteps = 10, SpeedMomentum = 0.5, LatestFactor = 1.5, ServerLearningRate = 1 };

    [Fact]
    [Conformance("fedcompass", Evidence.NumericOracle)]
    public void OnArrival_TwoClients_FormAGroupThatArrivesTogetherByHand()
    {
        Server server = Compass();
        Assert.Equal(10, server.Instruct(0).Steps);
        Assert.Equal(10, server.Instruct(1).Steps);

        // Client 0 comes first, at 10 s: a step by itself, x = 8/2 = 4. It opens a group with 10 steps, expected at 20 s.
        Arrive(server, client: 0, baseVersion: 0, delta: 8, steps: 10, from: 0, at: 10);
        Assert.Equal((1, 4f, false), (server.Version, server.Model[0], server.Strategy.Holds(0)));
        Assert.Equal(10, server.Instruct(0, at: 10).Steps);

        // Client 1 at 15 s, τ = 1: x = 4 − 2/√2/2 = 3.292893. Until 20 s it makes ⌊5/1.5⌋ = 3 steps: it joins.
        Arrive(server, client: 1, baseVersion: 0, delta: -2, steps: 10, from: 0, at: 15);
        Assert.Equal(2, server.Version);
        Assert.Equal(3.292893f, server.Model[0], 1e-5f);
        Assert.Equal(3, server.Instruct(1, at: 15).Steps);

        // Client 1 at 19.5 s waits; client 0 at 20 s completes the group. τ = 2 − 2 = 0 and 2 − 1 = 1: x = 3.292893 + (6/√2 + 4)/2.
        Arrive(server, client: 1, baseVersion: 2, delta: 4, steps: 3, from: 15, at: 19.5);
        Assert.Equal((2, true, 25.0), (server.Version, server.Strategy.Holds(1), server.Strategy.Deadline.Seconds));
        Arrive(server, client: 0, baseVersion: 1, delta: 6, steps: 10, from: 10, at: 20);
        Assert.Equal((3, false, false), (server.Version, server.Strategy.Holds(0), server.Strategy.Holds(1)));
        Assert.Equal(3.292893 + (((6 / Math.Sqrt(2)) + 4) / 2), server.Model[0], 1e-5);

        // The fastest first: client 0 opens a group for 30 s, client 1 joins it with ⌊10/1.5⌋ = 6 steps, whoever is asked first.
        Assert.Equal(6, server.Instruct(1, at: 20).Steps);
        Assert.Equal(10, server.Instruct(0, at: 20).Steps);
    }

    [Fact]
    [Conformance("fedcompass", Evidence.NumericOracle)]
    public void OnDeadline_OneIsLate_StepsWithoutItAndTakesItAlongLaterByHand()
    {
        Server server = Compass();
        FormAGroupAt20(server);
        float before = server.Model[0];

        // Client 0 is there at 30 s. Client 1 is awaited until 20 + 1.5 · 10 = 35 s: then the step is client 0's alone, τ = 0.
        Arrive(server, client: 0, baseVersion: 3, delta: 2, steps: 10, from: 20, at: 30);
        Assert.Equal((3, 35.0), (server.Version, server.Strategy.Deadline.Seconds));
        server.Deadline();
        Assert.Equal(4, server.Version);
        Assert.Equal(before + 1, server.Model[0], 1e-5);
        Assert.Equal(double.PositiveInfinity, server.Strategy.Deadline.Seconds);
        Assert.Equal(10, server.Instruct(0, at: 35).Steps); // a new group: expected at 45 s, at the latest at 50 s

        // Client 1 at 40 s is late: it is neither held nor a step. Its speed is now (1.5 + 20/6)/2 = 2.41667 s. It cannot make 3 steps until
        // 45 s, so it opens a group: the one after client 0's latest, at 50 + 10 · 1 = 60 s, lets it make ⌊20/2.41667⌋ = 8.
        Arrive(server, client: 1, baseVersion: 3, delta: 12, steps: 6, from: 20, at: 40);
        Assert.Equal((4, false), (server.Version, server.Strategy.Holds(1)));
        Assert.Equal(8, server.Instruct(1, at: 40).Steps);

        // Client 0's group takes the late update along: τ = 4 − 4 = 0 for client 0, 4 − 3 = 1 for client 1: (4 + 12/√2)/2.
        Arrive(server, client: 0, baseVersion: 4, delta: 4, steps: 10, from: 35, at: 45);
        Assert.Equal(5, server.Version);
        Assert.Equal(before + 1 + ((4 + (12 / Math.Sqrt(2))) / 2), server.Model[0], 1e-4);
    }

    [Fact]
    [Conformance("fedcompass", Evidence.NumericOracle)]
    public void OnArrival_LateClientWaitsInAnotherGroup_BothUpdatesCountOnceEach()
    {
        // Three clients of 1 s per step, p_i = 1/3, no discount; speeds are the last task's. Their group is expected at 20 s, at the latest at 25 s.
        FedCompassOptions options = Options with { MinSteps = 6, SpeedMomentum = 1, Staleness = BuiltIns.StalenessWeights.Choose("constant") };
        Server server = new(services => new FedCompass(options, services), [0], clients: 3);
        for (int client = 0; client < 3; client++)
        {
            Arrive(server, client, baseVersion: 0, delta: 0, steps: 10, from: 0, at: 10);
            Assert.Equal(10, server.Instruct(client, at: 10).Steps);
        }

        // Client 0 alone is in time: x = 3/3. Its next group, of its own, is expected at 35 s.
        Arrive(server, client: 0, baseVersion: 1, delta: 3, steps: 10, from: 10, at: 20);
        server.Deadline();
        Assert.Equal([1], server.Model);
        Assert.Equal(10, server.Instruct(0, at: 25).Steps);

        // Client 1 comes late, takes 1.6 s per step now, cannot make 6 until 35 s and opens a group for 42 s; client 2, late too, joins it.
        Arrive(server, client: 1, baseVersion: 2, delta: 30, steps: 10, from: 10, at: 26);
        Assert.Equal(10, server.Instruct(1, at: 26).Steps);
        Arrive(server, client: 2, baseVersion: 3, delta: 60, steps: 10, from: 10, at: 27);
        Assert.Equal(8, server.Instruct(2, at: 27).Steps);

        // Client 1 is back early and waits for client 2. Client 0's step takes the two late updates along: x = 1 + (6 + 30 + 60)/3.
        Arrive(server, client: 1, baseVersion: 4, delta: 9, steps: 10, from: 26, at: 30);
        Arrive(server, client: 0, baseVersion: 4, delta: 6, steps: 10, from: 25, at: 35);
        Assert.Equal((5, 33f), (server.Version, server.Model[0]));

        // It joins their group with 7 steps, whose step has the new ones: x = 33 + (9 + 12 + 3)/3.
        Assert.Equal(7, server.Instruct(0, at: 35).Steps);
        Arrive(server, client: 2, baseVersion: 4, delta: 12, steps: 8, from: 27, at: 41);
        Arrive(server, client: 0, baseVersion: 5, delta: 3, steps: 7, from: 35, at: 42);
        Assert.Equal((6, 41f), (server.Version, server.Model[0]));
    }

    [Fact]
    [Conformance("fedcompass", Evidence.Equivalence)]
    public void OnArrival_OneGroupOfAllWithoutDiscount_IsARoundOfFedAvgBitForBit()
    {
        float[][] deltas = [[0.3f, -1.7f], [2.1f, 0.9f], [-0.4f, 5.5f]];
        FedCompassOptions plain = Options with { Staleness = BuiltIns.StalenessWeights.Choose("constant"), MinSteps = 1 };
        Server compass = new(services => new FedCompass(plain, services), [1, 2], clients: 3);
        Server average = new(services => new FedAvg(new() { Weighting = ClientWeighting.Uniform }, services), [1, 2], clients: 3);
        for (int client = 0; client < 3; client++)
        {
            // Speeds become known by updates that change nothing.
            compass.ArriveDelta(client, [0, 0], client: client, at: 10, algorithm: new() { Steps = 10 });
            Assert.Equal(10, compass.Instruct(client, at: 10).Steps);
        }

        for (int client = 0; client < 3; client++)
        {
            Assert.Equal([1, 2], compass.Model);
            compass.ArriveDelta(3, deltas[client], client: client, at: 20, algorithm: new() { Steps = 10 });
            average.ArriveDelta(0, deltas[client], client: client);
        }

        // Weights 1/3 against a sum that is divided by 3: the same but for the last bit.
        average.EndRound();
        Assert.Equal(average.Model[0], compass.Model[0], 1e-6f);
        Assert.Equal(average.Model[1], compass.Model[1], 1e-6f);
    }

    [Fact]
    [Conformance("fedcompass", Evidence.LimitCase)]
    public void OnArrival_OneClient_AddsEachDelta()
    {
        Server server = new(services => new FedCompass(Options, services), [1], clients: 1);
        for (int arrival = 0; arrival < 5; arrival++)
        {
            Assert.Equal(10, server.Instruct(0, at: 10 * arrival).Steps);
            Arrive(server, client: 0, baseVersion: arrival, delta: 2, steps: 10, from: 10 * arrival, at: 10 * (arrival + 1));
            Assert.Equal([3 + (2 * arrival)], server.Model);
        }
    }

    [Fact]
    [Conformance("fedcompass", Evidence.KnownMistake)]
    public void OnArrival_StaleUpdate_WeighsLessThanAFreshOne()
    {
        // The authors' aggregator has (τ + 1)^a with their a = 0.5, which makes stale updates weigh more.
        Server server = Compass();
        FormAGroupAt20(server);
        Assert.True(ReportedWeight(baseVersion: 1) < ReportedWeight(baseVersion: 3));

        double ReportedWeight(long baseVersion) => server.ArriveDelta(baseVersion, [0], client: 1, at: 24, algorithm: new() { Steps = 1 });
    }

    [Fact]
    public void OnRefused_LastOfAGroup_LetsTheOthersGoAhead()
    {
        Server server = Compass();
        FormAGroupAt20(server);
        Arrive(server, client: 1, baseVersion: 3, delta: 2, steps: 6, from: 20, at: 29);
        Assert.True(server.Strategy.Holds(1));
        server.Refuse(3); // client 0
        Assert.Equal((4, false), (server.Version, server.Strategy.Holds(1)));
    }

    /// <summary>Tasks of 1, 2, 3 and 4 seconds for 10 steps: everybody takes part in every step once speeds are known, fresh.</summary>
    [Fact]
    [Conformance("fedcompass", Evidence.EngineRun)]
    public void Run_SteadyClients_ArriveInFullGroups()
    {
        Trace run = Engine().Run();

        UpdateRecord[] settled = [.. run.Updates.Skip(40)];
        Assert.All(settled.GroupBy(update => update.BaseVersion), group => Assert.InRange(group.Count(), 1, 4));
        Assert.Equal(0, settled.Average(update => (double)update.Staleness), 0.2);
        Assert.InRange(run.Result.ServerSteps, 100, 150); // 400 updates, four to a step, and the steps of the beginning
        Assert.Equal(1.5, run.Parameters[0], 0.1); // the mean of the optima 0, 1, 2, 3
    }

    [Fact]
    public void Run_QueuedClients_AreRefused() => Assert.Equal("scheduler.selection", Assert.Throws<InvalidOptionException>(() =>
        (Engine() with { Scheduler = new() { Selection = BuiltIns.Selections.Choose("queued") } }).Run()).Path);

    private static Scenario Engine() => new()
    {
        Clients = 4,
        Concurrency = 2,
        Rounds = 400,
        Samples = client => client + 1,
        Delay = Scenario.DelayOf("constant") with { Proportional = true },
        Local = new() { Steps = 10, BatchSize = 1 },
        Problem = new() { Optimum = client => client },
        Strategy = services => new FedCompass(new() { MinSteps = 2, MaxSteps = 10, Weighting = ClientWeighting.Uniform }, services),
    };

    private static Server Compass() => new(services => new FedCompass(Options, services), [0], clients: 2);

    /// <summary>Version 3, both sent with 10 and 6 steps, expected at 30 s and at 29 s.</summary>
    private static void FormAGroupAt20(Server server)
    {
        Arrive(server, client: 0, baseVersion: 0, delta: 8, steps: 10, from: 0, at: 10);
        server.Instruct(0, at: 10);
        Arrive(server, client: 1, baseVersion: 0, delta: -2, steps: 10, from: 0, at: 15);
        server.Instruct(1, at: 15);
        Arrive(server, client: 1, baseVersion: 2, delta: 4, steps: 3, from: 15, at: 19.5);
        Arrive(server, client: 0, baseVersion: 1, delta: 6, steps: 10, from: 10, at: 20);
        server.Instruct(0, at: 20);
        server.Instruct(1, at: 20);
    }

    private static void Arrive(Server server, int client, long baseVersion, float delta, int steps, double from, double at)
    {
        server.DispatchedAt = from;
        server.ArriveDelta(baseVersion, [delta], client: client, at: at, algorithm: new ClientAlgorithm { Steps = steps });
    }
}
