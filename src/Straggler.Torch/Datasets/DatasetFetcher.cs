namespace Straggler.Torch.Datasets;

/// <summary>How far a download is.</summary>
/// <param name="Dataset">The data set's name.</param>
/// <param name="File">The file that is coming.</param>
/// <param name="Bytes">Bytes of all the data set's files that are here.</param>
/// <param name="TotalBytes">Bytes of all its files.</param>
public sealed record FetchProgress(string Dataset, string File, long Bytes, long TotalBytes);

/// <summary>What fetching a data set came to.</summary>
/// <param name="Location">Where it is.</param>
/// <param name="Downloaded">Whether it was downloaded now; false if it was there before.</param>
public sealed record FetchResult(DatasetLocation Location, bool Downloaded);

/// <summary>Downloads data sets into the cache.</summary>
/// <param name="handler">Sends the requests.</param>
/// <param name="progress">Is told how far the downloads are, or null.</param>
internal sealed class DatasetFetcher(HttpMessageHandler handler, IProgress<FetchProgress>? progress)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <summary>Downloads all files of a data set that are not in the folder yet.</summary>
    /// <returns>Empty when all are there; else what went wrong at each address.</returns>
    /// <exception cref="DatasetException">The folder cannot be written.</exception>
    public async Task<IReadOnlyList<string>> FetchAsync(DatasetDefinition definition, string folder, CancellationToken cancellation)
    {
        using HttpClient client = new(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("straggler");
        FileDownloader downloader = new(client, _patience);
        long total = definition.Downloads.Sum(download => download.Bytes), done = 0;
        foreach (DatasetDownload download in definition.Downloads)
        {
            long before = done;
            Relay relay = new(bytes => progress?.Report(new(definition.Name, download.Name, before + bytes, total)));
            IReadOnlyList<string> failures = await DownloadAsync(downloader, download, folder, relay, cancellation).ConfigureAwait(false);
            if (failures.Count > 0)
            {
                return failures;
            }

            done += download.Bytes;
        }

        return [];
    }

    private static async Task<IReadOnlyList<string>> DownloadAsync(
        FileDownloader downloader, DatasetDownload download, string folder, IProgress<long> progress, CancellationToken cancellation)
    {
        try
        {
            return await downloader.DownloadAsync(download, folder, progress, cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException(
                $"{download.Name} cannot be kept in {folder}: {failure.Message} Set {NativeLoading.CacheFolder.Variable} to another folder.",
                failure);
        }
    }

    /// <summary>Reports at once and in order, which <see cref="Progress{T}"/> does not promise.</summary>
    private sealed class Relay(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
