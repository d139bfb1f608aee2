using System.Text.Json;
using Straggler.Delays;
using Straggler.Metrics;
using Straggler.Recording;
using Straggler.Simulation;
using static Straggler.Experiments.Tests.TestCatalogs;

namespace Straggler.Experiments.Tests;

public sealed class RecorderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("straggler-recorder-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void UpdatesCsv_Rows_AreAsDocumented()
    {
        string path = Path.Combine(_folder, "updates.csv");
        using (UpdatesCsv csv = new(path))
        {
            csv.OnUpdate(new(1, 0.1 + 0.2, 7, 0, 0, 3, 0.5, 60, 2.25, UpdateOutcome.Applied) { Parts = new(new(0.1), new(0.2), new(0)) });
            csv.OnUpdate(new(2, 1e-7, 99, 0.125, 2, 2, 0, 1, double.NaN, UpdateOutcome.RefusedNonFinite));
            csv.OnUpdate(new(3, 1e20, 0, 3, 0, long.MaxValue, 0, 5, 1, UpdateOutcome.RefusedStale) { Parts = TaskDelay.Unknown with { Compute = new(7.5) } });
        }

        // 0.1 + 0.2 is 0.30000000000000004 in binary: every digit that the reader needs is there.
        Assert.Equal("""
            arrival,virtual_time,client,dispatch_virtual_time,base_version,version,staleness,weight,samples,train_loss,outcome,download_time,compute_time,upload_time
            1,0.30000000000000004,7,0,0,3,3,0.5,60,2.25,applied,0.1,0.2,0
            2,1E-07,99,0.125,2,2,0,0,1,,refused_non_finite,,,
            3,1E+20,0,3,0,9223372036854775807,9223372036854775807,0,5,1,refused_stale,,7.5,

            """.ReplaceLineEndings("\n"), File.ReadAllText(path));
    }

    [Fact]
    public void UpdatesCsv_WhileRunning_ShowsWholeLinesOnly()
    {
        string path = Path.Combine(_folder, "updates.csv");
        using UpdatesCsv csv = new(path);
        for (int i = 1; i <= 5000; i++)
        {
            csv.OnUpdate(new(i, Math.Sqrt(i), i % 100, Math.Sqrt(i) / 3, i / 2, i, 1.0 / i, i, i / 7.0, UpdateOutcome.Applied));
            Assert.True(ReadShared(path) is "" or [.., '\n']);
        }

        csv.OnEvaluation(Evaluation(5000));

        Assert.Equal(5001, ReadShared(path).Count(letter => letter == '\n'));
    }

    [Fact]
    public void UpdatesCsv_FullDisk_IsReported()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");
        UpdatesCsv csv = new(new CsvWriter(new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0), "updates.csv"));
        csv.OnUpdate(new(1, 1, 1, 1, 1, 1, 1, 1, 1, UpdateOutcome.Applied));

        RunDirectoryException exception = Assert.Throws<RunDirectoryException>(() => csv.OnEvaluation(Evaluation(1)));

        Assert.Equal("\"updates.csv\" cannot be written: No space left on device.", exception.Message);
        csv.Dispose();
    }

    [Fact]
    public void RunRecorder_DiskFillsUp_KeepsWholeLines()
    {
        using TinyDisk disk = TinyDisk.MountOrSkip();
        ExperimentPlan plan = Parse("");
        RunDirectory directory = RunDirectory.Create(disk.Path, plan);
        RunRecorder recorder = new(directory, plan, TimeProvider.System);

        RunDirectoryException exception = Assert.Throws<RunDirectoryException>(() =>
        {
            for (int i = 1; i <= 100_000; i++)
            {
                recorder.OnUpdate(new(i, i, 1, 1, 1, 1, 1, 1, 1, UpdateOutcome.Applied));
            }
        });

        Assert.Contains("No space left on device", exception.Message, StringComparison.Ordinal);
        recorder.Dispose();
        string[] lines = File.ReadAllText(directory.PathOf("updates.csv")).Split('\n');
        Assert.True(lines.Length > 1000);
        Assert.Equal("", lines[^1]);
        Assert.All(lines[1..^1], line => Assert.EndsWith(",applied,,,", line, StringComparison.Ordinal));
    }

    [Fact]
    public void MetricsCsv_Rows_AreAsDocumented()
    {
        string path = Path.Combine(_folder, "metrics.csv");
        StoppedClock clock = new();
        using (MetricsCsv csv = new(path, clock))
        {
            csv.OnEvaluation(Evaluation(0));
            clock.Seconds = 1.5;
            csv.OnEvaluation(Evaluation(50) with { ClassAccuracy = [0.5, double.NaN], EvaluatingClients = 3 });
            Assert.Equal(3, ReadShared(path).Count(letter => letter == '\n'));
            Assert.Throws<InvalidOperationException>(() => csv.OnEvaluation(Evaluation(51) with { ClassAccuracy = [1] }));
        }

        Assert.Equal("""
            arrival,virtual_time,server_steps,loss,accuracy,gini,staleness_mean,evaluating_clients,class_accuracy_0,class_accuracy_1,wall_seconds
            0,0.5,4,2.5,0.75,0.1,,,1,0.25,0
            50,0.5,4,2.5,0.75,0.1,,3,0.5,,1.5

            """.ReplaceLineEndings("\n"), File.ReadAllText(path));
    }

    [Fact]
    public void ClientsCsv_Rows_AreAsDocumented()
    {
        string path = Path.Combine(_folder, "clients.csv");

        ClientRecord[] clients =
        [
            new(0, 60, 10, 12, 8.5, 0.875) { Dispatches = 14 },
            new(1, 5, 0, 0, double.NaN, double.NaN) { Dispatches = 1 },
            new(2, null, null, 0, double.NaN, double.NaN) { Dispatches = 0 },
        ];

        ClientsCsv.Write(path, clients);

        Assert.Equal("client,samples,test_samples,arrivals,mean_staleness,accuracy,energy_joules,dispatches\n0,60,10,12,8.5,0.875,,14\n1,5,0,0,,,,1\n2,,,0,,,,0\n", File.ReadAllText(path));
    }

    [Fact]
    public void SummaryJson_Keys_AreTheContract()
    {
        using JsonDocument json = JsonDocument.Parse(SummaryJson.ToJson(Summary()));

        // From the issue that defined the file; more keys may stand beside these.
        string[] promised =
        [
            "schema", "name", "seed", "strategy", "stop_reason", "virtual_time", "arrivals", "server_steps", "refused",
            "final.loss", "final.accuracy", "best_accuracy", "targets",
            "fairness.gini", "fairness.jain", "fairness.variance", "fairness.worst10", "fairness.best10",
            "staleness.mean", "staleness.p50", "staleness.p90", "staleness.p99", "staleness.max", "participation.gini",
            "bytes.down", "bytes.up", "wall_seconds", "training_seconds", "evaluation_seconds", "gradient_steps", "workers",
            "peak_memory_bytes", "parameters_sha256",
        ];
        Assert.All(promised, path => Assert.True(Find(json.RootElement, path).HasValue, path));
        Assert.Equal(JsonValueKind.Null, Find(json.RootElement, "fairness.gini")!.Value.ValueKind);
        Assert.Equal(18446744073709551615UL, json.RootElement.GetProperty("seed").GetUInt64());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("targets")[1].GetProperty("virtual_time").ValueKind);
    }

    [Fact]
    public void SummaryJson_WrittenAndParsed_IsTheSame()
    {
        string json = SummaryJson.ToJson(Summary());

        RunSummary again = SummaryJson.Parse(json);

        Assert.Equal(json, SummaryJson.ToJson(again));
        Assert.True(double.IsNaN(again.Fairness.Gini));
        Assert.Equal(0.1 + 0.2, again.VirtualTime);
    }

    [Fact]
    public void RunRecorder_WholeRun_LeavesTheDocumentedFiles()
    {
        ExperimentPlan plan = Parse("name: whole");
        RunDirectory directory = RunDirectory.Create(_folder, plan);
        using (RunRecorder recorder = new(directory, plan, TimeProvider.System))
        {
            recorder.OnEvaluation(Evaluation(0));
            recorder.OnUpdate(new(1, 1, 1, 1, 1, 1, 1, 1, 1, UpdateOutcome.Applied));
            recorder.Finish(Summary(), [], [new(3, new(0.5), VirtualTime.Never, 7, null)]);
        }

        Assert.Equal("client,dispatch_virtual_time,base_version\n3,0.5,7\n", File.ReadAllText(directory.PathOf("in_flight.csv")));
        Assert.Equal(["clients.csv", "config.yaml", "in_flight.csv", "metrics.csv", "summary.json", "updates.csv"],
            Directory.GetFiles(directory.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void RunRecorder_RecordingOff_WritesNoUpdates()
    {
        ExperimentPlan plan = Parse("recording: {updates: off}");
        RunDirectory directory = RunDirectory.Create(_folder, plan);
        using RunRecorder recorder = new(directory, plan, TimeProvider.System);

        recorder.OnUpdate(new(1, 1, 1, 1, 1, 1, 1, 1, 1, UpdateOutcome.Applied));

        Assert.False(File.Exists(directory.PathOf("updates.csv")));
    }

    private static EvaluationRecord Evaluation(long arrival) => new()
    {
        Arrival = arrival,
        VirtualTime = 0.5,
        Version = 4,
        Loss = 2.5,
        Accuracy = 0.75,
        ClassAccuracy = [1, 0.25],
        ClientAccuracy = [],
        Metrics = [new("gini", 0.1), new("staleness_mean", double.NaN)],
    };

    private static RunSummary Summary() => new()
    {
        Name = "run",
        Seed = ulong.MaxValue,
        Strategy = "fedasync",
        StopReason = "rounds",
        VirtualTime = 0.1 + 0.2,
        Arrivals = 10,
        ServerSteps = 9,
        Refused = 1,
        Dispatches = 12,
        InFlight = new(2, 3),
        Final = new(0.5, 0.75),
        BestAccuracy = 0.8,
        AccuracyAuc = 0.6,
        Targets = [new(0.6, true, 1.5, 5, 4), new(0.9, false, null, null, null)],
        Fairness = new(double.NaN, 1, 0, 0.1, 0.9),
        Staleness = new(1, 1, 2, 3, 4),
        Participation = new(0.2),
        Bytes = new(100, 200),
        WallSeconds = 1,
        TrainingSeconds = 2,
        EvaluationSeconds = 3,
        Profile = new(1, 2, 3, 4, 5, 6),
        GradientSteps = 4,
        Workers = 2,
        PeakMemoryBytes = 5,
        ParametersSha256 = "00",
    };

    private static JsonElement? Find(JsonElement element, string path)
    {
        foreach (string key in path.Split('.'))
        {
            if (!element.TryGetProperty(key, out element))
            {
                return null;
            }
        }

        return element;
    }

    private static string ReadShared(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(file);
        return reader.ReadToEnd();
    }

    private sealed class StoppedClock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long GetTimestamp() => (long)(Seconds * TimestampFrequency);
    }
}
