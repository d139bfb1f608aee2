namespace Straggler.Configuration;

/// <summary>Marks a record whose keys stand in the section of the record that holds it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SameSectionAttribute : Attribute;
