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
