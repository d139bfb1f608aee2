using System.Collections.Immutable;
using System.Reflection;
using Straggler.Configuration;
using Straggler.Experiments.Binding;

namespace Straggler.Experiments;

/// <summary>Everything that a configuration can name.</summary>
/// <remarks>Models and data sets come from outside, because this library knows no tensors.</remarks>
/// <param name="Models">The architectures.</param>
/// <param name="Datasets">The data sets.</param>
public sealed record ConfigurationCatalogs(ICatalog Models, ICatalog Datasets)
{
    /// <summary>The tables of the core library, each found by its component type.</summary>
    public ImmutableArray<ICatalog> Components { get; init; } = [.. BuiltIns.Tables.Values];

    /// <summary>The catalog from which an option chooses.</summary>
    internal ICatalog For(OptionSchema option)
    {
        if (option.Property.GetCustomAttribute<FromCatalogAttribute>() is { } named)
        {
            return named.Catalog == nameof(Models) ? Models : Datasets;
        }

        Type catalog = typeof(Catalog<>).MakeGenericType(option.Type.GetGenericArguments());
        return Components.FirstOrDefault(catalog.IsInstanceOfType)
            ?? throw new InvalidOperationException($"No catalog is known for {option.Property.DeclaringType?.Name}.{option.Property.Name}.");
    }
}
