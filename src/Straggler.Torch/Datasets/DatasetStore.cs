using System.Collections.Immutable;
using Straggler.Torch.Datasets.Definitions;

namespace Straggler.Torch.Datasets;

/// <summary>The data sets this machine has or can get: finds, downloads, verifies and loads them.</summary>
/// <param name="definitions">The data sets that exist, as lists show them.</param>
/// <param name="places">Where to look, and where downloads go.</param>
public sealed class DatasetStore(ImmutableArray<DatasetDefinition> definitions, DatasetPlaces places)
{
    /// <summary>The data sets that Straggler knows.</summary>
    public static ImmutableArray<DatasetDefinition> Known { get; } = [FashionMnist.Small, FashionMnist.Full, Mnist.Full, Cifar10.Full];

    /// <summary>A store of the known data sets in the places that the process's environment gives.</summary>
    public static DatasetStore CreateDefault() => new(Known, DatasetPlaces.FromEnvironment());

    /// <summary>Loads a data set.</summary>
    /// <param name="name">Its configuration name.</param>
    /// <param name="options">Where it is and how much of it to use.</param>
    /// <param name="cancellation">Gives the loading up.</param>
    /// <exception cref="DatasetException">There is no such data set, it is nowhere to be had, or a file is damaged.</exception>
    public ImageDataset Load(string name, DatasetOptions options, CancellationToken cancellation = default)
    {
        DatasetDefinition definition = Definition(name);
        (DatasetLocation? location, IReadOnlyList<string> lookedAt) = DatasetLocator.Find(definition, places, options.Root);
        return DatasetLoader.Load(definition, location ?? throw NotFound(definition, lookedAt), options, cancellation);
    }

    private DatasetDefinition Definition(string name) =>
        definitions.FirstOrDefault(definition => definition.Name == name)
        ?? throw new DatasetException($"There is no data set \"{name}\"; there are {string.Join(", ", definitions.Select(d => d.Name))}.");

    private static DatasetException NotFound(DatasetDefinition definition, IReadOnlyList<string> lookedAt) =>
        new($"The data set {definition.Name} was not found. Looked at:{string.Concat(lookedAt.Select(place => $"\n  {place}"))}");
}
