using System.Collections.Immutable;

namespace Straggler.Experiments.Binding;

/// <summary>Makes the lists that options records hold.</summary>
internal static class ListTypes
{
    /// <summary>The element type of a list type, or null.</summary>
    public static Type? ElementOf(Type type)
    {
        bool known = type.IsGenericType && type.GetGenericTypeDefinition() is { } definition
            && (definition == typeof(IReadOnlyList<>) || definition == typeof(ImmutableArray<>));
        return known && ScalarTypes.Supports(type.GetGenericArguments()[0]) ? type.GetGenericArguments()[0] : null;
    }

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
}
