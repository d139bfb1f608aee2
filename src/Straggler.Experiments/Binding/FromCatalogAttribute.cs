namespace Straggler.Experiments.Binding;

/// <summary>Names the catalog of a choice whose component type this library does not know.</summary>
/// <param name="catalog">The property of <see cref="ConfigurationCatalogs"/>.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class FromCatalogAttribute(string catalog) : Attribute
{
    public string Catalog { get; } = catalog;
}
