namespace Straggler.Reports.Pages;

/// <summary>Quotes words for a POSIX shell, so that a command can be copied from the page.</summary>
internal static class Shell
{
    /// <summary>The word as the shell takes it: bare where it is harmless, else in single quotes.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '/' or '=')
            ? word
            : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
