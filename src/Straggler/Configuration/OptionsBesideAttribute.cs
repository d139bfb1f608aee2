namespace Straggler.Configuration;

/// <summary>Marks a <see cref="Choice{T}"/> whose options stand beside its <c>name</c> in the section of the record that holds it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionsBesideAttribute : Attribute;
