using System.Net;
using System.Net.Http.Headers;

namespace Straggler.Torch.Tests.Datasets;

/// <summary>A web server in memory: files by address, range requests, and the ways in which servers fail.</summary>
internal sealed class FakeServer(Dictionary<string, byte[]> files) : HttpMessageHandler
{
    /// <summary>Every request: the address and the byte it asked to start from.</summary>
    public List<(string Address, long? From)> Requests { get; } = [];

    /// <summary>Whether range requests are honoured; otherwise the whole file is sent.</summary>
    public bool SupportsRanges { get; set; } = true;

    /// <summary>Whether there is no network at all.</summary>
    public bool IsDown { get; set; }

    /// <summary>Makes the body of a response from the bytes to send; null for the bytes as they are.</summary>
    public Func<byte[], Stream>? Body { get; set; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string address = request.RequestUri!.ToString();
        long? from = request.Headers.Range?.Ranges.Single().From;
        Requests.Add((address, from));
        if (IsDown)
        {
            throw new HttpRequestException("Name or service not known");
        }

        if (!files.TryGetValue(address, out byte[]? file))
        {
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound) { Content = new StringContent("not here") });
        }

        if (!SupportsRanges || from is null)
        {
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = Content(file) });
        }

        if (from >= file.Length)
        {
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.RequestedRangeNotSatisfiable));
        }

        var rest = new HttpResponseMessage(HttpStatusCode.PartialContent) { Content = Content(file[(int)from.Value..]) };
        rest.Content.Headers.ContentRange = new ContentRangeHeaderValue(from.Value, file.Length - 1, file.Length);
        return Task.FromResult(rest);
    }

    private StreamContent Content(byte[] bytes) => new(Body?.Invoke(bytes) ?? new MemoryStream(bytes));
}

/// <summary>A body of which only the beginning comes; then something happens.</summary>
/// <param name="beginning">What comes.</param>
/// <param name="then">What happens to the next read; it is handed the read's cancellation.</param>
internal sealed class BrokenBody(byte[] beginning, Func<CancellationToken, Task> then) : MemoryStream(beginning)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await base.ReadAsync(buffer, cancellationToken);
        if (read == 0)
        {
            await then(cancellationToken);
        }

        return read;
    }
}
