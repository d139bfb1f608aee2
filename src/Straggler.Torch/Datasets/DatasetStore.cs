using System.Collections.Immutable;
using Straggler.Torch.Datasets.Definitions;

namespace Straggler.Torch.Datasets;

/// <summary>The data sets this machine has or can get: lists, finds, downloads, verifies and loads them. Thread-safe.</summary>
/// <param name="definitions">The data sets that exist, in the order in which lists show them.</param>
/// <param name="places">Where to look, and where downloads go.</param>
/// <param name="handler">Sends the requests of downloads; null for the network.</param>
/// <param name="progress">Is told how far downloads are, or null.</param>
public sealed class DatasetStore(
    ImmutableArray<DatasetDefinition> definitions,
    DatasetPlaces places,
    HttpMessageHandler? handler = null,
    IProgress<FetchProgress>? progress = null)
{
    private static readonly SocketsHttpHandler _network = new() { ConnectTimeout = TimeSpan.FromSeconds(15) };

    /// <summary>The data sets that Straggler knows.</summary>
    public static ImmutableArray<DatasetDefinition> Known { get; } =
        [FashionMnist.Small, FashionMnist.Full, Mnist.Full, Cifar10.Full, Shakespeare.Tiny];

    /// <summary>A store of the known data sets in the places that the process's environment gives.</summary>
    /// <param name="progress">Is told how far downloads are, or null.</param>
    public static DatasetStore CreateDefault(IProgress<FetchProgress>? progress = null) =>
        new(Known, DatasetPlaces.FromEnvironment(), progress: progress);

    /// <summary>Every data set, and where it is.</summary>
    public IReadOnlyList<DatasetListing> List() => [.. definitions.Select(definition => Look(definition, null))];

    /// <summary>Downloads a data set, unless it is there already (in the cache: intact), and verifies what was downloaded.</summary>
    /// <param name="name">Its configuration name.</param>
    /// <param name="cancellation">Gives the download up; what has come is kept and continued next time.</param>
    /// <exception cref="DatasetException">There is no such data set, or it cannot be had; the message says all that was tried.</exception>
    /// <exception cref="OperationCanceledException">The download was given up.</exception>
    public async Task<FetchResult> FetchAsync(string name, CancellationToken cancellation = default)
    {
        DatasetDefinition definition = Definition(name);
        DatasetListing listing = Look(definition, null);
        if (listing.Location is { } there && (there.Place != DatasetPlace.Cache || IsIntact(definition, there, cancellation)))
        {
            return new(there, Downloaded: false);
        }

        string folder = Path.Combine(places.CacheFolder, definition.Folders[0]);
        DatasetFetcher fetcher = new(handler ?? _network, progress);
        IReadOnlyList<string> failures = await fetcher.FetchAsync(definition, folder, cancellation).ConfigureAwait(false);
        DatasetLocation location = (failures.Count == 0 ? Look(definition, null).Location : null)
            ?? throw DatasetMessages.NotFound(listing, failures, folder);
        DatasetVerification verification = DatasetVerifier.Verify(definition, location, cancellation);
        return verification.IsIntact ? new(location, Downloaded: true) : throw new DatasetException(verification.Problem!);
    }

    /// <summary>Reads every file of a data set and compares it with what was published.</summary>
    /// <param name="name">Its configuration name.</param>
    /// <param name="root">The folder that holds it; null to look in the usual places.</param>
    /// <param name="cancellation">Gives the check up between two files.</param>
    /// <exception cref="DatasetException">There is no such data set, or it is not on this machine.</exception>
    public DatasetVerification Verify(string name, string? root = null, CancellationToken cancellation = default)
    {
        DatasetListing listing = Look(Definition(name), root);
        DatasetLocation location = listing.Location ?? throw DatasetMessages.NotFound(listing, [], null);
        return DatasetVerifier.Verify(listing.Definition, location, cancellation);
    }

    /// <summary>Loads a data set of images, downloading it first if it is nowhere and <see cref="DatasetOptions.Root"/> is not set.</summary>
    /// <param name="name">Its configuration name.</param>
    /// <param name="options">Where it is and how much of it to use.</param>
    /// <param name="cancellation">Gives the loading up.</param>
    /// <exception cref="DatasetException">There is no such data set, it is nowhere to be had, or a file is damaged.</exception>
    /// <exception cref="OperationCanceledException">The loading was given up.</exception>
    public ImageDataset Load(string name, DatasetOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Open(name, options.Root, (definition, location) => DatasetLoader.Load(definition, location, options, cancellation), cancellation);
    }

    /// <summary>Loads a text data set, downloading it first if it is nowhere and <see cref="TextDatasetOptions.Root"/> is not set.</summary>
    /// <param name="name">Its configuration name.</param>
    /// <param name="options">Where it is and how it is cut.</param>
    /// <param name="cancellation">Gives the loading up.</param>
    /// <exception cref="DatasetException">There is no such data set, it is nowhere to be had, or the file is damaged.</exception>
    /// <exception cref="OperationCanceledException">The loading was given up.</exception>
    public SequenceDataset LoadText(string name, TextDatasetOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Open(name, options.Root, (definition, location) => TextLoader.Load(definition, location, options, cancellation), cancellation);
    }

    private T Open<T>(string name, string? root, Func<DatasetDefinition, DatasetLocation, T> load, CancellationToken cancellation)
    {
        DatasetListing listing = Look(Definition(name), root);
        DatasetLocation location = listing.Location
            ?? (root is null
                ? FetchAsync(name, cancellation).GetAwaiter().GetResult().Location
                : throw DatasetMessages.NotFound(listing, [], null));
        try
        {
            return load(listing.Definition, location);
        }
        catch (DatasetException damage) when (location.Place == DatasetPlace.Cache)
        {
            throw new DatasetException($"{damage.Message} Run `straggler data fetch {name}` to download it again.", damage);
        }
    }

    private static bool IsIntact(DatasetDefinition definition, DatasetLocation location, CancellationToken cancellation) =>
        DatasetVerifier.Verify(definition, location, cancellation).IsIntact;

    private DatasetListing Look(DatasetDefinition definition, string? root)
    {
        (DatasetLocation? location, IReadOnlyList<string> lookedAt) = DatasetLocator.Find(definition, places, root);
        return new(definition, location, lookedAt);
    }

    private DatasetDefinition Definition(string name) =>
        definitions.FirstOrDefault(definition => definition.Name == name)
        ?? throw new DatasetException($"There is no data set \"{name}\"; there are {string.Join(", ", definitions.Select(d => d.Name))}.");
}

/// <summary>A data set and where it is.</summary>
/// <param name="Definition">The data set.</param>
/// <param name="Location">Where it is, or null where it is not on this machine.</param>
/// <param name="LookedAt">The places looked at before, each with what it lacked.</param>
public sealed record DatasetListing(DatasetDefinition Definition, DatasetLocation? Location, IReadOnlyList<string> LookedAt);
