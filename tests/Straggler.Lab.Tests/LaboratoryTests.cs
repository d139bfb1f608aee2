using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Delays;
using Straggler.Experiments;
using Straggler.Federation;
using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Strategies;

namespace Straggler.Lab.Tests;

public sealed class LaboratoryTests : IDisposable
{
    private static readonly string[] _small =
        ["model=logistic", "dataset.train_limit=1000", "dataset.test_limit=200", "n_clients=10", "concurrency=4", "partition.min_samples=5", "rounds=20", "eval.every_events=10"];

    private readonly string _folder = Directory.CreateTempSubdirectory("straggler-lab-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task RunAsync_InMemory_IsTheRunThatTheRunDirectoryHolds()
    {
        Laboratory lab = new() { Workers = 2 };
        ExperimentPlan plan = lab.Load([.. _small, "strategy=fedbuff", "strategy.buffer_size=3", "failure.dropout=0.2"]);
        LabRun run = await lab.RunAsync(plan, cancellation: TestContext.Current.CancellationToken);
        string directory = await new Laboratory { Workers = 1 }.RunIntoAsync(plan, _folder, TestContext.Current.CancellationToken);

        string[] rows = await File.ReadAllLinesAsync(Path.Combine(directory, "updates.csv"), TestContext.Current.CancellationToken);
        Assert.Equal(rows[1..], run.Updates.Select(Row));
        Assert.Equal([0, 10, 20], run.Evaluations.Select(evaluation => evaluation.Arrival));
        Assert.Equal(10, run.Clients.Count);
        Assert.Contains($"\"parameters_sha256\": \"{run.Summary.ParametersSha256}\"", await File.ReadAllTextAsync(
            Path.Combine(directory, "summary.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(directory, "report.html")));
    }

    [Fact]
    public async Task AddStrategy_OneThatMixesAsFedAsyncDoes_ComesToFedAsyncsModel()
    {
        Laboratory lab = new();
        lab.AddStrategy<MixOptions>("mix", (options, _) => new Mix(options));
        LabRun own = await lab.RunAsync([.. _small, "strategy=mix", "strategy.rate=0.3"]);
        LabRun builtIn = await lab.RunAsync([.. _small, "strategy=fedasync", "strategy.mixing_rate=0.3", "strategy.staleness=constant", "strategy.proximal=0"]);

        Assert.Equal(builtIn.Parameters.ToArray(), own.Parameters.ToArray());
        Assert.Equal(builtIn.Updates.Select(update => update with { Weight = 0 }), own.Updates.Select(update => update with { Weight = 0 }));
    }

    [Fact]
    public void Load_OwnStrategy_HasRangesKeysAndSuggestionsLikeAnyOther()
    {
        Laboratory lab = new();
        lab.AddStrategy<MixOptions>("mix", (options, _) => new Mix(options));

        Assert.Contains("strategy.rate: 2 is out of range", Fault(lab, "strategy=mix", "strategy.rate=2"), StringComparison.Ordinal);
        Assert.Contains("Did you mean \"rate\"?", Fault(lab, "strategy=mix", "strategy.rat=0.2"), StringComparison.Ordinal);
        Assert.Contains("mix", Fault(lab, "strategy=mux"), StringComparison.Ordinal);
    }

    [Fact]
    public void Add_DistributionOfOnesOwn_CanBeNamed()
    {
        Laboratory lab = new();
        lab.Add(Catalog<IDistribution>.Line<NoOptions>("always_two", "", "", _ => new Constant(new() { Value = 2 })));
        Assert.Equal("always_two", lab.Load("delay.dist=always_two").Delay.Dist.Name);
    }

    [Fact]
    public void Add_NameThatIsTakenOrNoTable_IsRefused()
    {
        Laboratory lab = new();
        Assert.Contains("fedasync", Assert.Throws<ArgumentException>(() => lab.AddStrategy<MixOptions>("fedasync", (options, _) => new Mix(options))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => lab.Add(Catalog<string>.Line<NoOptions>("dice", "", "", _ => "")));
    }

    [Fact]
    public async Task RunAsync_Cancelled_ReturnsWhatWasDone()
    {
        using CancellationTokenSource cancellation = new();
        Stopper stopper = new(cancellation, after: 5);
        Laboratory lab = new();
        LabRun run = await lab.RunAsync(lab.Load("training=none", "n_clients=10", "concurrency=4", "rounds=1000"), [stopper], cancellation.Token);
        Assert.Equal("cancelled", run.Summary.StopReason);
        Assert.Equal(5, run.Updates.Count);
    }

    [Fact]
    public void DispatchPolicies_Table_IsOneThatCanBeAddedTo()
    {
        Laboratory lab = new();
        lab.Add(Catalog<DispatchPolicyFactory>.Line<NoOptions>("mine", "", "", _ => services => new ConstantConcurrency(services.Concurrency)));
        Assert.Equal("mine", lab.Load("scheduler=mine").Scheduler.Policy.Name);
    }

    private static string Fault(Laboratory lab, params string[] settings) =>
        Assert.Throws<ExperimentConfigException>(() => lab.Load(settings)).Message;

    private static string Row(UpdateRecord update) => string.Create(CultureInfo.InvariantCulture,
        $"{update.Arrival},{update.VirtualTime:R},{update.Client},{update.DispatchVirtualTime:R},{update.BaseVersion},{update.Version},{update.Staleness},{update.Weight:R},{update.Samples},{Cell(update.TrainLoss)},{(update.Outcome == UpdateOutcome.Applied ? "applied" : "lost_dropout")},{Cell(update.Parts.Download.Seconds)},{Cell(update.Parts.Compute.Seconds)},{Cell(update.Parts.Upload.Seconds)}");

    private static string Cell(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);

    private sealed record MixOptions
    {
        [Range(0.0, 1.0)]
        public double Rate { get; init; } = 0.5;
    }

    private sealed class Mix(MixOptions options) : IServerStrategy
    {
        public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
        {
            using ServerStep step = model.BeginStep();
            FlatVector.Mix(step.Current, update.Local, (float)options.Rate, step.Next);
            return 1;
        }

        public void Save(StateWriter writer)
        {
        }

        public void Load(StateReader reader)
        {
        }
    }

    private sealed class Stopper(CancellationTokenSource cancellation, int after) : IRunObserver
    {
        public bool TellUpdatesAtOnce => true;

        public void OnUpdate(in UpdateRecord update)
        {
            if (update.Arrival == after)
            {
                cancellation.Cancel();
            }
        }

        public void OnEvaluation(Metrics.EvaluationRecord evaluation)
        {
        }
    }
}
