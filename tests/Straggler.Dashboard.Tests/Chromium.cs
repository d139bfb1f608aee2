using Microsoft.Playwright;

namespace Straggler.Dashboard.Tests;

/// <summary>The machine's own Chromium, driven by Playwright; tests are skipped where there is none.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>Names the browser's program where it is not found on the path.</summary>
    private const string Variable = "STRAGGLER_CHROMIUM";

    private static readonly string[] _names = ["chromium", "chromium-browser", "google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Find() is not { } program)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = program,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        });
    }

    /// <summary>A window of its own, which counts everything that a page ought not to do.</summary>
    internal async Task<Window> OpenAsync(RunningDashboard dashboard, int width = 1400, ColorScheme scheme = ColorScheme.Light)
    {
        Assert.SkipWhen(_browser is null, $"No Chromium on the path, nor in {Variable}.");
        IBrowserContext context = await _browser.NewContextAsync(new()
        {
            BaseURL = dashboard.Address.AbsoluteUri,
            ViewportSize = new() { Width = width, Height = 844 },
            ColorScheme = scheme,
        });
        return new(context, await context.NewPageAsync(), dashboard.Address);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    private static string? Find() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
        ? named
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => _names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
}
