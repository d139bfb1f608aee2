using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Straggler.Experiments;

/// <summary>Writes single values so that every YAML reader takes them for what they are.</summary>
internal static partial class YamlText
{
    /// <summary>A text, quoted where it could be taken for anything else.</summary>
    public static string Quote(string text)
    {
        if (Plain().IsMatch(text) && !Reserved().IsMatch(text))
        {
            return text;
        }

        StringBuilder quoted = new("\"");
        foreach (char letter in text)
        {
            quoted.Append(letter switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                '\uFEFF' or '\u2028' or '\u2029' => Escape(letter),
                _ when char.IsControl(letter) => Escape(letter),
                _ => letter.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>A double that reads back to the same bits, with the point that YAML 1.1 readers need to see a number.</summary>
    public static string Number(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
        int exponent = text.IndexOf('e', StringComparison.Ordinal);
        return text.Contains('.', StringComparison.Ordinal) ? text
            : exponent < 0 ? text + ".0"
            : text.Insert(exponent, ".0");
    }

    private static string Escape(char letter) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");

    [GeneratedRegex(@"^[A-Za-z_/][A-Za-z0-9_./+*^()-]*( [A-Za-z0-9_./+*^()-]+)*\z")]
    private static partial Regex Plain();

    [GeneratedRegex(@"^(null|true|false|yes|no|on|off|y|n)\z", RegexOptions.IgnoreCase)]
    private static partial Regex Reserved();
}
