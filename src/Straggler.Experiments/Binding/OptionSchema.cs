using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using Straggler.Configuration;

namespace Straggler.Experiments.Binding;

/// <summary>How an option stands in its section.</summary>
internal enum OptionRole
{
    /// <summary>A value under its key.</summary>
    Value,

    /// <summary>A mapping under its key, bound to a record.</summary>
    Section,

    /// <summary>A list of mappings under its key, each bound to a record.</summary>
    Records,

    /// <summary>A named component with its options, under its key.</summary>
    Choice,

    /// <summary>A named component whose options stand beside it in the same section.</summary>
    ChoiceBeside,

    /// <summary>A record whose keys stand in the same section.</summary>
    SameSection,
}

/// <summary>One property of an options record and how configurations write it.</summary>
internal sealed class OptionSchema
{
    private static readonly ConcurrentDictionary<Type, ImmutableArray<OptionSchema>> _known = new();

    private OptionSchema(PropertyInfo property)
    {
        ConfigKeyAttribute? named = property.GetCustomAttribute<ConfigKeyAttribute>();
        Property = property;
        Key = named?.Name ?? SnakeCase(property.Name);
        Keys = [Key, .. named?.Aliases ?? []];
        Type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        IsNullable = Type != property.PropertyType
            || (!Type.IsValueType && new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable);
        ListKey = property.GetCustomAttribute<PositionalParametersAttribute>()?.ListKey;
        Role = RoleOf(property, Type);
    }

    public PropertyInfo Property { get; }

    /// <summary>The key that the resolved configuration writes.</summary>
    public string Key { get; }

    /// <summary>Every key that is understood, <see cref="Key"/> first.</summary>
    public ImmutableArray<string> Keys { get; }

    /// <summary>The property's type, without <see cref="Nullable{T}"/>.</summary>
    public Type Type { get; }

    public bool IsNullable { get; }

    /// <summary>The key of the list of positional options, or null.</summary>
    public string? ListKey { get; }

    public OptionRole Role { get; }

    /// <summary>The key of the component's name, for choices: positional ones keep their own key, others are named by <c>name</c>.</summary>
    public string NameKey => ListKey is null ? "name" : Key;

    /// <summary>The options of a record, in the order of their declaration.</summary>
    public static ImmutableArray<OptionSchema> Of(Type record) => _known.GetOrAdd(record, static type =>
    [
        .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is not null && property.GetIndexParameters().Length == 0)
            .OrderBy(property => property.MetadataToken)
            .Select(property => new OptionSchema(property)),
    ]);

    /// <summary>The configuration's name of a .NET name.</summary>
    public static string SnakeCase(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    private static OptionRole RoleOf(PropertyInfo property, Type type)
    {
        if (property.IsDefined(typeof(SameSectionAttribute)))
        {
            return OptionRole.SameSection;
        }

        if (typeof(IChoice).IsAssignableFrom(type))
        {
            bool beside = property.IsDefined(typeof(PositionalParametersAttribute)) || property.IsDefined(typeof(OptionsBesideAttribute));
            return beside ? OptionRole.ChoiceBeside : OptionRole.Choice;
        }

        return ScalarTypes.Supports(type) || ListTypes.ElementOf(type) is not null ? OptionRole.Value
            : ListTypes.RecordOf(type) is not null ? OptionRole.Records
            : OptionRole.Section;
    }
}
