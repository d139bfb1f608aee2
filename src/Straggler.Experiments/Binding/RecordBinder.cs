using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Straggler.Configuration;
using Straggler.Experiments.Yaml;

namespace Straggler.Experiments.Binding;

/// <summary>Binds sections to options records, gathering every fault on the way.</summary>
internal sealed class RecordBinder
{
    private readonly FaultList _faults;
    private readonly ConfigurationCatalogs _catalogs;
    private readonly ValueBinder _values;
    private readonly ChoiceBinder _choices;
    private readonly UnknownKeys _unknown;

    public RecordBinder(ConfigurationCatalogs catalogs, OptionFiles files, InputFiles inputs, UnknownKeys unknown, FaultList faults)
    {
        _catalogs = catalogs;
        _faults = faults;
        _unknown = unknown;
        _values = new(inputs, faults);
        _choices = new(this, files, faults);
    }

    /// <summary>Makes a record from a section.</summary>
    /// <param name="type">The record.</param>
    /// <param name="start">Where the values come from that the section does not give; null for the record's own defaults.</param>
    /// <param name="section">The section.</param>
    /// <returns>The record. Where there were faults it holds defaults in their place.</returns>
    public object Bind(Type type, object? start, Section section)
    {
        object record = Activator.CreateInstance(type)!;
        ImmutableArray<OptionSchema> schema = OptionSchema.Of(type);
        int faultsBefore = _faults.Count;

        // The options file of a chosen component may speak of the keys beside it, so such choices come first.
        foreach (OptionSchema option in schema.OrderByDescending(option => option.Role == OptionRole.ChoiceBeside))
        {
            object? current = option.Property.GetValue(start ?? record);
            option.Property.SetValue(record, BindOption(option, current, section));
        }

        if (_faults.Count == faultsBefore)
        {
            CheckRules(record, schema, section);
        }

        return record;
    }

    private object? BindOption(OptionSchema option, object? current, Section section)
    {
        switch (option.Role)
        {
            case OptionRole.SameSection:
                return Bind(option.Type, current, section);
            case OptionRole.ChoiceBeside:
                return _choices.Bind(_catalogs.For(option), (IChoice?)current, section, option.NameKey, option.ListKey);
            default:
                List<Given> givens = section.Take(option.Keys);
                CheckGivenOnce(givens);
                return givens.Count == 0 ? current : BindGivens(option, current, givens);
        }
    }

    private object? BindGivens(OptionSchema option, object? current, List<Given> givens)
    {
        if (option.Role == OptionRole.Value)
        {
            return _values.TryBind(option, givens[^1], out object? value) ? value : current;
        }

        if (option.Role == OptionRole.Records)
        {
            return BindRecords(option, current, givens[^1]);
        }

        if (givens[^1].Value.IsNull && option.IsNullable)
        {
            return null;
        }

        // A null clears what lower layers said, so that what follows starts afresh; the default names stay.
        int lastNull = givens.FindLastIndex(given => given.Value.IsNull);
        bool isSection = option.Role == OptionRole.Section;
        int cleared = isSection || lastNull < givens.Count - 1 ? lastNull + 1 : lastNull;
        List<Given> kept = [.. givens.Where((given, i) => i >= cleared || given.Layer == Layer.Defaults)];
        return isSection ? BindSection(option.Type, current, kept, givens[^1].Path) : BindChoice(option, (IChoice?)current, kept);
    }

    private object BindSection(Type record, object? current, List<Given> givens, string? path = null)
    {
        OptionSchema? choice = OptionSchema.Of(record).FirstOrDefault(inner => inner.Role == OptionRole.ChoiceBeside);
        Section section = Section.Open(path ?? givens[^1].Path, givens, choice?.NameKey, _faults);
        _unknown.Watch(section);
        return Bind(record, current, section);
    }

    /// <summary>A list of records is one value: a layer that gives it replaces those below.</summary>
    private object? BindRecords(OptionSchema option, object? current, Given given)
    {
        Type record = ListTypes.RecordOf(option.Type)!;
        if (given.Value is not ConfigList list)
        {
            _faults.Add(new(given.Value.Place, "is not a list")
            {
                Path = given.Path,
                Value = Expectations.Show(given.Value),
                Expected = "Expected a list of mappings, each with " + string.Join(", ", OptionSchema.Of(record).Select(inner => inner.Key)),
            });
            return current;
        }

        return ListTypes.Create(record, [.. list.Items.Select((item, i) => BindSection(record, null,
            [given with { Path = string.Create(CultureInfo.InvariantCulture, $"{given.Path}[{i}]"), KeyPlace = item.Place, Value = item }]))]);
    }

    private IChoice? BindChoice(OptionSchema option, IChoice? current, List<Given> givens)
    {
        Section section = Section.Open(givens[^1].Path, givens, option.NameKey, _faults);
        _unknown.Watch(section);
        return _choices.Bind(_catalogs.For(option), current, section, option.NameKey, listKey: null);
    }

    /// <summary>Repeating a key on the command line is fine, the last wins; two keys that mean the same in one place are not.</summary>
    private void CheckGivenOnce(List<Given> givens)
    {
        foreach (IGrouping<Layer, Given> layer in givens.GroupBy(given => given.Layer))
        {
            Given[] names = [.. layer.DistinctBy(given => given.Path)];
            if (names.Length > 1)
            {
                _faults.Add(new(names[1].KeyPlace, $"means the same as {names[0].Path}, which is given too") { Path = names[1].Path });
            }
        }
    }

    private void CheckRules(object record, ImmutableArray<OptionSchema> schema, Section section)
    {
        if (record is not IValidatableObject validatable)
        {
            return;
        }

        foreach (ValidationResult result in validatable.Validate(new(record)))
        {
            string[] members = [.. result.MemberNames];
            OptionSchema? option = members.Length == 0 ? null : schema.FirstOrDefault(option => option.Property.Name == members[0]);
            Given[] givens = option is null ? [] : [.. section.Givens.Where(given => option.Keys.Contains(given.Key))];
            Given? given = givens.LastOrDefault();
            string path = given?.Path ?? (option is null ? section.Path : Section.Join(section.Path, option.Key));
            ConfigPlace place = given?.Value.Place ?? section.Place;

            // A second name is a key of the section that the first one is.
            if (members.Length > 1)
            {
                path = Section.Join(path, members[1]);
                place = givens.Select(given => (given.Value as ConfigMap)?[members[1]]).LastOrDefault(value => value is not null)?.Place ?? place;
            }

            _faults.Add(new(place, (result.ErrorMessage ?? "is not allowed").TrimEnd('.')) { Path = path });
        }
    }
}
