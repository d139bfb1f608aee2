using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Straggler.Configuration;
using Straggler.Experiments.Yaml;

namespace Straggler.Experiments.Binding;

/// <summary>Binds a component's name and its options.</summary>
/// <remarks>
/// A layer that changes the name keeps the options that lower layers gave only where the new component has them too, in the same
/// meaning. The others fall away silently, unless the component they were written for does not know them either. The parameters of a
/// formula (a distribution, or a choice within a choice such as a staleness function) never stay: hinge's a is not polynomial's a.
/// </remarks>
internal sealed partial class ChoiceBinder(RecordBinder records, OptionFiles files, FaultList faults)
{
    /// <summary>Binds a choice.</summary>
    /// <param name="catalog">What can be chosen.</param>
    /// <param name="start">The choice if the section names none.</param>
    /// <param name="section">The section with the name and, beside it, the options.</param>
    /// <param name="nameKey">The name's key.</param>
    /// <param name="listKey">The key of the list of positional options, or null.</param>
    /// <returns>The choice, or <paramref name="start"/> where it is wrong.</returns>
    public IChoice? Bind(ICatalog catalog, IChoice? start, Section section, string nameKey, string? listKey)
    {
        List<Given> names = section.Take(nameKey);
        string? name = names.Count == 0 ? start?.Name : NameOf(names[^1]);
        ICatalogEntry? entry = name is null ? null : Find(catalog, name);
        IChoice? text = null;
        if (entry is null && !TryReadText(catalog, section, names, name, out text))
        {
            // Without a component nothing can be said about its options; the keys beside it are still checked as far as they can be.
            section.AcceptAll();
            return start;
        }

        NameHistory history = new(catalog, name!, names, start?.Name);
        AddOptionsFile(catalog, section, nameKey, name!);
        if (listKey is not null)
        {
            ExpandLists(section, listKey, history);
        }

        bool isFormula = listKey is not null || section.Path.Contains('.', StringComparison.Ordinal);
        TranslateOptions(section, isFormula ? null : entry, history);
        section.WhoseKey = key => WhoseKey(catalog, name!, key);
        return entry is null ? text : catalog.Choose(entry, records.Bind(entry.OptionsType, names.Count == 0 ? start?.Options : null, section));
    }

    private static string? NameOf(Given given) => given.Value is ConfigScalar scalar && !scalar.IsNull ? scalar.Text : null;

    private static ICatalogEntry? Find(ICatalog catalog, string name) => catalog.Entries.FirstOrDefault(entry => entry.Name == name);

    private static string? WhoseKey(ICatalog catalog, string name, string key)
    {
        string[] owners = [.. catalog.Entries
            .Where(entry => OptionSchema.Of(entry.OptionsType).Any(option => option.Keys.Contains(key)))
            .Select(entry => entry.Name)];
        return owners.Length == 0 ? null : $"is no option of {name}, but of {string.Join(", ", owners)}";
    }

    private bool TryReadText(ICatalog catalog, Section section, List<Given> names, string? name, out IChoice? choice)
    {
        choice = null;
        string? problem = null;
        try
        {
            choice = name is null ? null : catalog.ChooseFromText(name);
        }
        catch (FormatException exception) when (!Word().IsMatch(name!))
        {
            problem = exception.Message;
        }
        catch (FormatException)
        {
            // A lone word is a misspelt name rather than a wrong expression.
        }

        if (choice is null)
        {
            ReportWrongName(catalog, section, names, problem);
        }

        return choice is not null;
    }

    private void ReportWrongName(ICatalog catalog, Section section, List<Given> names, string? problem)
    {
        Given? given = names.LastOrDefault();
        string[] allowed = [.. catalog.Entries.Select(entry => entry.Name)];
        bool isText = given?.Value is ConfigScalar { IsNull: false };
        faults.Add(new(given?.Value.Place ?? section.Place, problem ?? (isText ? "is unknown" : $"is not the name of a {catalog.Kind}"))
        {
            Path = given?.Path ?? section.Path,
            Value = given is null ? "nothing" : problem is null ? Expectations.Show(given.Value) : null,
            Expected = problem is null ? "Allowed: " + string.Join(", ", allowed.Order(StringComparer.Ordinal)) : null,
            Suggestion = isText && problem is null ? Suggestions.Nearest(NameOf(given!)!, allowed) : null,
        });
    }

    private void AddOptionsFile(ICatalog catalog, Section section, string nameKey, string name)
    {
        if (files.Read(section.Path, name) is not { } options)
        {
            return;
        }

        if (options[nameKey] is { } repeated && (repeated as ConfigScalar)?.Text != name)
        {
            faults.Add(new(repeated.Place, $"does not fit the file's name, which says that it holds the options of {catalog.Kind} \"{name}\"")
            {
                Path = Section.Join(section.Path, nameKey),
                Value = Expectations.Show(repeated),
            });
        }

        section.Add(Layer.OptionsFile, new(options.Place, [.. options.Entries.Where(entry => entry.Key != nameKey)]), section.Path);
    }

    /// <summary>Turns lists of positional options into named ones, by the component that their layer means.</summary>
    private void ExpandLists(Section section, string listKey, NameHistory history)
    {
        foreach (Given given in section.Take(listKey))
        {
            ImmutableArray<OptionSchema> options = history.OptionsAt(given.Layer);
            ConfigList list = given.Value as ConfigList ?? new(given.Value.Place, []);
            if (given.Value is not ConfigList && !given.Value.IsNull)
            {
                faults.Add(new(given.Value.Place, "is not a list")
                {
                    Path = given.Path,
                    Value = Expectations.Show(given.Value),
                    Expected = "Expected a list, such as [0.0, 0.75]",
                });
            }
            else if (list.Items.Count > options.Length)
            {
                string names = options.Length == 0 ? "" : $" ({string.Join(", ", options.Select(option => option.Key))})";
                string problem = string.Create(CultureInfo.InvariantCulture,
                    $"has {list.Items.Count} values, but {history.At(given.Layer)} takes at most {options.Length}{names}");
                faults.Add(new(list.Place, problem) { Path = given.Path });
            }

            section.Replace(given, list.Items.Take(options.Length).Select((item, i) =>
                given with { Key = options[i].Key, Path = string.Create(CultureInfo.InvariantCulture, $"{given.Path}[{i}]"), Value = item }));
        }
    }

    /// <summary>Keeps, renames or drops the options that were written for another component than <paramref name="entry"/>; null drops all.</summary>
    private static void TranslateOptions(Section section, ICatalogEntry? entry, NameHistory history)
    {
        ImmutableArray<OptionSchema> wanted = entry is null ? [] : OptionSchema.Of(entry.OptionsType);
        foreach (Given given in section.Givens.Where(given => history.IsForeign(given.Layer)).ToArray())
        {
            OptionSchema? old = history.OptionsAt(given.Layer).FirstOrDefault(option => option.Keys.Contains(given.Key));
            if (old is not null)
            {
                // A default that nobody wrote does not survive the component it is the default of.
                OptionSchema? same = given.Layer == Layer.Defaults ? null : wanted.FirstOrDefault(option => option.Keys.Contains(old.Key));
                section.Replace(given, same is null ? [] : [given with { Key = same.Key }]);
            }
        }
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_-]*$")]
    private static partial Regex Word();

    /// <summary>Which component each layer's options were written for.</summary>
    private sealed class NameHistory(ICatalog catalog, string final, List<Given> names, string? start)
    {
        /// <summary>The component that a layer means. A file of options is chosen by the final name, but may name a choice within the choice.</summary>
        public string At(Layer layer) => layer == Layer.OptionsFile && names.TrueForAll(given => given.Layer != layer) ? final
            : names.LastOrDefault(given => given.Layer <= layer) is { } given ? NameOf(given) ?? final
            : start ?? final;

        public bool IsForeign(Layer layer) => At(layer) != final;

        /// <summary>The options that a layer could give; where its name is unknown, those of every component.</summary>
        public ImmutableArray<OptionSchema> OptionsAt(Layer layer) => Find(catalog, At(layer)) is { } entry
            ? OptionSchema.Of(entry.OptionsType)
            : [.. catalog.Entries.SelectMany(entry => OptionSchema.Of(entry.OptionsType)).DistinctBy(option => option.Key)];
    }
}
