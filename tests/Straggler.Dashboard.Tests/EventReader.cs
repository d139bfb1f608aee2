using System.Text.Json;

namespace Straggler.Dashboard.Tests;

/// <summary>Reads a stream of server-sent events.</summary>
internal sealed class EventReader(StreamReader reader, HttpResponseMessage response) : IDisposable
{
    /// <summary>An event that never comes is a failure, not a test without an end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public HttpResponseMessage Response => response;

    public static async Task<EventReader> OpenAsync(RunningDashboard dashboard, string query = "", string? lastEvent = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/events" + query);
        if (lastEvent is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEvent);
        }

        HttpResponseMessage response = await dashboard.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return new(new(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)), response);
    }

    /// <summary>The next event; a comment has the name ":".</summary>
    public async Task<(string Name, string Id, JsonElement Data)> NextAsync()
    {
        (string name, string id) = ("", "");
        while (true)
        {
            string line = await reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience) ?? throw new EndOfStreamException();
            if (line.StartsWith(':'))
            {
                return (":", "", default);
            }

            name = line.StartsWith("event: ", StringComparison.Ordinal) ? line[7..] : name;
            id = line.StartsWith("id: ", StringComparison.Ordinal) ? line[4..] : id;
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                using JsonDocument document = JsonDocument.Parse(line[6..]);
                return (name, id, document.RootElement.Clone());
            }
        }
    }

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
    }
}
