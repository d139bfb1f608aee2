namespace Straggler.Recording;

/// <summary>Texts as fields of CSV files.</summary>
public static class CsvField
{
    /// <summary>The field: bare where that is safe, else in double quotes with its own doubled (RFC 4180).</summary>
    /// <param name="text">The text.</param>
    public static string Quote(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
