using System.Globalization;
using System.Net;
using Straggler.Metrics;
using Straggler.Reports.Tracking;

namespace Straggler.Reports.Tests.Tracking;

public sealed class MlflowTests : IDisposable
{
    private static readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();
    private readonly FakeMlflow _server = new();
    private readonly List<string> _warnings = [];

    private string Run => _folder.File("demo");

    private static MlflowSettings Settings { get; } = new()
    {
        Server = new("http://127.0.0.1:5000/"),
        FirstPause = TimeSpan.FromMilliseconds(1),
    };

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Export_FinishedRun_BringsEverythingOnce()
    {
        new FakeRun().Write(Run);

        (string id, string? problem) = await SendAsync();

        Assert.Null(problem);
        FakeMlflowRun run = _server.Runs[id];
        Assert.Equal(("demo", "FINISHED"), (run.Name, run.Status));
        Assert.Equal(["straggler"], _server.Experiments.Keys);
        Assert.Equal("demo", run.Tags["mlflow.runName"]);
        Assert.Equal("fedasync", run.Tags["straggler.strategy"]);
        Assert.Equal(("0.6", "cnn", "[0.6, 0.7, 0.8, 0.9]"), (run.Parameters["strategy.eta"], run.Parameters["model.name"], run.Parameters["eval.targets"]));
        string[][] rows = [.. File.ReadAllLines(Path.Combine(Run, "metrics.csv")).Skip(1).Select(line => line.Split(','))];
        Assert.Equal(rows.Select(row => (Number(row[4]), long.Parse(row[0], CultureInfo.InvariantCulture))), run.Of("accuracy"));
        Assert.Equal(rows.Select(row => Number(row[1])), run.Of("virtual_time").Select(point => point.Value));

        // FakeRun: 0.1 wall seconds for each arrival.
        Assert.All(run.Metrics.Where(metric => metric.Key == "loss"), metric => Assert.Equal(run.StartTime + (100 * metric.Step), metric.Timestamp));
        Assert.Equal([(131.4, 1000L)], run.Of("summary.wall_seconds"));
        Assert.Equal(run.StartTime + 131_400, run.EndTime);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Run, "updates.csv")), _server.Artifacts[$"1/{id}/artifacts/updates.csv"]);
        Assert.Contains($"1/{id}/artifacts/config.yaml", _server.Artifacts.Keys);

        int points = run.Metrics.Count(metric => !metric.Key.StartsWith("summary.", StringComparison.Ordinal));
        await SendAsync();
        Assert.Single(_server.Runs);
        Assert.Equal(points, run.Metrics.Count(metric => !metric.Key.StartsWith("summary.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Export_ManyParametersAndEvaluations_KeepsToTheLimits()
    {
        new FakeRun { Arrivals = 500, Every = 1 }.Write(Run);
        File.AppendAllLines(Path.Combine(Run, "config.yaml"), ["many:", .. Enumerable.Range(0, 250).Select(key => $"  key{key}: {key}"), $"  long: {new string('x', 7000)}"]);

        (string id, _) = await SendAsync();

        // The server refuses more than 1000 metrics, 100 parameters or 6000 characters.
        Assert.Equal(501, _server.Runs[id].Of("accuracy").Length);
        Assert.Equal("249", _server.Runs[id].Parameters["many.key249"]);
        Assert.Equal(6000, _server.Runs[id].Parameters["many.long"].Length);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public async Task Export_EveryThirdRequestFails_GoesOnWhereItWas(HttpStatusCode status)
    {
        new FakeRun { Arrivals = 200, Every = 1 }.Write(Run);
        int requests = 0;
        _server.Fault = (_, _) => Task.FromResult(++requests is 3 or 6 or 9 ? FakeMlflow.Answer(status, "overloaded") : null);

        (string id, _) = await SendAsync(Settings with { Artifacts = false });

        Assert.Single(_server.Runs);
        Assert.Equal(Enumerable.Range(0, 201).Select(step => (long)step), _server.Runs[id].Of("accuracy").Select(point => point.Step));
        Assert.Equal("FINISHED", _server.Runs[id].Status);
    }

    [Fact]
    public async Task Export_WrongToken_SaysSoAtOnce()
    {
        new FakeRun { Arrivals = 10 }.Write(Run);
        _server.Fault = (_, _) => Task.FromResult<HttpResponseMessage?>(FakeMlflow.Answer(HttpStatusCode.Unauthorized, """{"error_code": "UNAUTHENTICATED", "message": "who are you?"}"""));

        ReportException fault = await Assert.ThrowsAsync<ReportException>(() => SendAsync());

        Assert.Equal("MLflow at http://127.0.0.1:5000/: status 401, UNAUTHENTICATED: who are you?.", fault.Message);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task Export_ArtifactsElsewhere_AreNotUploadedAndItSaysWhy()
    {
        new FakeRun { Arrivals = 10 }.Write(Run);
        _server.ArtifactRoot = "s3://bucket";

        (string id, string? problem) = await SendAsync();

        Assert.Equal("FINISHED", _server.Runs[id].Status);
        Assert.Empty(_server.Artifacts);
        Assert.StartsWith($"the run's artifacts lie at s3://bucket/{id}/artifacts", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_NoMlflow_SaysThatItIsNone()
    {
        new FakeRun { Arrivals = 10 }.Write(Run);
        _server.Fault = (_, _) => Task.FromResult<HttpResponseMessage?>(FakeMlflow.Answer(HttpStatusCode.OK, "<html>hello</html>"));

        Assert.Contains("is this an MLflow server?", (await Assert.ThrowsAsync<ReportException>(() => SendAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tracker_Resumed_GoesOnWithTheSameRun()
    {
        new FakeRun { Arrivals = 300 }.Write(Run);
        string[] whole = File.ReadAllLines(Path.Combine(Run, "metrics.csv"));
        string summary = File.ReadAllText(Path.Combine(Run, "summary.json"));
        File.Delete(Path.Combine(Run, "summary.json"));
        File.WriteAllLines(Path.Combine(Run, "metrics.csv"), whole[..4]); // Arrivals 0, 50, 100.
        using (MlflowTracker first = Track())
        {
            first.OnEvaluation(Evaluation());
        }

        FakeMlflowRun run = Assert.Single(_server.Runs).Value;
        Assert.Equal("FAILED", run.Status); // Never completed.
        File.WriteAllLines(Path.Combine(Run, "metrics.csv"), whole);
        File.WriteAllText(Path.Combine(Run, "summary.json"), summary);
        using (MlflowTracker second = Track())
        {
            second.OnEvaluation(Evaluation());
            second.Complete(isCancelled: false);
        }

        Assert.Single(_server.Runs);
        Assert.Equal("FINISHED", run.Status);
        Assert.Equal([0L, 50, 100, 150, 200, 250, 300], run.Of("accuracy").Select(point => point.Step));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Tracker_Cancelled_IsKilled()
    {
        new FakeRun { Arrivals = 10 }.Write(Run);
        using (MlflowTracker tracker = Track())
        {
            tracker.Complete(isCancelled: true);
        }

        Assert.Equal("KILLED", Assert.Single(_server.Runs).Value.Status);
    }

    [Fact]
    public async Task Tracker_ServerDownThenBack_SendsWhatItMissed()
    {
        new FakeRun { Arrivals = 100 }.Write(Run);
        TaskCompletionSource refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool isDown = true;
        _server.Fault = (_, _) =>
        {
            if (!Volatile.Read(ref isDown))
            {
                return Task.FromResult<HttpResponseMessage?>(null);
            }

            refused.TrySetResult();
            throw new HttpRequestException("Connection refused");
        };
        using MlflowTracker tracker = Track();
        tracker.OnEvaluation(Evaluation());
        await refused.Task.WaitAsync(_cancellation);
        Volatile.Write(ref isDown, false);
        tracker.Complete(isCancelled: false);

        FakeMlflowRun run = Assert.Single(_server.Runs).Value;
        Assert.Equal([0L, 50, 100], run.Of("accuracy").Select(point => point.Step));
        Assert.StartsWith("warning: MLflow at http://127.0.0.1:5000/: Connection refused. The run goes on", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Tracker_ServerDownToTheEnd_WarnsAndSaysHowToSendTheRest()
    {
        new FakeRun { Arrivals = 100 }.Write(Run);
        _server.Fault = (_, _) => throw new HttpRequestException("Connection refused");
        using (MlflowTracker tracker = Track())
        {
            for (int evaluation = 0; evaluation < 1000; evaluation++)
            {
                tracker.OnEvaluation(Evaluation());
            }

            tracker.Complete(isCancelled: false);
        }

        Assert.InRange(_warnings.Count, 1, 2); // The first failure, if the end did not come before it, and the end.
        Assert.Contains($"straggler export mlflow {Run} --uri http://127.0.0.1:5000/", _warnings[^1], StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Run, "mlflow.json")));
    }

    [Fact]
    public void Tracker_ServerNeverAnswers_KeepsNobodyWaiting()
    {
        new FakeRun { Arrivals = 100 }.Write(Run);
        _server.Fault = async (_, cancellation) =>
        {
            await new TaskCompletionSource().Task.WaitAsync(cancellation);
            return null;
        };
        using (MlflowTracker tracker = Track(Settings with { RequestTimeout = TimeSpan.FromDays(1), EndTimeout = TimeSpan.FromMilliseconds(50) }))
        {
            tracker.OnEvaluation(Evaluation());
            tracker.Complete(isCancelled: false);
        }

        Assert.Contains("it took too long", _warnings[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_RequestWithoutAnswer_TimesOut()
    {
        new FakeRun { Arrivals = 10 }.Write(Run);
        _server.Fault = async (_, cancellation) =>
        {
            await new TaskCompletionSource().Task.WaitAsync(cancellation);
            return null;
        };

        ReportException fault = await Assert.ThrowsAsync<ReportException>(() => SendAsync(Settings with { RequestTimeout = TimeSpan.FromMilliseconds(20) }));

        Assert.Contains("no answer within 0.02 s", fault.Message, StringComparison.Ordinal);
        Assert.Equal(4, _server.Requests.Count);
    }

    [Fact]
    public async Task Settings_Environment_IsReadAsMlflowsClientDoes()
    {
        new FakeRun { Arrivals = 10 }.Write(Run);
        Dictionary<string, string?> variables = new() { ["MLFLOW_TRACKING_URI"] = "https://tracking.example/base", ["MLFLOW_TRACKING_USERNAME"] = "ann", ["MLFLOW_TRACKING_PASSWORD"] = "p:w" };

        await SendAsync(MlflowSettings.From(null, null, variables.GetValueOrDefault) with { FirstPause = TimeSpan.Zero, Artifacts = false }, tolerate: true);

        // ann:p:w in base 64.
        Assert.StartsWith("GET /base/api/2.0/mlflow/experiments/get-by-name Basic YW5uOnA6dw==", _server.Requests[0], StringComparison.Ordinal);
        variables["MLFLOW_TRACKING_TOKEN"] = "secret";
        Assert.Equal("Bearer secret", MlflowSettings.From("http://a:1", null, variables.GetValueOrDefault).Authorization!.ToString());
        Assert.DoesNotContain("secret", await File.ReadAllTextAsync(Path.Combine(Run, "config.yaml"), _cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("file:/tmp/mlruns")]
    [InlineData("databricks")]
    [InlineData("http://user:password@host:5000")]
    public void Settings_AddressNotUsable_IsRefusedWithoutRepeatingIt(string address)
    {
        ReportException fault = Assert.Throws<ReportException>(() => MlflowSettings.From(address, null, _ => null));

        Assert.StartsWith("MLflow: ", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("password@", fault.Message, StringComparison.Ordinal);
    }

    private async Task<(string RunId, string? Problem)> SendAsync(MlflowSettings? settings = null, bool tolerate = false)
    {
        try
        {
            return await MlflowExport.SendAsync(Run, settings ?? Settings, _server, TimeProvider.System, _cancellation);
        }
        catch (ReportException) when (tolerate)
        {
            return ("", null);
        }
    }

    private MlflowTracker Track(MlflowSettings? settings = null) => new(Run, settings ?? Settings, _server, TimeProvider.System, warning =>
    {
        lock (_warnings)
        {
            _warnings.Add(warning);
        }
    });

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static EvaluationRecord Evaluation() => new()
    {
        Arrival = 0,
        VirtualTime = 0,
        Version = 0,
        Loss = 1,
        Accuracy = 0.5,
        ClassAccuracy = [],
        ClientAccuracy = [],
        Metrics = [],
    };
}
