using System.Text;
using YamlDotNet.Core;

namespace Straggler.Experiments.Yaml;

/// <summary>Reads configuration files.</summary>
internal static class ConfigFile
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Reads a file whose root is a mapping.</summary>
    /// <returns>The mapping, or null where the file is empty or wrong; faults say which.</returns>
    public static ConfigMap? Read(string path, FaultList faults)
    {
        string? text = ReadText(path, faults);
        return text is null ? null : Parse(text, path, faults);
    }

    /// <summary>Parses a text whose root is a mapping.</summary>
    public static ConfigMap? Parse(string text, string source, FaultList faults)
    {
        ConfigNode? root = YamlReader.Read(text, PlaceAt, faults);
        if (root is not (null or ConfigMap) && !root.IsNull)
        {
            faults.Add(root.Place, "the file holds a single value or a list; a configuration is a mapping of keys to values, such as \"rounds: 500\"");
        }

        return root as ConfigMap;

        ConfigPlace PlaceAt(Mark mark) => new(source, (int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));
    }

    private static string? ReadText(string path, FaultList faults)
    {
        ConfigPlace place = new(path);
        if (Directory.Exists(path))
        {
            faults.Add(place, "is a folder; a YAML file is expected");
            return null;
        }

        try
        {
            return Decode(ReadBytes(path), place, faults);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            faults.Add(place, "there is no such file");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            faults.Add(place, "the file cannot be read: " + exception.Message.TrimEnd('.'));
        }

        return null;
    }

    private static byte[] ReadBytes(string path)
    {
        // Read up to the limit and one byte more instead of asking for the length first: a pipe has none.
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[MaxBytes + 1];
        return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }

    private static string? Decode(byte[] bytes, ConfigPlace place, FaultList faults)
    {
        if (bytes.Length > MaxBytes)
        {
            faults.Add(place, "the file is larger than 1 MiB, which no configuration is");
            return null;
        }

        try
        {
            string text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
            return text.StartsWith('\uFEFF') ? text[1..] : text;
        }
        catch (DecoderFallbackException exception)
        {
            int line = 1 + bytes.AsSpan(0, Math.Clamp(exception.Index, 0, bytes.Length)).Count((byte)'\n');
            faults.Add(place with { Line = line, Column = 1 }, "the file is not UTF-8 text");
            return null;
        }
    }
}
