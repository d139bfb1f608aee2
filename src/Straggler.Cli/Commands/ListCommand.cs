using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using Straggler.Configuration;
using Straggler.Torch;

namespace Straggler.Cli.Commands;

/// <summary><c>straggler list</c>: everything that a configuration can name, read from the tables that configurations are read with.</summary>
internal static class ListCommand
{
    private static readonly JsonSerializerOptions _jsonStyle = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly Dictionary<string, Func<IEnumerable<ICatalogEntry>>> _tables =
        new(BuiltIns.Tables.Select(table => KeyValuePair.Create(table.Key, () => (IEnumerable<ICatalogEntry>)table.Value.Entries)))
        {
            ["models"] = () => TorchBuiltIns.Models.Entries,
            ["datasets"] = () => TorchBuiltIns.Datasets.Entries,
            ["metrics"] = () => BuiltIns.Metrics,
        };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string> what = new("what") { Description = string.Join(" | ", _tables.Keys) };
        what.AcceptOnlyFromAmong([.. _tables.Keys]);
        Option<bool> json = new("--json") { Description = "Print a JSON array of objects with name, summary, source and options." };
        Command command = new("list", "List what a configuration can name.") { what, json };
        command.SetAction(parsed => List(_tables[parsed.GetRequiredValue(what)](), parsed.GetValue(json)));
        return command;
    }

    private static int List(IEnumerable<ICatalogEntry> entries, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(entries.Select(Describe), _jsonStyle));
            return ExitCodes.Success;
        }

        Table table = new Table().Border(TableBorder.None).HideHeaders().AddColumn("name").AddColumn("summary");
        foreach (ICatalogEntry entry in entries)
        {
            string source = entry.Source.Length > 0 ? $" [grey]({Markup.Escape(entry.Source)})[/]" : "";
            table.AddRow($"[bold]{Markup.Escape(entry.Name)}[/]", Markup.Escape(entry.Summary) + source);
        }

        AnsiConsole.Write(table);
        return ExitCodes.Success;
    }

    private static EntryDescription Describe(ICatalogEntry entry) =>
        new(entry.Name, entry.Summary, entry.Source, [.. ConfigKeys.Of(entry.OptionsType)]);

    private sealed record EntryDescription(string Name, string Summary, string Source, IReadOnlyList<string> Options);
}
