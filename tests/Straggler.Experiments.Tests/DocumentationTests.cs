using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Straggler.Configuration;
using Straggler.Experiments.Binding;
using Straggler.Recording;

namespace Straggler.Experiments.Tests;

/// <summary>The documents name every key, column and option that there is.</summary>
public sealed class DocumentationTests
{
    [Fact]
    public void ConfigurationDocument_NamesEveryKey()
    {
        string document = Repository.ReadText("docs/configuration.md");
        ICatalog[] catalogs = [.. BuiltIns.Tables.Values];
        IEnumerable<string> names = catalogs.SelectMany(catalog => catalog.Entries).Select(entry => entry.Name);
        IEnumerable<string> options = catalogs.SelectMany(catalog => catalog.Entries)
            .SelectMany(entry => OptionsOf(entry.OptionsType)).SelectMany(option => option.Keys);

        Assert.All(PathsOf(typeof(ExperimentPlan), "").Concat(names).Concat(options).Append("alpha").Append("sample_fraction"),
            key => Assert.Contains($"`{key}`", document, StringComparison.Ordinal));
    }

    [Fact]
    public void RunDirectoryDocument_NamesEveryColumnAndKey()
    {
        string document = Repository.ReadText("docs/run-directory.md");
        IEnumerable<string> keys = typeof(RunSummary).GetProperties()
            .Where(property => !property.IsDefined(typeof(JsonIgnoreAttribute), inherit: false)).Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));

        Assert.All(UpdatesCsv.Columns.Concat(ClientsCsv.Columns).Concat(InFlightCsv.Columns).Append(ClassCountsCsv.Column(0)).Concat(BuiltIns.Metrics.Select(metric => metric.Name)).Concat(keys),
            word => Assert.Contains($"`{word}`", document, StringComparison.Ordinal));
    }

    private static IEnumerable<OptionSchema> OptionsOf(Type record) => OptionSchema.Of(record)
        .SelectMany(option => option.Role == OptionRole.SameSection ? OptionsOf(option.Type) : [option]);

    private static IEnumerable<string> PathsOf(Type record, string prefix) => OptionSchema.Of(record).SelectMany(option => option.Role switch
    {
        OptionRole.SameSection => PathsOf(option.Type, prefix),

        // Sections that the root's table lists stand there by their own name, their keys by path.
        OptionRole.Section when prefix.Length == 0 => [option.Key, .. PathsOf(option.Type, option.Key + ".")],
        OptionRole.ChoiceBeside when option.ListKey is null => ImmutableArray<string>.Empty,
        _ => (IEnumerable<string>)[prefix + option.Key],
    });
}
