namespace Straggler.Experiments.Binding;

/// <summary>Marks a record whose keys stand in the section of the record that holds it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SameSectionAttribute : Attribute;

/// <summary>Names the catalog of a choice whose component type this library does not know.</summary>
/// <param name="catalog">The property of <see cref="ConfigurationCatalogs"/>.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class FromCatalogAttribute(string catalog) : Attribute
{
    public string Catalog { get; } = catalog;
}
