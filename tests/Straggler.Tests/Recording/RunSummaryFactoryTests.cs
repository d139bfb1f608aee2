using Straggler.Recording;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Recording;

public sealed class RunSummaryFactoryTests
{
    private static readonly RunFacts Facts = new(
        "name", 42, "fedbuff", RunTimesTests.Seconds(1.5, 1.25, 0.125, 0.5, 0.25, 2, 0.25, 1.5), 3, 1_000, "ab");

    [Fact]
    public void Create_SmallRun_SumsUpWhatItsRecordsSay()
    {
        Trace run = Small().Run();
        RunSummary summary = RunSummaryFactory.Create(run.Result, Facts);

        Assert.Equal(
            ("straggler.summary/1", "name", 42UL, "fedbuff", "rounds"),
            (summary.Schema, summary.Name, summary.Seed, summary.Strategy, summary.StopReason));
        Assert.Equal((1.5, 2.0, 0.25, 3, 1_000L, "ab"), (
            summary.WallSeconds, summary.TrainingSeconds, summary.EvaluationSeconds, summary.Workers, summary.PeakMemoryBytes,
            summary.ParametersSha256));
        Assert.Equal(new(1.25, 0.125, 0.5, 0.25, 1.25 - 0.125 - 0.5 - 0.25, 1.5), summary.Profile);
        Assert.Equal((60L, 20L), (summary.Arrivals, summary.ServerSteps));
        Assert.Equal(run.Updates[^1].VirtualTime, summary.VirtualTime);
        Assert.Equal(run.Updates.Count(update => update.Outcome != UpdateOutcome.Applied), summary.Refused);
        Assert.Equal(run.Updates.Count + 4, summary.Dispatches);
        Assert.Equal((summary.Dispatches * 19 * 4, 60L * 19 * 4), (summary.Bytes.Down, summary.Bytes.Up));
        Assert.Equal(run.Updates.Average(update => (double)update.Staleness), summary.Staleness.Mean, 1e-12);
        Assert.Equal(run.Updates.Max(update => update.Staleness), summary.Staleness.Max);
        Assert.Equal((run.Evaluations[^1].Loss, run.Evaluations[^1].Accuracy), (summary.Final.Loss, summary.Final.Accuracy));
        Assert.Equal(run.Evaluations.Max(evaluation => evaluation.Accuracy), summary.BestAccuracy);

        // Law 2 through the summary: Σ staleness + Σ in flight = (C − 1)·m.
        Assert.Equal(3 * 20, (long)Math.Round(summary.Staleness.Mean * 60) + summary.InFlight.VersionLag);
    }

    [Fact]
    public void Create_Fairness_IsOfTheLastEvaluationsClients()
    {
        Trace run = Small().Run();
        RunSummary summary = RunSummaryFactory.Create(run.Result, Facts);
        double[] clients = [.. run.Evaluations[^1].ClientAccuracy.Order()];
        double mean = clients.Average();
        Assert.Equal(clients.Average(x => (x - mean) * (x - mean)), summary.Fairness.Variance, 1e-12);
        Assert.Equal((clients[0], clients[^1]), (summary.Fairness.Worst10, summary.Fairness.Best10));
        Assert.Equal(mean * mean / clients.Average(x => x * x), summary.Fairness.Jain, 1e-12);
    }

    /// <summary>One accuracy says nothing of how evenly clients are served, in the summary as in the evaluations.</summary>
    [Fact]
    public void Create_AccuracyOfOneClientIsKnown_FairnessIsNot()
    {
        Trace run = (Small() with { Clients = 1, Concurrency = 1 }).Run();
        FairnessSummary fairness = RunSummaryFactory.Create(run.Result, Facts).Fairness;

        Assert.Single(run.Evaluations[^1].ClientAccuracy, accuracy => !double.IsNaN(accuracy));
        Assert.Equal(new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN), fairness);
        Assert.All(
            run.Evaluations[^1].Metrics.Where(metric => metric.Key.StartsWith("client_", StringComparison.Ordinal)),
            metric => Assert.True(double.IsNaN(metric.Value), metric.Key));
    }

    [Fact]
    public async Task Create_CancelledTimingOnlyRun_HasNoNumbersButAReason()
    {
        Trace run = await (Small() with { Problem = null }).RunAsync(new CancellationToken(canceled: true));
        RunSummary summary = RunSummaryFactory.Create(run.Result, Facts);
        Assert.Equal("cancelled", summary.StopReason);
        Assert.Equal((0L, 0L, 4L), (summary.Arrivals, summary.Bytes.Up, summary.Dispatches));
        Assert.True(double.IsNaN(summary.Final.Accuracy) && double.IsNaN(summary.Staleness.Mean) && double.IsNaN(summary.Fairness.Gini));
    }

    [Fact]
    public void ClientRecords_Run_AddUpToTheRun()
    {
        Trace run = Small().Run();
        ClientRecord[] clients = [.. ClientRecords.Create(run.Result, new([.. Enumerable.Range(0, 5).Select(client =>
            new Straggler.Federation.ClientShard(new int[client + 1], [client, client + 5]))], 10))];
        Assert.Equal(60, clients.Sum(client => client.Arrivals));
        Assert.All(clients, client =>
        {
            UpdateRecord[] own = [.. run.Updates.Where(update => update.Client == client.Client)];
            Assert.Equal(own.Length, client.Arrivals);
            Assert.Equal(own.Average(update => (double)update.Staleness), client.MeanStaleness, 1e-12);
            Assert.Equal(client.Client + 1, client.Samples);
            Assert.Equal(run.Evaluations[^1].ClientAccuracy[client.Client], client.Accuracy);
        });
    }

    private static Scenario Small() => new()
    {
        Clients = 5,
        Concurrency = 4,
        Rounds = 60,
        Samples = client => client + 1,
        Delay = Scenario.DelayOf("exponential"),
        Evaluation = new() { EveryEvents = 20 },
        Problem = new() { Optimum = client => client * 0.3f },
        Strategy = services => new FedBuff(new() { BufferSize = 3 }, services),
    };
}
