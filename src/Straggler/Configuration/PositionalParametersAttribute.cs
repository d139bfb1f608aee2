namespace Straggler.Configuration;

/// <summary>
/// Marks a <see cref="Choice{T}"/> whose options stand beside it in the same section, by name or, in the order of their
/// declaration, as a list under one key: <c>{dist: lognormal, params: [0.0, 0.75]}</c> or <c>{dist: lognormal, mu: 0.0, sigma: 0.75}</c>.
/// </summary>
/// <param name="listKey">The key of the list.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PositionalParametersAttribute(string listKey) : Attribute
{
    /// <summary>The key of the list.</summary>
    public string ListKey { get; } = listKey;
}
