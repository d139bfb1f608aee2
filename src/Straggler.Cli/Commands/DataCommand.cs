using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Straggler.Lab.Running;
using Straggler.Torch.Datasets;

namespace Straggler.Cli.Commands;

/// <summary><c>straggler data</c>: what data sets there are, where they lie, whether they are intact, and how to get them.</summary>
internal static class DataCommand
{
    private static readonly JsonSerializerOptions _jsonStyle = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The command with its subcommands.</summary>
    public static Command Create() => new("data", "List, fetch, verify and deal out data sets.")
    {
        CreateList(),
        CreateFetch(),
        CreateVerify(),
        PartitionCommand.Create(),
    };

    private static Command CreateList()
    {
        Option<bool> json = new("--json") { Description = "Print a JSON array of objects with name, samples and place." };
        Command command = new("list", "List the data sets and where they are on this machine.") { json };
        command.SetAction(parsed => List(parsed.GetValue(json)));
        return command;
    }

    private static Command CreateFetch()
    {
        Argument<string> name = Name();
        Command command = new("fetch", "Download a data set into the cache, unless it is on this machine already.") { name };
        command.SetAction((parsed, cancellation) => FetchAsync(parsed.GetRequiredValue(name), cancellation));
        return command;
    }

    private static Command CreateVerify()
    {
        Argument<string> name = Name();
        Option<string?> root = new("--root") { Description = "The folder that holds it; the usual places by default." };
        Command command = new("verify", "Compare a data set's files with their published SHA-256.") { name, root };
        command.SetAction((parsed, cancellation) => Task.FromResult(Verify(parsed.GetRequiredValue(name), parsed.GetValue(root), cancellation)));
        return command;
    }

    private static Argument<string> Name()
    {
        Argument<string> name = new("name") { Description = string.Join(" | ", DatasetStore.Known.Select(definition => definition.Name)) };
        name.AcceptOnlyFromAmong([.. DatasetStore.Known.Select(definition => definition.Name)]);
        return name;
    }

    private static int List(bool json)
    {
        IReadOnlyList<DatasetListing> listings = DatasetStore.CreateDefault().List();
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(listings.Select(Describe), _jsonStyle));
            return ExitCodes.Success;
        }

        Table table = new Table().Border(TableBorder.Rounded)
            .AddColumn("name").AddColumn(new TableColumn("train").RightAligned()).AddColumn(new TableColumn("test").RightAligned()).AddColumn("where");
        foreach (DatasetDescription description in listings.Select(Describe))
        {
            string place = description.Path is null ? "[grey]not on this machine: straggler data fetch[/]" : Markup.Escape(description.Path);
            table.AddRow(
                $"[bold]{Markup.Escape(description.Name)}[/]",
                description.Train.ToString("N0", CultureInfo.InvariantCulture),
                description.Test.ToString("N0", CultureInfo.InvariantCulture),
                place);
        }

        AnsiConsole.Write(table);
        return ExitCodes.Success;
    }

    private static async Task<int> FetchAsync(string name, CancellationToken cancellation)
    {
        DatasetStore store = DatasetStore.CreateDefault(new FetchLines(Console.Error.WriteLine));
        FetchResult result = await store.FetchAsync(name, cancellation).ConfigureAwait(false);
        Console.WriteLine($"{name}: {(result.Downloaded ? "downloaded to" : "already at")} {result.Location.Path}");
        return ExitCodes.Success;
    }

    private static int Verify(string name, string? root, CancellationToken cancellation)
    {
        DatasetVerification verification = DatasetStore.CreateDefault().Verify(name, root, cancellation);
        foreach (FileVerification file in verification.Files)
        {
            Console.WriteLine(file.Problem is null ? $"ok       {file.Path}  {file.Name}  {file.Sha256}" : $"DAMAGED  {file.Problem}");
        }

        return verification.IsIntact ? ExitCodes.Success : ExitCodes.BadInput;
    }

    private static DatasetDescription Describe(DatasetListing listing) => new(
        listing.Definition.Name,
        listing.Definition.Summary,
        listing.Definition.Samples(DatasetSplit.Train),
        listing.Definition.Samples(DatasetSplit.Test),
        listing.Location?.Path,
        listing.Definition.Licence,
        listing.Definition.Source);

    private sealed record DatasetDescription(string Name, string Summary, int Train, int Test, string? Path, string Licence, string Source);
}
