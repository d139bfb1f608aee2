using Straggler.Configuration;
using Straggler.Torch.Datasets;

namespace Straggler.Torch;

/// <summary>Loads a configured data set; may download it, blocking until it is there.</summary>
/// <param name="store">Where data sets are found and kept.</param>
/// <param name="cancellation">Gives the loading up.</param>
/// <exception cref="DatasetException">It is nowhere to be had, or a file is damaged.</exception>
public delegate LabelledDataset DatasetFactory(DatasetStore store, CancellationToken cancellation);

public static partial class TorchBuiltIns
{
    /// <summary>Data sets; the names are those of <see cref="DatasetStore.Known"/>.</summary>
    public static Catalog<DatasetFactory> Datasets { get; } = new("dataset",
    [
        .. DatasetStore.Known.Select(definition => definition.Name switch
        {
            "cifar10" => Line<Cifar10Options>(definition),
            _ when definition.Input is SequenceShape => TextLine(definition),
            _ => Line<GreyDatasetOptions>(definition),
        }),
    ]);

    private static Catalog<DatasetFactory>.Entry TextLine(DatasetDefinition definition) =>
        Catalog<DatasetFactory>.Line<TextDatasetOptions>(definition.Name, definition.Summary, definition.Source, options =>
            (store, cancellation) => store.LoadText(definition.Name, options, cancellation));

    private static Catalog<DatasetFactory>.Entry Line<TOptions>(DatasetDefinition definition)
        where TOptions : DatasetOptions, new() =>
        Catalog<DatasetFactory>.Line<TOptions>(definition.Name, definition.Summary, definition.Source, options =>
            (store, cancellation) => store.Load(definition.Name, options, cancellation));
}
