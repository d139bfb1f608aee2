using System.Text.Json;

namespace Straggler.Dashboard.Tests;

public sealed class FollowingTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task GrowingFile_IsFollowedRowByRow_WholeLinesOnly()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        string metrics = Path.Combine(dashboard.Runs.Begin("a", arrivals: [0, 10]), "metrics.csv");
        using EventReader events = await EventReader.OpenAsync(dashboard, "?run=a");
        Assert.Equal("runs", (await events.NextAsync()).Name);
        JsonElement first = (await events.NextAsync()).Data;

        File.AppendAllText(metrics, TemporaryRuns.Row(20) + TemporaryRuns.Row(30)[..7]);
        dashboard.Clock.Advance(Tick);
        (string name, _, JsonElement rows) = await events.NextAsync();
        JsonElement second = (await events.NextAsync()).Data;
        File.AppendAllText(metrics, TemporaryRuns.Row(30)[7..]);
        dashboard.Clock.Advance(Tick);
        await events.NextAsync();
        JsonElement third = (await events.NextAsync()).Data;

        Assert.Equal((0, "0,10"), Arrivals(first));
        Assert.Equal("runs", name);
        Assert.Equal(20, rows.GetProperty("runs")[0].GetProperty("arrivals").GetDouble());
        Assert.Equal((2, "20"), Arrivals(second));
        Assert.Equal((3, "30"), Arrivals(third));
        Assert.Equal(0.03, third.GetProperty("columns").GetProperty("accuracy")[0].GetDouble());
        Assert.Equal(JsonValueKind.Null, first.GetProperty("columns").GetProperty("staleness_mean")[0].ValueKind);
        Assert.Equal(JsonValueKind.Null, first.GetProperty("columns").GetProperty("client_worst10")[0].ValueKind); // The file has no such column.
    }

    [Fact]
    public async Task FileThatWasCut_BeginsAnew()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        string metrics = Path.Combine(dashboard.Runs.Begin("a", arrivals: [0, 10, 20]), "metrics.csv");
        using EventReader events = await EventReader.OpenAsync(dashboard, "?run=a");
        await events.NextAsync();
        await events.NextAsync();

        // A resumed run took back 10 and 20, and is further now than before; its row of 10 took longer.
        File.WriteAllText(metrics, TemporaryRuns.Header + TemporaryRuns.Row(0) + TemporaryRuns.Row(10).Replace(",1\n", ",17.25\n", StringComparison.Ordinal)
            + TemporaryRuns.Row(20) + TemporaryRuns.Row(30));
        dashboard.Clock.Advance(Tick);
        await events.NextAsync();
        JsonElement curve = (await events.NextAsync()).Data;

        Assert.Equal((0, "0,10,20,30"), Arrivals(curve));
        Assert.Equal(17.25, curve.GetProperty("columns").GetProperty("wall_seconds")[1].GetDouble());
    }

    [Fact]
    public async Task Stream_TellsOfChangedRunsOnly_OfNewOnes_AndOfThoseGone()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        TemporaryRuns.End(dashboard.Runs.Begin("a", arrivals: [0]));
        TemporaryRuns.End(dashboard.Runs.Begin("b", arrivals: [0]));
        using EventReader events = await EventReader.OpenAsync(dashboard);
        JsonElement all = (await events.NextAsync()).Data;

        TemporaryRuns.End(dashboard.Runs.Begin("c", arrivals: [0]));
        dashboard.Clock.Advance(Tick);
        JsonElement added = (await events.NextAsync()).Data;
        Directory.Delete(Path.Combine(dashboard.Runs.Path, "a"), recursive: true);
        dashboard.Clock.Advance(Tick);
        JsonElement removed = (await events.NextAsync()).Data;

        Assert.True(all.GetProperty("full").GetBoolean());
        Assert.Equal("a,b", Ids(all));
        Assert.False(added.GetProperty("full").GetBoolean());
        Assert.Equal("c", Ids(added));
        Assert.Equal("", Ids(removed));
        Assert.Equal("a", removed.GetProperty("gone")[0].GetString());
    }

    [Fact]
    public async Task PageThatComesBack_GetsWhatItMissed_OrAllFromAnotherDashboard()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        TemporaryRuns.End(dashboard.Runs.Begin("a", arrivals: [0]));
        string last;
        using (EventReader events = await EventReader.OpenAsync(dashboard))
        {
            last = (await events.NextAsync()).Id;
        }

        TemporaryRuns.End(dashboard.Runs.Begin("b", arrivals: [0]));
        dashboard.Clock.Advance(Tick);
        using EventReader again = await EventReader.OpenAsync(dashboard, lastEvent: last);
        JsonElement missed = (await again.NextAsync()).Data;
        using EventReader byAddress = await EventReader.OpenAsync(dashboard, "?last=" + last);
        JsonElement alike = (await byAddress.NextAsync()).Data;
        using EventReader other = await EventReader.OpenAsync(dashboard, lastEvent: "0-1");
        JsonElement all = (await other.NextAsync()).Data;

        Assert.Equal("b", Ids(missed));
        Assert.Equal("b", Ids(alike));
        Assert.Equal("a,b", Ids(all));
        Assert.True(all.GetProperty("full").GetBoolean());
    }

    [Fact]
    public async Task SilentStream_GivesSignsOfLife()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        TemporaryRuns.End(dashboard.Runs.Begin("a", arrivals: [0]));
        using EventReader events = await EventReader.OpenAsync(dashboard);
        await events.NextAsync();

        dashboard.Clock.Advance(TimeSpan.FromSeconds(15));

        Assert.Equal(":", (await events.NextAsync()).Name);
        Assert.Equal("text/event-stream", events.Response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task RunThatEnds_IsTold_WithTheRowsThatCameLast()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        string run = dashboard.Runs.Begin("a", arrivals: [0]);
        using EventReader events = await EventReader.OpenAsync(dashboard, "?run=a");
        await events.NextAsync();
        await events.NextAsync();

        File.AppendAllText(Path.Combine(run, "metrics.csv"), TemporaryRuns.Row(100));
        TemporaryRuns.End(run);
        dashboard.Clock.Advance(Tick);

        Assert.Equal("finished", (await events.NextAsync()).Data.GetProperty("runs")[0].GetProperty("status").GetString());
        Assert.Equal((1, "100"), Arrivals((await events.NextAsync()).Data));
    }

    [Fact]
    public async Task FinishedRun_LookedAtAgain_ShowsItsCurveAgain()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        TemporaryRuns.End(dashboard.Runs.Begin("a", arrivals: [0, 50, 100]));
        for (int visit = 0; visit < 3; visit++)
        {
            using EventReader events = await EventReader.OpenAsync(dashboard, "?run=a");
            await events.NextAsync();
            Assert.Equal((0, "0,50,100"), Arrivals((await events.NextAsync()).Data));
        }
    }

    [Fact]
    public async Task TooManyCurves_AreRefused()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        using HttpResponseMessage answer = await dashboard.Client.GetAsync(
            "/api/events?" + string.Join('&', Enumerable.Range(0, 101).Select(run => $"run={run}")), TestContext.Current.CancellationToken);
        Assert.Equal(400, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Dashboard_WithOpenStreams_EndsAtOnce()
    {
        RunningDashboard dashboard = await RunningDashboard.StartAsync();
        using EventReader events = await EventReader.OpenAsync(dashboard);
        await events.NextAsync();

        await dashboard.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        await Assert.ThrowsAnyAsync<Exception>(events.NextAsync);
    }

    private static (int From, string Arrivals) Arrivals(JsonElement curve) => (
        curve.GetProperty("from").GetInt32(), string.Join(',', curve.GetProperty("columns").GetProperty("arrival").EnumerateArray().Select(value => value.GetRawText())));

    private static string Ids(JsonElement changes) => string.Join(',', changes.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("id").GetString()));
}
