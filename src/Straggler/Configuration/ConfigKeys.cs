using System.Reflection;
using System.Text.Json;

namespace Straggler.Configuration;

/// <summary>The configuration keys of an options record.</summary>
public static class ConfigKeys
{
    /// <summary>The key of a property: its <see cref="ConfigKeyAttribute"/>, else its name in snake_case.</summary>
    public static string Of(PropertyInfo property)
    {
        ArgumentNullException.ThrowIfNull(property);
        return property.GetCustomAttribute<ConfigKeyAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
    }

    /// <summary>The keys of all options, in order of declaration.</summary>
    public static IEnumerable<string> Of(Type options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is not null).Select(Of);
    }
}
