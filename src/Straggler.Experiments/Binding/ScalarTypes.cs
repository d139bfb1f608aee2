using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Straggler.Experiments.Yaml;

namespace Straggler.Experiments.Binding;

/// <summary>Reads single values: numbers, truth values, texts and words of an enumeration.</summary>
internal static partial class ScalarTypes
{
    /// <summary>No number of a configuration needs more characters; a limit keeps the reading of huge ones cheap.</summary>
    private const int LongestNumber = 400;

    public static bool Supports(Type type) =>
        type.IsEnum || type == typeof(string) || type == typeof(bool) || type == typeof(double) || IsInteger(type);

    public static bool IsInteger(Type type) => type == typeof(int) || type == typeof(long) || type == typeof(ulong);

    /// <summary>Reads a value.</summary>
    /// <param name="node">The value; not null in YAML's sense.</param>
    /// <param name="type">A supported type.</param>
    /// <param name="value">The value read.</param>
    /// <returns>What is wrong, as the part of a sentence that follows the value; null if it was read.</returns>
    public static string? Read(ConfigScalar node, Type type, out object? value)
    {
        value = null;
        if (type == typeof(string))
        {
            value = node.Text;
            return null;
        }

        if (type.IsEnum)
        {
            string? name = Enum.GetNames(type).FirstOrDefault(name => OptionSchema.SnakeCase(name) == node.Text);
            value = name is null ? null : Enum.Parse(type, name);
            return value is null ? "is unknown" : null;
        }

        return type == typeof(bool) ? ReadBool(node, out value) : ReadNumber(node, type, out value);
    }

    /// <summary>The words of an enumeration.</summary>
    public static IEnumerable<string> Words(Type type) => Enum.GetNames(type).Select(OptionSchema.SnakeCase);

    private static string? ReadBool(ConfigScalar node, out object? value)
    {
        value = !node.Plain ? null : node.Text switch
        {
            "true" or "True" or "TRUE" => true,
            "false" or "False" or "FALSE" => false,
            _ => null,
        };
        return value is null ? "is not a truth value" : null;
    }

    private static string? ReadNumber(ConfigScalar node, Type type, out object? value)
    {
        value = null;
        if (!node.Plain || node.Text.Length > LongestNumber || !Number().IsMatch(node.Text))
        {
            return node.Plain && Special().IsMatch(node.Text) ? "is not a finite number"
                : IsInteger(type) ? "is not an integer" : "is not a number";
        }

        if (IsInteger(type))
        {
            return ReadInteger(node.Text, type, out value);
        }

        double number = double.Parse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
        value = number;
        return double.IsFinite(number) ? null : "is too large";
    }

    private static string? ReadInteger(string text, Type type, out object? value)
    {
        value = null;
        if (!BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger integer))
        {
            // 1e3 and 1000.0 are integers too; beyond 2^53 a double no longer says which integer is meant.
            double number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
            if (Math.Abs(number) > 1L << 53)
            {
                return "is too large";
            }

            if (number != Math.Floor(number))
            {
                return "is not an integer";
            }

            integer = new(number);
        }

        (BigInteger least, BigInteger most) = Bounds(type);
        if (integer < least || integer > most)
        {
            return "is out of range";
        }

        value = type == typeof(int) ? (int)integer : type == typeof(long) ? (long)integer : (object)(ulong)integer;
        return null;
    }

    private static (BigInteger Least, BigInteger Most) Bounds(Type type) =>
        type == typeof(int) ? (int.MinValue, int.MaxValue)
        : type == typeof(long) ? (long.MinValue, long.MaxValue)
        : (ulong.MinValue, ulong.MaxValue);

    [GeneratedRegex(@"^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$")]
    private static partial Regex Number();

    [GeneratedRegex(@"^[-+]?(\.?inf|infinity|\.?nan)$", RegexOptions.IgnoreCase)]
    private static partial Regex Special();
}
