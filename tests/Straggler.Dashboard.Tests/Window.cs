using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Straggler.Dashboard.Tests;

/// <summary>A page of the dashboard in a browser.</summary>
internal sealed class Window : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _faults = [];

    public Window(IBrowserContext context, IPage page, Uri own)
    {
        (_context, Page) = (context, page);
        page.PageError += (_, error) => _faults.Enqueue(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _faults.Enqueue(message.Text);
            }
        };
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(own.AbsoluteUri, StringComparison.Ordinal))
            {
                _faults.Enqueue("asked elsewhere: " + request.Url);
            }
        };
    }

    public IPage Page { get; }

    public ILocator Rows => Page.Locator("table.runs tbody tr");

    /// <summary>That no script failed, no policy was broken, and nothing was asked for elsewhere.</summary>
    public void AssertSound() => Assert.Empty(_faults);

    /// <summary>That a page fits its width.</summary>
    public async Task AssertFitsAsync() =>
        Assert.True(await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), Page.Url + " scrolls sideways");

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
