using Straggler.Configuration;
using Straggler.Experiments.Binding;
using Straggler.Training;

namespace Straggler.Experiments;

/// <summary>The configuration's <c>model</c> section: an architecture with its own options and, beside them, the clients' recipe.</summary>
public sealed record ModelOptions
{
    /// <summary>The architecture: an entry of <see cref="ConfigurationCatalogs.Models"/>.</summary>
    [FromCatalog(nameof(ConfigurationCatalogs.Models))]
    [OptionsBeside]
    public IChoice Architecture { get; init; } = null!;

    /// <summary>How every client trains it.</summary>
    [SameSection]
    public LocalTrainingOptions Local { get; init; } = new();
}
