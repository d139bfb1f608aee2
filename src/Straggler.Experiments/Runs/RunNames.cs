namespace Straggler.Experiments;

/// <summary>Which names a run can have: they become folders.</summary>
internal static class RunNames
{
    public const int MaxLength = 100;

    public const string Rule = "Expected 1 to 100 letters, digits, dots, hyphens, underscores, plus or equals signs, not starting with a dot";

    public static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxLength && name[0] != '.' && name.All(letter => char.IsAsciiLetterOrDigit(letter) || ".-_+=".Contains(letter));
}
