namespace Straggler.Arrays;

/// <summary>What there is to know of each element type.</summary>
internal static class NpyTypes
{
    private static readonly (NpyType Type, string Code, int Bytes)[] _table =
    [
        (NpyType.F4, "f4", 4),
        (NpyType.F8, "f8", 8),
        (NpyType.F2, "f2", 2),
        (NpyType.I8, "i8", 8),
        (NpyType.I4, "i4", 4),
        (NpyType.U1, "u1", 1),
        (NpyType.B1, "b1", 1),
    ];

    /// <summary>Bytes of an element.</summary>
    public static int ByteCount(this NpyType type) => Of(type).Bytes;

    /// <summary>Whether it is a floating-point type.</summary>
    public static bool IsFloat(this NpyType type) => type is NpyType.F4 or NpyType.F8 or NpyType.F2;

    /// <summary>NumPy's text of the type in little-endian order, such as <c>&lt;f4</c>.</summary>
    public static string Description(this NpyType type)
    {
        (_, string code, int bytes) = Of(type);
        return (bytes == 1 ? "|" : "<") + code;
    }

    /// <summary>Reads a header's <c>descr</c>.</summary>
    /// <exception cref="NpyException">It is none of the types that are read.</exception>
    public static (NpyType Type, bool BigEndian) Parse(string description)
    {
        foreach ((NpyType type, string code, int bytes) in _table)
        {
            if (description.Length == 3 && description.EndsWith(code, StringComparison.Ordinal) && IsOrder(description[0], bytes))
            {
                return (type, description[0] == '>' && bytes > 1);
            }
        }

        string allowed = string.Join(", ", _table.Select(line => line.Code));
        throw new NpyException(description.Contains('O', StringComparison.Ordinal)
            ? $"The array holds Python objects (descr '{description}'), which are never read. Expected one of {allowed}."
            : $"descr '{description}' is no type that is read. Expected one of {allowed}, after <, > or |.");
    }

    private static bool IsOrder(char order, int bytes) => order is '<' or '>' or '=' || (order == '|' && bytes == 1);

    private static (NpyType Type, string Code, int Bytes) Of(NpyType type) => _table[(int)type];
}
