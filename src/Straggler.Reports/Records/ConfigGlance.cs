namespace Straggler.Reports.Records;

/// <summary>Looks up single values in a run's config.yaml, for the report's sentences.</summary>
/// <remarks>What <see cref="FlatConfiguration"/> does not understand is not found, and the sentence leaves it out.</remarks>
internal static class ConfigGlance
{
    /// <summary>A value by its path.</summary>
    /// <param name="yaml">The configuration's text; null for none.</param>
    /// <param name="path">The keys from the top, such as "model", "name".</param>
    /// <returns>The value without quotes, or null.</returns>
    public static string? Find(string? yaml, params ReadOnlySpan<string> path)
    {
        string wanted = string.Join('.', path);
        return FlatConfiguration.Values(yaml ?? "").Where(pair => pair.Path == wanted).Select(pair => Plain(pair.Value)).FirstOrDefault();
    }

    private static string? Plain(string value) => value switch
    {
        ['"', .. var inner, '"'] when !inner.Contains('\\', StringComparison.Ordinal) => inner,
        ['\'', .. var inner, '\''] => inner,
        [] or ['"' or '\'' or '{' or '[' or '|' or '>' or '&' or '*', ..] or "null" => null,
        _ => value.Split(" #")[0].TrimEnd(),
    };
}
