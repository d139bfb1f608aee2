using System.Collections;
using System.Text;
using Straggler.Configuration;
using Straggler.Experiments.Binding;

namespace Straggler.Experiments;

/// <summary>Writes a plan as the configuration that gives the same plan again, with every default spelt out.</summary>
public static class PlanWriter
{
    /// <summary>The YAML text of config.yaml.</summary>
    public static string ToYaml(ExperimentPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        StringBuilder text = new();
        WriteRecord(text, plan, "");
        return text.ToString();
    }

    private static void WriteRecord(StringBuilder text, object record, string indent)
    {
        foreach (OptionSchema option in OptionSchema.Of(record.GetType()))
        {
            object? value = option.Property.GetValue(record);
            switch (option.Role)
            {
                case OptionRole.SameSection:
                    WriteRecord(text, value!, indent);
                    break;
                case OptionRole.ChoiceBeside:
                    WriteChoice(text, (IChoice)value!, option, indent);
                    break;
                case OptionRole.Value:
                    WriteLine(text, indent, option.Key, Value(value));
                    break;
                case OptionRole.Records:
                    WriteRecords(text, option, (IEnumerable?)value, indent);
                    break;
                default:
                    WriteSection(text, option, value, indent);
                    break;
            }
        }
    }

    private static void WriteSection(StringBuilder text, OptionSchema option, object? value, string indent)
    {
        if (value is null)
        {
            WriteLine(text, indent, option.Key, "null");
            return;
        }

        text.Append(indent).Append(option.Key).Append(":\n");
        if (value is IChoice choice)
        {
            WriteChoice(text, choice, option, indent + "  ");
        }
        else
        {
            WriteRecord(text, value, indent + "  ");
        }
    }

    /// <summary>A list of mappings; the dash takes the place of the first two blanks of each.</summary>
    private static void WriteRecords(StringBuilder text, OptionSchema option, IEnumerable? records, string indent)
    {
        object[] all = [.. records?.Cast<object>() ?? []];
        if (all.Length == 0)
        {
            WriteLine(text, indent, option.Key, records is null ? "null" : "[]");
            return;
        }

        text.Append(indent).Append(option.Key).Append(":\n");
        foreach (object record in all)
        {
            int start = text.Length;
            WriteRecord(text, record, indent + "  ");
            text[start + indent.Length] = '-';
        }
    }

    private static void WriteChoice(StringBuilder text, IChoice choice, OptionSchema option, string indent)
    {
        WriteLine(text, indent, option.NameKey, YamlText.Quote(choice.Name));
        OptionSchema[] options = [.. OptionSchema.Of(choice.Options.GetType())];
        if (option.ListKey is not null && options.All(inner => ScalarTypes.Supports(inner.Type)))
        {
            WriteLine(text, indent, option.ListKey, List(options.Select(inner => inner.Property.GetValue(choice.Options))));
        }
        else
        {
            WriteRecord(text, choice.Options, indent);
        }
    }

    private static void WriteLine(StringBuilder text, string indent, string key, string value) =>
        text.Append(indent).Append(key).Append(": ").Append(value).Append('\n');

    private static string List(IEnumerable<object?> values) => $"[{string.Join(", ", values.Select(Value))}]";

    private static string Value(object? value) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        string text => YamlText.Quote(text),
        double number => YamlText.Number(number),
        Enum word => OptionSchema.SnakeCase(word.ToString()),
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        IEnumerable list => List(list.Cast<object?>()),
        _ => throw new InvalidOperationException($"An option of type {value.GetType().Name} cannot be written."),
    };
}
