namespace Straggler.Configuration;

/// <summary>Gives an option its name in configuration files where the snake_case of the property's name does not serve.</summary>
/// <param name="name">The key.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConfigKeyAttribute(string name) : Attribute
{
    /// <summary>The key.</summary>
    public string Name { get; } = name;

    /// <summary>Other keys with the same meaning (the seed's names).</summary>
    public string[] Aliases { get; init; } = [];
}
