using System.Security.Cryptography;
using System.Text;

namespace Straggler.Reports.Comparison;

/// <summary>Makes a label that heads columns and rows of one that names many settings, or long ones.</summary>
internal static class ShortLabel
{
    /// <summary>Labels up to so many letters stay as they are.</summary>
    private const int Longest = 60;

    /// <summary>What is left of a longer one, but for its mark.</summary>
    private const int Kept = 40;

    /// <summary>A label, or its first settings and a mark that tells it from all others: the same wherever it is made.</summary>
    /// <param name="label">All settings, with spaces between them.</param>
    public static string Of(string label)
    {
        if (label.Length <= Longest)
        {
            return label;
        }

        int end = label.LastIndexOf(' ', Kept);
        string mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(label)))[..4];
        return $"{label[..(end > 0 ? end : Kept)]} … #{mark}";
    }
}
