using System.Globalization;
using System.Text;

namespace Straggler.Flower.Server;

/// <summary>Makes text that others may have written fit for a log: one line, not long, that does nothing to a terminal.</summary>
internal static class LogText
{
    /// <summary>Most characters of the text that are kept.</summary>
    public const int MostCharacters = 200;

    /// <summary>Writes control characters, and others that do not show, as their numbers, and cuts what is too long.</summary>
    /// <param name="text">The text.</param>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        StringBuilder line = new();
        foreach (Rune letter in text.EnumerateRunes())
        {
            if (line.Length >= MostCharacters)
            {
                return line.Append('…').ToString();
            }

            _ = Shows(letter) ? line.Append(letter) : line.Append(CultureInfo.InvariantCulture, $"\\u{letter.Value:x4}");
        }

        return line.ToString();
    }

    /// <summary>Line ends are control characters or separators; formats turn the direction in which text is read.</summary>
    private static bool Shows(Rune letter) => Rune.GetUnicodeCategory(letter) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
