using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Straggler.Dashboard.Runs;

namespace Straggler.Dashboard.Web;

/// <summary>The stream of server-sent events behind an open page.</summary>
/// <remarks>
/// Event <c>runs</c> has the rows that have changed, <c>curve</c> the evaluations that have come of a run that was asked for. A page that
/// comes back says which rows it has (Last-Event-ID) and gets the others only; its curves begin anew.
/// </remarks>
/// <param name="catalog">The runs.</param>
/// <param name="chosen">The runs whose rows and curves are wanted; empty for the rows of all.</param>
/// <param name="response">Where to write.</param>
internal sealed class EventStream(RunCatalog catalog, IReadOnlySet<string> chosen, HttpResponse response)
{
    private readonly Dictionary<string, (int Generation, int Count)> _sent = [];
    private long _sequence = -1;

    /// <summary>Sends what comes until cancelled.</summary>
    /// <param name="lastEvent">The id of the last event that the page has got; null for none.</param>
    /// <param name="heartbeat">After how much silence a sign of life is sent.</param>
    /// <param name="clock">The clock of the heartbeats.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(string? lastEvent, TimeSpan heartbeat, TimeProvider clock, CancellationToken cancellation)
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers["X-Accel-Buffering"] = "no";
        catalog.RefreshIfOld();
        using IDisposable watch = catalog.Watch(chosen);
        _sequence = Remembered(lastEvent);
        using PeriodicTimer timer = new(heartbeat, clock);
        Task<bool> beat = timer.WaitForNextTickAsync(cancellation).AsTask();
        await WriteAsync("retry: 2000\n\n", cancellation).ConfigureAwait(false);
        while (true)
        {
            Task changed = catalog.Changed;
            await SendChangesAsync(cancellation).ConfigureAwait(false);
            await Task.WhenAny(changed, beat).WaitAsync(cancellation).ConfigureAwait(false);
            if (beat.IsCompleted)
            {
                await WriteAsync(": alive\n\n", cancellation).ConfigureAwait(false);
                beat = timer.WaitForNextTickAsync(cancellation).AsTask();
            }
        }
    }

    private long Remembered(string? lastEvent) =>
        lastEvent?.Split('-') is [var epoch, var number] && epoch == catalog.Epoch
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long sequence) ? sequence : -1;

    private async Task SendChangesAsync(CancellationToken cancellation)
    {
        RunChanges changes = catalog.Since(_sequence, chosen.Count > 0 ? chosen : null);
        _sequence = changes.Sequence;
        if (changes.Full || changes.Rows.Length > 0 || changes.Gone.Length > 0)
        {
            await SendAsync("runs", Answer.Json(json => RunJson.Write(json, changes)), cancellation).ConfigureAwait(false);
        }

        foreach (string id in chosen)
        {
            (int generation, int count) = _sent.GetValueOrDefault(id, (-1, 0));
            if (catalog.Slice(id, generation, count) is { } slice)
            {
                _sent[id] = (slice.Generation, slice.Count);
                await SendAsync("curve", Answer.Json(json => RunJson.Write(json, id, slice)), cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task SendAsync(string name, ReadOnlyMemory<byte> json, CancellationToken cancellation)
    {
        await response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"id: {catalog.Epoch}-{_sequence}\nevent: {name}\ndata: "), cancellation).ConfigureAwait(false);
        await response.Body.WriteAsync(json, cancellation).ConfigureAwait(false);
        await WriteAsync("\n\n", cancellation).ConfigureAwait(false);
    }

    private async Task WriteAsync(string text, CancellationToken cancellation)
    {
        await response.WriteAsync(text, Encoding.UTF8, cancellation).ConfigureAwait(false);
        await response.Body.FlushAsync(cancellation).ConfigureAwait(false);
    }
}
