using Straggler.Checkpoints;
using Straggler.Metrics;
using Straggler.Recording;
using Straggler.Reports.TensorBoard;

namespace Straggler.Reports.Tests.TensorBoard;

public sealed class TensorBoardObserverTests
{
    private static readonly DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, 250, TimeSpan.Zero);

    [Fact]
    public void Constructor_NewRun_WritesTheFileVersionFirst()
    {
        using TemporaryFolder folder = new();
        using TensorBoardObserver observer = new(folder.Path, new FixedTime(_now));

        DecodedEvent first = Assert.Single(Read(observer));

        // 2026-03-01 12:00:00 UTC is 1772366400 seconds after the epoch.
        Assert.Equal(1772366400.25, first.WallTime);
        Assert.Equal("brain.Event:2", first.FileVersion);
        Assert.Equal(folder.File("tensorboard"), Path.GetDirectoryName(observer.Path));
        Assert.StartsWith("events.out.tfevents.1772366400.", Path.GetFileName(observer.Path), StringComparison.Ordinal);
    }

    [Fact]
    public void OnEvaluation_WhileTheRunGoesOn_CanBeReadAtOnce()
    {
        using TemporaryFolder folder = new();
        using TensorBoardObserver observer = new(folder.Path, new FixedTime(_now));

        observer.OnEvaluation(Evaluation(arrival: 300));

        DecodedEvent evaluation = Read(observer)[1];
        Assert.Equal(300, evaluation.Step);
        Assert.Equal(1772366400.25, evaluation.WallTime);
        Assert.Equal(
            [
                ("test/accuracy", 0.75f),
                ("test/loss", 0.5f),
                ("class_accuracy/0", 1f),
                ("metrics/gini", 0.125f),
                ("run/virtual_time", 12.5f),
                ("run/server_steps", 290f),
                ("updates/refused", 0f),
            ],
            evaluation.Scalars);
    }

    [Fact]
    public void OnUpdate_BetweenEvaluations_IsAveragedAndForgotten()
    {
        using TemporaryFolder folder = new();
        using TensorBoardObserver observer = new(folder.Path, new FixedTime(_now));
        observer.OnUpdate(Update(staleness: 2, loss: 1.0, UpdateOutcome.Applied));
        observer.OnUpdate(Update(staleness: 4, loss: double.NaN, UpdateOutcome.RefusedStale));
        observer.OnEvaluation(Evaluation(arrival: 2));
        observer.OnUpdate(Update(staleness: 9, loss: 0.25, UpdateOutcome.Applied));
        observer.OnEvaluation(Evaluation(arrival: 3));

        IReadOnlyList<DecodedEvent> events = Read(observer);

        // Mean staleness (2 + 4) / 2; the update that was not trained has no loss to average.
        Assert.Equal([("updates/train_loss", 1f), ("updates/staleness", 3f), ("updates/refused", 1f)], events[1].Scalars.TakeLast(3));
        Assert.Equal([("updates/train_loss", 0.25f), ("updates/staleness", 9f), ("updates/refused", 0f)], events[2].Scalars.TakeLast(3));
    }

    [Fact]
    public void Conclude_Configuration_ComesAsATextAtTheLastStep()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("config.yaml"), "seed: 42\nname: \"é\"\n");
        using TensorBoardObserver observer = new(folder.Path, new FixedTime(_now));
        observer.OnEvaluation(Evaluation(arrival: 70));

        observer.Conclude([]);

        DecodedEvent last = Read(observer)[^1];
        Assert.Equal(70, last.Step);
        DecodedValue text = Assert.Single(last.Values);
        Assert.Equal(("config", "```yaml\nseed: 42\nname: \"é\"\n```\n"), (text.Tag, text.Text));
    }

    [Fact]
    public void OnEvaluation_Distributions_AreOfTheArrivalsSinceAndOfTheClients()
    {
        using TemporaryFolder folder = new();
        using TensorBoardObserver observer = new(folder.Path, new FixedTime(_now));
        foreach (long staleness in (long[])[3, 1, 3, 4])
        {
            observer.OnUpdate(Update(staleness, 1.0, UpdateOutcome.Applied));
        }

        observer.OnEvaluation(Evaluation(arrival: 4) with { ClientAccuracy = [0.0, double.NaN, 0.5, 1.0, 0.53] });
        observer.OnEvaluation(Evaluation(arrival: 4));

        IReadOnlyList<DecodedEvent> events = Read(observer);
        DecodedHistogram staleness1 = Assert.Single(events[1].Values, value => value.Tag == "distributions/staleness").Histogram!;
        Assert.Equal((1.0, 4.0, 4.0, 11.0, 35.0), (staleness1.Min, staleness1.Max, staleness1.Count, staleness1.Sum, staleness1.Squares)); // 9 + 1 + 9 + 16
        Assert.Equal([0.5, 1.5, 2.5, 3.5, 4.5], staleness1.Limits);
        Assert.Equal([0.0, 1.0, 0.0, 2.0, 1.0], staleness1.Counts);
        DecodedHistogram accuracy = Assert.Single(events[1].Values, value => value.Tag == "distributions/client_accuracy").Histogram!;
        Assert.Equal(21, accuracy.Limits.Length);
        Assert.Equal((0.0, 1.0, 4.0), (accuracy.Min, accuracy.Max, accuracy.Count));
        Assert.Equal(2.03, accuracy.Sum, 1e-12);
        Assert.Equal([1, 11, 20], Enumerable.Range(0, 21).Where(bar => accuracy.Counts[bar] > 0)); // (0, .05], (.5, .55], (.95, 1]
        Assert.DoesNotContain(events[2].Values, value => value.Histogram is not null);
    }

    [Fact]
    public void OnEvaluation_StalenessWide_SharesBars()
    {
        using TemporaryFolder folder = new();
        using TensorBoardObserver observer = new(folder.Path, new FixedTime(_now));
        for (long staleness = 0; staleness <= 600; staleness++)
        {
            observer.OnUpdate(Update(staleness, 1.0, UpdateOutcome.Applied));
        }

        observer.OnEvaluation(Evaluation(arrival: 601));

        // 601 numbers in bars of 11: 54 full ones hold 594, and the last 7.
        DecodedHistogram histogram = Read(observer)[1].Values.Single(value => value.Histogram is not null).Histogram!;
        Assert.Equal([0.0, .. Enumerable.Repeat(11.0, 54), 7.0], histogram.Counts);
        Assert.Equal((-0.5, 604.5), (histogram.Limits[0], histogram.Limits[^1]));
    }

    [Fact]
    public void Conclude_Figures_CarryTheirSizeAndBytes()
    {
        using TemporaryFolder folder = new();
        new FakeRun { Arrivals = 100 }.Write(folder.Path);
        using TensorBoardObserver observer = new(folder.Path, new FixedTime(_now));
        observer.OnEvaluation(Evaluation(arrival: 100));
        int before = Read(observer).Count; // And the configuration.

        ReportWriter.Write(folder.Path, observer.Conclude);

        DecodedValue[] figures = [.. Read(observer).Skip(before + 1).Select(entry =>
        {
            Assert.Equal(100, entry.Step);
            return Assert.Single(entry.Values);
        })];
        string[] pictures = [.. Directory.GetFiles(folder.File("figures"), "*.png").Where(path => !path.EndsWith("wall-time.png", StringComparison.Ordinal))];
        Assert.Equal(pictures.Select(path => "figures/" + Path.GetFileNameWithoutExtension(path)).Order(), figures.Select(figure => figure.Tag).Order());
        foreach (DecodedValue figure in figures)
        {
            Assert.Equal(File.ReadAllBytes(folder.File(figure.Tag + ".png")), figure.Image!.Png);
            Assert.Equal((1680, 4), (figure.Image.Width, figure.Image.Colours)); // docs/reports.md: PNGs are 1680 pixels wide
            Assert.InRange(figure.Image.Height, 100, 5000);
        }
    }

    [Fact]
    public void Load_SavedInTheMidst_GoesOnAsIfNothingHadHappened()
    {
        using TemporaryFolder whole = new(), cut = new();
        using TensorBoardObserver uninterrupted = new(whole.Path, new FixedTime(_now));
        Drive(uninterrupted, 0, 10);
        using MemoryStream state = new();
        using (TensorBoardObserver killed = new(cut.Path, new FixedTime(_now)))
        {
            Drive(killed, 0, 5);
            using (StateWriter writer = new(state))
            {
                killed.Save(writer);
            }

            Drive(killed, 5, 8); // Lost.
        }

        state.Position = 0;
        using TensorBoardObserver resumed = new(cut.Path, new FixedTime(_now), continued: true);
        using (StateReader reader = new(state))
        {
            resumed.Load(reader);
        }

        Drive(resumed, 5, 10);

        uninterrupted.Dispose();
        resumed.Dispose();
        Assert.Equal(File.ReadAllBytes(uninterrupted.Path), File.ReadAllBytes(resumed.Path));

        static void Drive(TensorBoardObserver observer, int from, int to)
        {
            for (int arrival = from; arrival < to; arrival++)
            {
                observer.OnUpdate(Update(arrival % 4, arrival, UpdateOutcome.Applied));
                if (arrival % 3 == 2)
                {
                    observer.OnEvaluation(Evaluation(arrival + 1) with { ClientAccuracy = [0.1 * arrival] });
                }
            }
        }
    }

    [Fact]
    public void Constructor_TwiceInOneSecond_MakesTwoFiles()
    {
        using TemporaryFolder folder = new();
        using TensorBoardObserver first = new(folder.Path, new FixedTime(_now));
        using TensorBoardObserver second = new(folder.Path, new FixedTime(_now));

        Assert.NotEqual(first.Path, second.Path);
        Assert.Equal(2, Directory.GetFiles(folder.File("tensorboard")).Length);
    }

    [Fact]
    public void Constructor_FolderIsAFile_NamesIt()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("tensorboard"), "");

        ReportException fault = Assert.Throws<ReportException>(() => new TensorBoardObserver(folder.Path, TimeProvider.System));

        Assert.Contains(folder.File("tensorboard"), fault.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<DecodedEvent> Read(TensorBoardObserver observer)
    {
        using FileStream stream = new(observer.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return EventFileDecoder.Decode(bytes);
    }

    private static EvaluationRecord Evaluation(long arrival) => new()
    {
        Arrival = arrival,
        VirtualTime = 12.5,
        Version = 290,
        Loss = 0.5,
        Accuracy = 0.75,
        ClassAccuracy = [1.0, double.NaN],
        ClientAccuracy = [],
        Metrics = [new("gini", 0.125)],
    };

    private static UpdateRecord Update(long staleness, double loss, UpdateOutcome outcome) =>
        new(1, 1.0, 0, 0.0, 10, 10 + staleness, 0.5, 32, loss, outcome);

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
