using System.Net;
using System.Text.Json;
using Straggler.Reports;

namespace Straggler.Dashboard.Tests;

public sealed class ListingTests
{
    [Fact]
    public async Task Runs_OfAFolder_AreListedHoweverDeepTheyLie()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        TemporaryRuns.End(dashboard.Runs.Begin("b", arrivals: [0, 50, 100]));
        TemporaryRuns.End(dashboard.Runs.Begin("sweep/deeper/c", "fedbuff", 7, 0));
        Directory.CreateDirectory(Path.Combine(dashboard.Runs.Path, "no run"));

        JsonElement runs = (await dashboard.JsonAsync("/api/runs")).GetProperty("runs");

        Assert.Equal(["b", "sweep/deeper/c"], runs.EnumerateArray().Select(run => run.GetProperty("id").GetString()));
        Assert.Equal("fedbuff", runs[1].GetProperty("strategy").GetString());
    }

    [Fact]
    public async Task FinishedRun_HasTheNumbersOfItsSummary()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        TemporaryRuns.End(dashboard.Runs.Begin("a", arrivals: [0, 50, 100]));

        JsonElement run = (await dashboard.JsonAsync("/api/runs")).GetProperty("runs")[0];

        Assert.Equal("finished", run.GetProperty("status").GetString());
        Assert.Equal("mnist", run.GetProperty("dataset").GetString());
        Assert.Equal("1", run.GetProperty("seed").GetString());
        Assert.Equal(
            [0.75, 0.8, 0.5, 4.25, 50, 100, 12.5, 1],
            new[] { "accuracy", "best", "loss", "staleness", "virtual_time", "arrivals", "wall_seconds", "fraction" }.Select(key => run.GetProperty(key).GetDouble()));
        Assert.Equal([0, 0.05, 0.1], run.GetProperty("spark").EnumerateArray().Select(value => value.GetDouble()));
    }

    [Fact]
    public async Task RunWithoutSummary_IsLiveByItsAgeThenInterrupted()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        string run = dashboard.Runs.Begin("a", arrivals: [0, 25, 50]);

        // By the machine's clock it may be some seconds younger than the dashboard's clock, which stands still.
        File.SetLastWriteTimeUtc(Path.Combine(run, "metrics.csv"), dashboard.Clock.GetUtcNow().UtcDateTime);

        JsonElement fresh = (await dashboard.JsonAsync("/api/runs")).GetProperty("runs")[0];
        dashboard.Clock.Advance(TimeSpan.FromSeconds(6));
        JsonElement old = (await dashboard.JsonAsync("/api/runs")).GetProperty("runs")[0];

        Assert.Equal("live", fresh.GetProperty("status").GetString());
        Assert.Equal(0.5, fresh.GetProperty("fraction").GetDouble());
        Assert.Equal(5, fresh.GetProperty("remaining").GetDouble(), 1e-9); // 50 arrivals took 5 s, and 50 are left.
        Assert.Equal("interrupted", old.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, old.GetProperty("remaining").ValueKind);
    }

    [Fact]
    public async Task RunWhoseTableAProcessHasOpen_IsLiveHoweverLongItIsSilent()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        string run = dashboard.Runs.Begin("a", arrivals: [0]);
        string status;
        using (new FileStream(Path.Combine(run, "metrics.csv"), FileMode.Append, FileAccess.Write, FileShare.Read))
        {
            await dashboard.JsonAsync("/api/runs");
            dashboard.Clock.Advance(TimeSpan.FromHours(3));
            status = (await dashboard.JsonAsync("/api/runs")).GetProperty("runs")[0].GetProperty("status").GetString()!;
        }

        dashboard.Clock.Advance(TimeSpan.FromSeconds(1));
        JsonElement closed = (await dashboard.JsonAsync("/api/runs")).GetProperty("runs")[0];

        Assert.Equal("live", status);
        Assert.Equal("interrupted", closed.GetProperty("status").GetString());
    }

    [Fact]
    public async Task CancelledRun_IsInterrupted_AndTrialsStandAsTheirSweepSays()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        TemporaryRuns.End(dashboard.Runs.Begin("a", arrivals: [0]), reason: "cancelled");
        dashboard.Runs.Begin("sweep/t1", arrivals: [0]);
        File.WriteAllText(Path.Combine(dashboard.Runs.Path, "sweep", "sweep.csv"), "trial,state,problem\nt1,failed,\"Out of memory, alas\"\nt2,paused,\nt3,finished,\n");
        TemporaryRuns.End(dashboard.Runs.Begin("sweep/t2", arrivals: [0]));
        TemporaryRuns.End(dashboard.Runs.Begin("sweep/t3", arrivals: [0]));
        dashboard.Clock.Advance(TimeSpan.FromMinutes(1));

        JsonElement runs = (await dashboard.JsonAsync("/api/runs")).GetProperty("runs");

        Assert.Equal(["interrupted", "failed", "paused", "finished"], runs.EnumerateArray().Select(run => run.GetProperty("status").GetString()));
        Assert.Equal("Out of memory, alas", runs[1].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task DamagedFiles_AreSaid_AndHideNoOtherRun()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        File.WriteAllText(Path.Combine(dashboard.Runs.Begin("a", arrivals: [0]), "summary.json"), "{\"final\": ");
        File.AppendAllText(Path.Combine(dashboard.Runs.Begin("b", arrivals: [0]), "metrics.csv"), "not,a,row\n");
        TemporaryRuns.End(dashboard.Runs.Begin("c", arrivals: [0]));

        JsonElement runs = (await dashboard.JsonAsync("/api/runs")).GetProperty("runs");

        Assert.Equal(3, runs.GetArrayLength());
        Assert.Contains("summary.json", runs[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains("3 fields", runs[1].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal("finished", runs[2].GetProperty("status").GetString());
    }

    [Fact]
    public async Task Details_OfARun_AreItsFiles()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        string run = dashboard.Runs.Begin("deep/a", arrivals: [0]);
        TemporaryRuns.End(run);
        Directory.CreateDirectory(Path.Combine(run, "figures"));
        File.WriteAllText(Path.Combine(run, "figures", "accuracy.svg"), "<svg/>");
        File.WriteAllText(Path.Combine(run, "figures", "notes.txt"), "no figure");

        JsonElement details = await dashboard.JsonAsync("/api/run?id=deep%2Fa");

        Assert.Equal(File.ReadAllText(Path.Combine(run, "config.yaml")), details.GetProperty("config").GetString());
        Assert.Equal(99, details.GetProperty("summary").GetProperty("server_steps").GetInt32());
        Assert.Equal(["config.yaml", "summary.json", "metrics.csv", "figures/accuracy.svg"], details.GetProperty("files").EnumerateArray().Select(file => file.GetString()));
        Assert.Equal("<svg/>", await dashboard.Client.GetStringAsync("/files/deep/a/figures/accuracy.svg", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Comparison_PutsSeedsTogether_AndNamesWhatDiffers()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        dashboard.Runs.Begin("a1", "fedasync", 1, 0);
        dashboard.Runs.Begin("a2", "fedasync", 2, 0);
        dashboard.Runs.Begin("b1", "fedbuff", 1, 0);

        JsonElement comparison = await dashboard.JsonAsync("/api/compare?run=a1&run=a2&run=b1&run=../a1");

        Assert.Equal(["fedasync:a1,a2", "fedbuff:b1"], comparison.GetProperty("groups").EnumerateArray().Select(group =>
            $"{group.GetProperty("label").GetString()}:{string.Join(',', group.GetProperty("runs").EnumerateArray().Select(id => id.GetString()))}"));
        Assert.Equal(["strategy.name"], comparison.GetProperty("differing").EnumerateObject().Select(key => key.Name));
        Assert.Equal("fedbuff", comparison.GetProperty("differing").GetProperty("strategy.name").GetProperty("b1").GetString());
    }

    [Fact]
    public async Task Start_WithoutTheFolderOrThePort_SaysWhatIsWrong()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();

        ReportException missing = await Assert.ThrowsAsync<ReportException>(() => DashboardServer.StartAsync(new() { Folder = dashboard.Runs.Path + "/none" }));
        ReportException taken = await Assert.ThrowsAsync<ReportException>(() => DashboardServer.StartAsync(new() { Folder = dashboard.Runs.Path, Port = dashboard.Address.Port }));

        Assert.Contains("no such folder", missing.Message, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{dashboard.Address.Port}", taken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_AndItsParts_AreServedUnderTheStrictPolicy()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        foreach (string address in new[] { "/", "/run?id=a", "/compare", "/assets/app.js", "/assets/dashboard.css", "/assets/tokens.css" })
        {
            using HttpResponseMessage answer = await dashboard.Client.GetAsync(address, TestContext.Current.CancellationToken);
            string policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.StartsWith("default-src 'none'; script-src 'self';", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        }
    }
}
