using System.Collections.Immutable;

namespace Straggler.Experiments.Binding;

/// <summary>Makes the lists that options records hold.</summary>
internal static class ListTypes
{
    /// <summary>The type of the single values that a list type holds, or null.</summary>
    public static Type? ElementOf(Type type) => AnyElementOf(type) is { } element && ScalarTypes.Supports(element) ? element : null;

    /// <summary>The record that a list type holds, or null.</summary>
    public static Type? RecordOf(Type type) => AnyElementOf(type) is { } element && !ScalarTypes.Supports(element) ? element : null;

    /// <summary>Makes an immutable list that fits either list type.</summary>
    public static object Create(Type element, IReadOnlyList<object> items)
    {
        Array array = Array.CreateInstance(element, items.Count);
        for (int i = 0; i < items.Count; i++)
        {
            array.SetValue(items[i], i);
        }

        return typeof(ImmutableArray).GetMethods()
            .Single(method => method.Name == nameof(ImmutableArray.Create)
                && method.GetParameters() is [{ ParameterType.IsArray: true }])
            .MakeGenericMethod(element)
            .Invoke(null, [array])!;
    }

    private static Type? AnyElementOf(Type type)
    {
        bool known = type.IsGenericType && type.GetGenericTypeDefinition() is { } definition
            && (definition == typeof(IReadOnlyList<>) || definition == typeof(ImmutableArray<>));
        return known ? type.GetGenericArguments()[0] : null;
    }
}
