using Straggler.Availability;
using Straggler.Delays;
using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Simulation;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Simulation;

/// <summary>Runs whose clients come and go and whose tasks are lost.</summary>
public sealed class UnreliableClientsTests
{
    private static readonly FailureOptions Lossy = new() { Dropout = 0.2, UploadLoss = 0.1, Timeout = 3 };

    /// <summary>Sections that change nothing give the run without them, to the last bit.</summary>
    [Fact]
    public void Run_NothingIsEverOffOrLost_IsTheRunWithoutTheSections()
    {
        Trace plain = Learning().Run();
        foreach (MidTaskRule rule in Enum.GetValues<MidTaskRule>())
        {
            Trace same = (Learning() with
            {
                Availability = Of("bernoulli", new BernoulliOptions { Probability = 1 }, rule),
                Failure = new() { Timeout = 1e9 },
                PartialWork = new() { Probability = 0 },
            }).Run();
            Assert.Equal(plain.Updates, same.Updates);
            Assert.Equal(plain.Parameters, same.Parameters);
            Assert.Empty(same.Losses);
        }
    }

    [Fact]
    public void Run_LossesOfAllKinds_AreRecordedCountedAndNeverTrained()
    {
        Scenario scenario = Learning() with { Failure = Lossy, Availability = Markov(MidTaskRule.Abort), Rounds = 400, Workers = 2 };
        Trace run = scenario.Run();
        Assert.Equal(400, run.Updates.Count);
        Assert.All(run.Updates, update => Assert.False(update.Outcome.IsLoss()));
        UpdateOutcome[] kinds = [UpdateOutcome.LostDropout, UpdateOutcome.LostUpload, UpdateOutcome.LostOffline, UpdateOutcome.LostTimeout];
        Assert.All(kinds, kind => Assert.Contains(run.Losses, task => task.Outcome == kind));
        Assert.All(run.Losses, task => Assert.True(double.IsNaN(task.TrainLoss) && task.Weight == 0));

        WastedSummary wasted = run.Result.Statistics.Wasted;
        long[] counted = [wasted.Dropout, wasted.Upload, wasted.Offline, wasted.Timeout];
        Assert.Equal([.. kinds.Select(kind => (long)run.Losses.Count(task => task.Outcome == kind))], counted);
        Assert.Equal(run.Losses.Count, wasted.Tasks);
        Assert.Equal(run.Losses.Sum(task => task.VirtualTime - task.DispatchVirtualTime), wasted.VirtualSeconds, 1e-9);
        long model = 4 * scenario.Problem!.Length;
        Assert.Equal((wasted.Tasks * model, wasted.Upload * model), (wasted.BytesDown, wasted.BytesUp));

        // Everybody who left came back, was lost, or is still out; what was lost was not trained.
        Assert.Equal(run.Result.Statistics.Dispatches, 400 + wasted.Tasks + run.Result.InFlight.Tasks);
        Assert.InRange(scenario.Problem.Trainings, 400, 400 + run.Result.InFlight.Tasks);
        Assert.All(run.Losses.Zip(run.Losses.Skip(1)), pair => Assert.True(pair.First.VirtualTime <= pair.Second.VirtualTime));
    }

    /// <summary>Who leaves is on, and with it the law of selection: see the availability again with the same seed.</summary>
    [Theory]
    [InlineData("fedasync")]
    [InlineData("fedavg")]
    public void Run_EveryDispatch_IsOfAClientThatIsOn(string strategy)
    {
        Scenario scenario = Learning() with
        {
            Availability = Markov(MidTaskRule.Pause),
            Strategy = services => strategy == "fedavg" ? new FedAvg(new(), services) : new FedAsync(new()),
        };
        Trace run = scenario.Run();
        IAvailability seen = scenario.Availability.Create(new(new(scenario.Seed), scenario.Clients));
        Assert.All(run.Updates.Concat(run.Losses), task => Assert.True(seen.IsOn(task.Client, new(task.DispatchVirtualTime))));

        // Those who pause end while they are on, after exactly their work.
        Assert.All(run.Updates, update => Assert.True(seen.At(update.Client, new(update.DispatchVirtualTime)).IsOn));
    }

    /// <summary>Client 0 is on in [0, 1), [10, 11), ...; client 1 in [5, 6), ...; tasks take 0.4 s and two may be out.</summary>
    [Fact]
    public void Run_FewerAreOnThanWanted_WaitsForTheNextToComeBack()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "client_id,start_s,end_s\n0,0,1\n1,5,6\n2,9.5,10\n2,9.75,10\n");
            Scenario scenario = Timeline(clients: 3, concurrency: 2) with
            {
                Availability = Of("trace", new IntervalTraceOptions { File = file, Assign = TraceAssignment.Id, Start = 0, Length = 10 }, MidTaskRule.Finish),
                Delay = Scenario.DelayOf("constant", new ConstantOptions { Value = 0.4 }),
                Rounds = 8,
            };
            (double, int)[] dispatched = [.. scenario.Run().Updates.Select(update => (Math.Round(update.DispatchVirtualTime, 9), update.Client))];

            // Client 0 at 0, 0.4 and 0.8 (to 1.2, beyond its spell); client 1 at 5, 5.4, 5.8; client 2 at 9.5 and 9.9; client 0 at 10 ...
            Assert.Equal([(0, 0), (0.4, 0), (0.8, 0), (5, 1), (5.4, 1), (5.8, 1), (9.5, 2), (9.9, 2)], dispatched);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Selection stays uniform over those who are on: all clients alike, so each has the same share of the arrivals.</summary>
    [Fact]
    public void Run_AlikeClientsThatComeAndGo_TakePartAlike()
    {
        Trace run = (Timeline(clients: 20, concurrency: 4) with
        {
            Availability = Of("bernoulli", new BernoulliOptions { Probability = 0.4, Slot = 0.3 }, MidTaskRule.Finish),
            Rounds = 40_000,
        }).Run();

        // Arrivals 40 apart are as good as independent.
        long[] counts = [.. run.Updates.Where((_, index) => index % 40 == 0).CountBy(update => update.Client).Select(client => (long)client.Value)];
        Assert.Equal(20, counts.Length);
        ChiSquare.AssertUniform(counts);
    }

    /// <summary>A round whose tasks are lost ends without them; one that loses all leaves the model as it is.</summary>
    [Fact]
    public void Run_SynchronousRoundsWithLosses_GoOn()
    {
        Trace run = (Timeline(clients: 6, concurrency: 3) with
        {
            Failure = new() { Dropout = 0.5 },
            Strategy = services => new FedAvg(new(), services),
            Rounds = 300,
        }).Run();
        Assert.Equal(300, run.Updates.Count);

        // A round is the tasks of one dispatch time; it steps if any of them arrived: 7 of 8 do, on average.
        double[] stepped = [.. run.Updates.Select(update => update.DispatchVirtualTime).Distinct()];
        Assert.InRange(run.Result.ServerSteps, stepped.Length - 1, stepped.Length);
        Assert.Contains(run.Losses.Select(task => task.DispatchVirtualTime).Distinct(), round => !stepped.Contains(round));
    }

    [Theory]
    [InlineData("fedbuff", Redispatch.Arrival)]
    [InlineData("fedbuff", Redispatch.Flush)]
    [InlineData("fedavg", Redispatch.Arrival)]
    [InlineData("fedasync", Redispatch.Arrival)]
    public void Run_EverythingIsLost_StopsAndSaysSo(string strategy, Redispatch redispatch)
    {
        Trace run = (Timeline(clients: 6, concurrency: 3) with
        {
            Failure = new() { Timeout = 0.1 }, // Tasks take half a second at least.
            Delay = Scenario.DelayOf("uniform"),
            Scheduler = new() { Redispatch = redispatch },
            Strategy = services => strategy switch
            {
                "fedavg" => new FedAvg(new(), services),
                "fedbuff" => new FedBuff(new() { BufferSize = 2 }, services),
                _ => new FedAsync(new()),
            },
        }).Run();
        Assert.Equal((StopReason.AllLost, 0L), (run.Result.StopReason, run.Result.Statistics.Arrivals));
        Assert.Equal(1_000_000, run.Result.Statistics.Wasted.Timeout);
    }

    /// <summary>A tenth to all of 40 steps, reported as steps, in as much of the time: 1 s for all of them.</summary>
    [Fact]
    public void Run_PartialWork_TakesStepsAndTimeAlike()
    {
        Dictionary<(int, int), int> steps = [];
        QuadraticProblem problem = new()
        {
            During = (task, _) =>
            {
                lock (steps)
                {
                    steps[(task.Client, task.Occurrence)] = task.Algorithm.Steps ?? 40;
                }
            },
        };
        Trace run = (Timeline(clients: 5, concurrency: 2) with
        {
            Problem = problem,
            Samples = _ => 40 * 32,
            Delay = Scenario.DelayOf("constant", new ConstantOptions { Value = 1 }),
            PartialWork = new() { Probability = 0.7 },
            Rounds = 200,
        }).Run();
        Dictionary<int, int> sent = [];
        foreach (UpdateRecord update in run.Updates.OrderBy(update => update.DispatchVirtualTime))
        {
            int occurrence = sent.GetValueOrDefault(update.Client);
            sent[update.Client] = occurrence + 1;
            Assert.Equal(steps[(update.Client, occurrence)] / 40.0, update.VirtualTime - update.DispatchVirtualTime, 1e-9);
        }

        Assert.Contains(steps.Values, count => count == 40);
        Assert.InRange(steps.Values.Min(), 4, 12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Run_AnyNumberOfWorkers_GivesTheSameBits(int workers)
    {
        Scenario scenario = Learning() with { Failure = Lossy, Availability = Markov(MidTaskRule.Pause), PartialWork = new(), Workers = workers };
        Trace one = (scenario with { Workers = 2, Problem = Learning().Problem }).Run(), other = scenario.Run();
        Assert.Equal(one.Updates, other.Updates);
        Assert.Equal(one.Losses, other.Losses);
        Assert.Equal(one.Parameters, other.Parameters);
    }

    private static AvailabilityOptions Markov(MidTaskRule rule) => Of("markov", new MarkovOptions { MeanOn = 3, MeanOff = 2 }, rule);

    private static AvailabilityOptions Of(string name, object options, MidTaskRule rule) =>
        new() { Model = BuiltIns.Availability.Choose(name) with { Options = options }, MidTask = rule };

    private static Scenario Timeline(int clients, int concurrency) => new() { Clients = clients, Concurrency = concurrency, Delay = Scenario.DelayOf("exponential") };

    private static Scenario Learning() => new()
    {
        Clients = 12,
        Concurrency = 4,
        Rounds = 150,
        Delay = Scenario.DelayOf("lognormal"),
        Samples = client => 100 + (100 * (client % 3)),
        Problem = new() { Optimum = client => 0.1f * client, OccurrenceMark = 0.01f },
    };
}
