using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Straggler.Torch.Datasets;

/// <summary>Downloads one file so that it is either there, whole and verified, or not there at all.</summary>
/// <remarks>
/// Bytes go to a file with the ending <c>.part</c>, which stays when a download is interrupted and is continued by the next one
/// (HTTP range requests). Only after its length and SHA-256 are right is it flushed to the disk and renamed.
/// </remarks>
/// <param name="client">The client to use; its own timeout should be infinite.</param>
/// <param name="patience">How long to wait for the next bytes before an address is given up.</param>
internal sealed class FileDownloader(HttpClient client, TimeSpan patience)
{
    private const int BufferBytes = 1 << 17;

    /// <summary>Downloads a file, unless it is there already.</summary>
    /// <param name="download">The file.</param>
    /// <param name="folder">Where to keep it; made if need be.</param>
    /// <param name="progress">Is told the number of bytes that are there.</param>
    /// <param name="cancellation">Gives the download up; the .part file stays, to be continued.</param>
    /// <returns>Empty when the file is there; else what went wrong at each address.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public async Task<IReadOnlyList<string>> DownloadAsync(
        DatasetDownload download, string folder, IProgress<long>? progress, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, download.Name), partPath = path + ".part";
        if (File.Exists(path) && await IsIntactAsync(path, download, cancellation).ConfigureAwait(false))
        {
            progress?.Report(download.Bytes);
            return [];
        }

        List<string> failures = [];
        foreach (Uri address in download.Addresses)
        {
            if (await TryAddressAsync(address, download, partPath, progress, cancellation).ConfigureAwait(false) is not { } failure)
            {
                File.Move(partPath, path, overwrite: true);
                return [];
            }

            failures.Add($"{address}: {failure}");
        }

        if (new FileInfo(partPath) is { Exists: true, Length: 0 } empty)
        {
            empty.Delete();
        }

        return failures;
    }

    private static async Task<bool> IsIntactAsync(string path, DatasetDownload download, CancellationToken cancellation)
    {
        using FileStream file = File.OpenRead(path);
        return file.Length == download.Bytes && await HashAsync(file, cancellation).ConfigureAwait(false) == download.Sha256;
    }

    /// <summary>Completes the .part file from one address; returns null, or what went wrong.</summary>
    private async Task<string?> TryAddressAsync(
        Uri address, DatasetDownload download, string partPath, IProgress<long>? progress, CancellationToken cancellation)
    {
        using var part = new FileStream(partPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        bool resumed = part.Length is > 0 && part.Length <= download.Bytes;
        string? failure = await TryReceiveAsync(address, download, part, progress, cancellation).ConfigureAwait(false)
            ?? await CheckAsync(part, download, cancellation).ConfigureAwait(false);
        if (failure is not null && resumed && part.Length == 0)
        {
            // What was there did not fit what the server has now: once more, from the start.
            failure = await TryReceiveAsync(address, download, part, progress, cancellation).ConfigureAwait(false)
                ?? await CheckAsync(part, download, cancellation).ConfigureAwait(false);
        }

        if (failure is null)
        {
            part.Flush(flushToDisk: true);
        }

        return failure;
    }

    private async Task<string?> TryReceiveAsync(
        Uri address, DatasetDownload download, FileStream part, IProgress<long>? progress, CancellationToken cancellation)
    {
        try
        {
            return await ReceiveAsync(address, download, part, progress, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException failure)
        {
            return failure.Message;
        }
        finally
        {
            part.Flush();
        }
    }

    private async Task<string?> ReceiveAsync(
        Uri address, DatasetDownload download, FileStream part, IProgress<long>? progress, CancellationToken cancellation)
    {
        if (part.Length > download.Bytes)
        {
            part.SetLength(0);
        }

        if (part.Length == download.Bytes)
        {
            return null;
        }

        using var stalled = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using HttpResponseMessage response = await PatientlyAsync(
            stalled, token => SendAsync(address, part.Length, token), cancellation).ConfigureAwait(false);
        if (Place(part, response) is { } refusal)
        {
            return refusal;
        }

        using Stream body = await PatientlyAsync(
            stalled, token => response.Content.ReadAsStreamAsync(token), cancellation).ConfigureAwait(false);
        byte[] buffer = new byte[BufferBytes];
        while (await PatientlyAsync(stalled, token => body.ReadAsync(buffer, token).AsTask(), cancellation).ConfigureAwait(false)
            is int read and > 0)
        {
            await part.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            progress?.Report(Math.Min(part.Position, download.Bytes));
            if (part.Position > download.Bytes)
            {
                break;
            }
        }

        return null;
    }

    private Task<HttpResponseMessage> SendAsync(Uri address, long from, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (from > 0)
        {
            request.Headers.Range = new RangeHeaderValue(from, null);
        }

        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    /// <summary>Puts the .part file where the response's bytes belong; returns null, or why they are not wanted.</summary>
    private static string? Place(FileStream part, HttpResponseMessage response)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                part.SetLength(0);
                return null;
            case HttpStatusCode.PartialContent when response.Content.Headers.ContentRange?.From == part.Length:
                part.Seek(0, SeekOrigin.End);
                return null;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                part.SetLength(0);
                return "the server would not continue the download";
            default:
                return $"the server answered {(int)response.StatusCode} ({response.ReasonPhrase})";
        }
    }

    /// <summary>Checks the finished .part file; a wrong one is emptied.</summary>
    private static async Task<string?> CheckAsync(FileStream part, DatasetDownload download, CancellationToken cancellation)
    {
        if (part.Length < download.Bytes)
        {
            return $"the connection ended early: expected {download.Bytes} bytes, have {part.Length}";
        }

        part.Position = 0;
        string found = await HashAsync(part, cancellation).ConfigureAwait(false);
        if (part.Length == download.Bytes && found == download.Sha256)
        {
            return null;
        }

        part.SetLength(0);
        return $"what came is not {download.Name}: expected the SHA-256 {download.Sha256}, found {found}";
    }

    /// <summary>Waits for the network, but not for ever; what goes wrong there becomes a <see cref="HttpRequestException"/>.</summary>
    private async Task<T> PatientlyAsync<T>(
        CancellationTokenSource stalled, Func<CancellationToken, Task<T>> act, CancellationToken cancellation)
    {
        stalled.CancelAfter(patience);
        try
        {
            return await act(stalled.Token).ConfigureAwait(false);
        }
        catch (IOException failure)
        {
            throw new HttpRequestException($"the connection broke: {failure.Message}", failure);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"nothing came for {patience.TotalSeconds:0} s");
        }
    }

    private static async Task<string> HashAsync(Stream stream, CancellationToken cancellation) =>
        Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation).ConfigureAwait(false));
}
