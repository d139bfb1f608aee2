using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Straggler.Configuration;
using Straggler.Experiments.Yaml;

namespace Straggler.Experiments.Binding;

/// <summary>Binds single values and lists, and checks the ranges that stand on the properties.</summary>
internal sealed class ValueBinder(InputFiles files, FaultList faults)
{
    public bool TryBind(OptionSchema option, Given given, out object? value)
    {
        value = null;
        if (given.Value.IsNull)
        {
            return option.IsNullable || Wrong(option, given.Value, given.Path, "is not a value");
        }

        bool read = ListTypes.ElementOf(option.Type) is { } element
            ? TryReadList(option, element, given, out value)
            : TryReadScalar(option, option.Type, given.Value, given.Path, out value);
        return read && CheckAttributes(option, given, value!) && TryFindFile(option, given, ref value);
    }

    /// <summary>Replaces the name of an input file by its full path.</summary>
    private bool TryFindFile(OptionSchema option, Given given, ref object? value)
    {
        if (option.Property.GetCustomAttribute<InputFileAttribute>() is not { } kind)
        {
            return true;
        }

        string name = (string)value!;
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal))
        {
            return Wrong(option, given.Value, given.Path, "is not the name of a file");
        }

        value = files.Find(name, given.Layer, kind, out IReadOnlyList<string> looked);
        return value is not null || Wrong(option, given.Value, given.Path, "is no file. Looked for " + string.Join(" and ", looked));
    }

    private bool TryReadList(OptionSchema option, Type element, Given given, out object? value)
    {
        value = null;
        if (given.Value is not ConfigList list)
        {
            return Wrong(option, given.Value, given.Path, "is not a list");
        }

        ElementRangeAttribute? bounds = option.Property.GetCustomAttribute<ElementRangeAttribute>();
        List<object> items = [];
        for (int i = 0; i < list.Items.Count; i++)
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"{given.Path}[{i}]");
            if (!TryReadScalar(option, element, list.Items[i], path, out object? item))
            {
                continue;
            }

            if (bounds is not null && item is double number && !(number >= bounds.Minimum && number <= bounds.Maximum))
            {
                Wrong(option, list.Items[i], path, "is out of range");
                continue;
            }

            items.Add(item!);
        }

        value = ListTypes.Create(element, items);
        return items.Count == list.Items.Count;
    }

    private bool TryReadScalar(OptionSchema option, Type type, ConfigNode node, string path, out object? value)
    {
        value = null;
        if (node is not ConfigScalar scalar || node.IsNull)
        {
            return Wrong(option, node, path, "is not a single value");
        }

        string? problem = ScalarTypes.Read(scalar, type, out value);
        return problem is null || Wrong(option, node, path, problem, type.IsEnum ? Suggestions.Nearest(scalar.Text, ScalarTypes.Words(type)) : null);
    }

    private bool CheckAttributes(OptionSchema option, Given given, object value)
    {
        foreach (ValidationAttribute rule in option.Property.GetCustomAttributes<ValidationAttribute>())
        {
            bool holds = rule is RangeAttribute range ? Expectations.InRange(range, value) : rule.IsValid(value);
            if (!holds)
            {
                return Wrong(option, given.Value, given.Path, rule is RangeAttribute ? "is out of range" : rule.ErrorMessage ?? "is not allowed");
            }
        }

        return true;
    }

    private bool Wrong(OptionSchema option, ConfigNode node, string path, string problem, string? suggestion = null)
    {
        faults.Add(new(node.Place, problem)
        {
            Path = path,
            Value = Expectations.Show(node),
            Expected = Expectations.Of(option),
            Suggestion = suggestion,
        });
        return false;
    }
}
