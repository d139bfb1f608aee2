using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Straggler.Dashboard.Tests;

/// <summary>The pages as they are seen, in a real browser.</summary>
[Trait("Category", "Browser")]
public sealed class BrowserTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task List_FiltersSortsAndKeepsItsStateInTheAddress()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        TemporaryRuns.End(dashboard.Runs.Begin("slow", "fedbuff", 1, 0, 100), accuracy: 0.5);
        TemporaryRuns.End(dashboard.Runs.Begin("sweep/quick", "fedbuff", 2, 0, 100), accuracy: 0.9);
        TemporaryRuns.End(dashboard.Runs.Begin("other", "fedasync", 1, 0, 100), accuracy: 0.7);
        await using Window window = await chromium.OpenAsync(dashboard);
        await window.Page.GotoAsync("/");
        await Expect(window.Rows).ToHaveCountAsync(3);

        await window.Page.Keyboard.PressAsync("/");
        await window.Page.Keyboard.TypeAsync("strategy:fedbuff");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Accuracy" }).ClickAsync();
        await window.Page.ReloadAsync();

        await Expect(window.Rows).ToHaveCountAsync(2);
        await Expect(window.Rows.First).ToContainTextAsync("quick");
        await Expect(window.Rows.First).ToContainTextAsync("90.00 %");
        await Expect(window.Page.GetByRole(AriaRole.Searchbox)).ToHaveValueAsync("strategy:fedbuff");
        await window.Page.GetByRole(AriaRole.Searchbox).FillAsync("accuracy>=0.7 -sweep");
        await Expect(window.Rows).ToHaveCountAsync(1);
        await Expect(window.Rows.First).ToContainTextAsync("other");
        window.AssertSound();
    }

    [Fact]
    public async Task LiveRun_GoesOnBeforeTheEyes_AndNewRunsAppear()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        await using Window window = await chromium.OpenAsync(dashboard);
        await window.Page.GotoAsync("/");
        await Expect(window.Page.GetByText("No runs here yet")).ToBeVisibleAsync();

        string run = dashboard.Runs.Begin("a", arrivals: [0, 25]);
        dashboard.Clock.Advance(Tick);
        await Expect(window.Rows).ToContainTextAsync(["25 / 100"]);
        await Expect(window.Rows.Locator(".pill")).ToHaveTextAsync("live");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "a", Exact = true }).ClickAsync();
        ILocator plot = window.Page.Locator(".plot").First;
        await Expect(plot).ToHaveAttributeAsync("aria-label", new System.Text.RegularExpressions.Regex("last 2\\.50"));
        File.AppendAllText(Path.Combine(run, "metrics.csv"), TemporaryRuns.Row(75));
        dashboard.Clock.Advance(Tick);
        await Expect(plot).ToHaveAttributeAsync("aria-label", new System.Text.RegularExpressions.Regex("last 7\\.50"));
        TemporaryRuns.End(run);
        dashboard.Clock.Advance(Tick);

        await Expect(window.Page.Locator("main .pill")).ToHaveTextAsync("finished");
        await Expect(window.Page.Locator(".tiles")).ToContainTextAsync("75.00 %");
        window.AssertSound();
    }

    [Fact]
    public async Task RunPage_SwitchesItsAxis_AndReadsValuesByKeys()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        TemporaryRuns.End(dashboard.Runs.Begin("deep/a", arrivals: [0, 50, 100]));
        await using Window window = await chromium.OpenAsync(dashboard);
        await window.Page.GotoAsync("/run?id=deep/a");
        ILocator chart = window.Page.Locator("figure").First;
        await Expect(chart.Locator("path.line.blue")).ToHaveCountAsync(1);

        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Arrivals" }).ClickAsync();
        await chart.Locator(".plot").FocusAsync();
        await window.Page.Keyboard.PressAsync("Home");
        await window.Page.Keyboard.PressAsync("ArrowRight");

        await Expect(chart.Locator(".tip")).ToContainTextAsync("5.00"); // 50 arrivals: accuracy 0.05.
        await Expect(chart.Locator(".tip-head")).ToHaveTextAsync("50");
        Assert.Contains("x=arrivals", window.Page.Url, StringComparison.Ordinal);
        await window.Page.ReloadAsync();
        await Expect(window.Page.GetByRole(AriaRole.Button, new() { Name = "Arrivals" })).ToHaveAttributeAsync("aria-pressed", "true");
        await window.Page.GetByText("config.yaml").Last.ClickAsync();
        await Expect(window.Page.GetByText("strategy:")).ToBeVisibleAsync();
        window.AssertSound();
    }

    [Fact]
    public async Task Comparison_OfTickedRuns_DrawsMeansWithBands_AndSeriesCanBeHidden()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        foreach ((string name, string strategy, int seed, double accuracy) in new[] { ("a1", "fedasync", 1, 0.5), ("a2", "fedasync", 2, 0.7), ("b1", "fedbuff", 1, 0.8) })
        {
            TemporaryRuns.End(dashboard.Runs.Begin(name, strategy, seed, 0, 50, 100), accuracy);
        }

        await using Window window = await chromium.OpenAsync(dashboard);
        await window.Page.GotoAsync("/");
        foreach (string name in new[] { "a1", "a2", "b1" })
        {
            await window.Page.GetByLabel("Choose " + name).FocusAsync();
            await window.Page.Keyboard.PressAsync("Space");
        }

        await window.Page.Keyboard.PressAsync("c");

        await Expect(window.Page.Locator(".chart path.line")).ToHaveCountAsync(2);
        await Expect(window.Page.Locator(".chart path.band.blue")).ToHaveCountAsync(1);
        // Mean of 0.5 and 0.7; half the interval is t(1) = 12.706 times 0.1.
        await Expect(window.Page.Locator("table.plain").First.Locator("tbody tr").First).ToContainTextAsync("60.00\u00a0% ± 127.06\u00a0%");
        await Expect(window.Page.Locator("table.plain").Last).ToContainTextAsync("strategy.name");
        await window.Page.Locator(".legend").GetByRole(AriaRole.Button, new() { Name = "fedasync" }).ClickAsync();
        await Expect(window.Page.Locator(".chart path.line")).ToHaveCountAsync(1);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Each run" }).ClickAsync();
        await Expect(window.Page.Locator(".chart path.line")).ToHaveCountAsync(3);
        window.AssertSound();
    }

    [Fact]
    public async Task Pages_OnAPhoneInTheDark_FitTheirWidth()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        TemporaryRuns.End(dashboard.Runs.Begin("sweep/strategy=fedasync_alpha=0.1_model.lr=0.05_seed=0-de17be86f8", arrivals: [0, 50, 100]));
        dashboard.Runs.Begin("live", "fedbuff", 3, 0, 50);
        await using Window window = await chromium.OpenAsync(dashboard, 390, ColorScheme.Dark);
        foreach (string address in new[] { "/", "/run?id=live", "/run?id=sweep/strategy%3Dfedasync_alpha%3D0.1_model.lr%3D0.05_seed%3D0-de17be86f8", "/compare?run=live" })
        {
            await window.Page.GotoAsync(address);
            await Expect(window.Page.Locator("main .pill").First).ToBeVisibleAsync();
            await window.AssertFitsAsync();
        }

        Assert.Equal("rgb(20, 23, 28)", await window.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        window.AssertSound();
    }

    [Fact]
    public async Task NamesWithMarkup_AreText()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no such names there");
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        string run = dashboard.Runs.Begin("<img src=x onerror=alert(1)>&amp; 50%", arrivals: [0, 50]);
        File.WriteAllText(Path.Combine(run, "config.yaml"), "seed: 1\nstrategy:\n  name: </code><script>alert(1)</script>\n");
        TemporaryRuns.End(run);
        await using Window window = await chromium.OpenAsync(dashboard);
        await window.Page.GotoAsync("/");

        await window.Page.GetByRole(AriaRole.Link, new() { Name = "<img src=x onerror=alert(1)>&amp; 50%" }).ClickAsync();

        await Expect(window.Page.Locator("h1")).ToHaveTextAsync("<img src=x onerror=alert(1)>&amp; 50%");
        await Expect(window.Page.Locator(".links a").First).ToHaveTextAsync("config.yaml");
        Assert.Equal(0, await window.Page.Locator("main img, main script").CountAsync());
        window.AssertSound();
    }

    [Fact]
    public async Task ReportOfARun_CannotAskTheDashboard()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        string run = dashboard.Runs.Begin("a", arrivals: [0]);
        File.WriteAllText(Path.Combine(run, "report.html"), "<title>begun</title><script>fetch('/api/runs').then(() => document.title = 'read', () => document.title = 'refused')</script>");
        await using Window window = await chromium.OpenAsync(dashboard);

        await window.Page.GotoAsync("/files/a/report.html");

        await Expect(window.Page).ToHaveTitleAsync("refused");
    }

    [Theory]
    [InlineData("fetch(target + 'api/runs').then(() => done('read'), () => done('refused'))")]
    [InlineData("fetch(target + 'api/runs', { mode: 'no-cors' }).then((answer) => done(answer.type + answer.status), () => done('refused'))")]
    [InlineData("{ const source = new EventSource(target + 'api/events'); source.onmessage = () => done('read'); source.addEventListener('runs', () => done('read')); source.onerror = () => done('refused'); }")]
    [InlineData("{ const script = document.createElement('script'); script.src = target + 'api/runs'; script.onload = () => done('read'); script.onerror = () => done('refused'); document.body.append(script); }")]
    public async Task PageOfAnotherSite_CannotAskTheDashboard(string attempt)
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync();
        dashboard.Runs.Begin("a", arrivals: [0]);
        await using Window window = await chromium.OpenAsync(dashboard);
        await window.Page.RouteAsync("http://evil.example/**", route => route.FulfillAsync(new()
        {
            ContentType = "text/html",
            Body = $"<title>begun</title><body><script>const target = '{dashboard.Address}'; const done = (word) => document.title = word; {attempt}</script>",
        }));

        await window.Page.GotoAsync("http://evil.example/");

        await Expect(window.Page).ToHaveTitleAsync("refused");
    }
}
