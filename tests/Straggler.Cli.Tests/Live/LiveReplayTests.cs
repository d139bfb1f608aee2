namespace Straggler.Cli.Tests.Live;

/// <summary>A live run of clients with a model of their own, and <c>straggler replay</c> of its record.</summary>
public sealed class LiveReplayTests : IDisposable
{
    private const int Clients = 3;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Replay_LocalModelsWereKept_SameServerStepsAndModel()
    {
        // Port weighs by samples, of which clients tell another number each time, and by what the updates hold.
        CommandResult replay = await ServeAndReplayAsync("strategy=port", "strategy.buffer_size=2", "recording.local_models=true");

        RecordedRun live = new(_folder.PathOf("runs", "live")), again = new(_folder.PathOf("runs", "again"));
        Assert.Equal(live.Updates, again.Updates);
        foreach (IGrouping<int, UpdateRow> rows in live.Updates.GroupBy(row => row.Client))
        {
            Assert.Equal(Enumerable.Range(0, rows.Count()).Select(task => ForeignMember.SamplesOf(rows.Key, task)), rows.Select(row => row.Samples));
        }

        Assert.Contains(live.Updates, row => row.Outcome == "refused_non_finite");
        Assert.Equal(live.Summary.GetProperty("server_steps").GetInt64(), again.Summary.GetProperty("server_steps").GetInt64());
        Assert.Equal(live.Summary.GetProperty("parameters_sha256").GetString(), again.Summary.GetProperty("parameters_sha256").GetString());
        Assert.Equal(live.WithoutLastColumn("updates.csv"), again.WithoutLastColumn("updates.csv"));
        Assert.Equal(live.Summary.GetProperty("bytes").GetRawText(), again.Summary.GetProperty("bytes").GetRawText());
        Assert.False(Directory.Exists(_folder.PathOf("runs", "again", "local_models")));
        Assert.Contains("The server's steps are those of \"live\"", replay.Errors, StringComparison.Ordinal);
        Assert.Contains("and the final model is the same to the bit", replay.Errors, StringComparison.Ordinal);
        Assert.Contains("live: true", again.Text("config.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_WeightsThatDependOnWhatClientsSent_SaysWhereTheyPart()
    {
        CommandResult replay = await ServeAndReplayAsync("strategy=port", "strategy.buffer_size=2");

        RecordedRun live = new(_folder.PathOf("runs", "live")), again = new(_folder.PathOf("runs", "again"));
        Assert.Equal(live.Updates.Select(WithoutWeight), again.Updates.Select(WithoutWeight));
        int parts = live.Updates.Zip(again.Updates).TakeWhile(rows => rows.First.Weight == rows.Second.Weight).Count();
        Assert.InRange(parts, 1, 23);
        Assert.Contains($"The runs part at row {parts + 1} of the updates", replay.Errors, StringComparison.Ordinal);
        Assert.Contains(": weight is ", replay.Errors, StringComparison.Ordinal);
        Assert.Contains("docs/replay.md", replay.Errors, StringComparison.Ordinal);
    }

    private async Task<CommandResult> ServeAndReplayAsync(params string[] strategy)
    {
        await using (ServeProcess server = await ServeProcess.StartAsync(
            _folder.Path, ["--name", "live", "--initial", "client", "--min-clients", "3", "n_clients=3", "concurrency=3", "rounds=24", "eval.every_events=100", "recording.figures=false", .. strategy]))
        {
            Task[] stays = [.. Enumerable.Range(0, Clients).Select(client => new ForeignMember(client) { Broken = client == 1 ? 2 : null }.StayAsync(server.Address!))];
            await server.EndWellAsync();
            await Task.WhenAll(stays);
        }

        CommandResult replay = await CommandLine.RunAsync(_folder.Path, "replay", "runs/live", "--name", "again");
        Assert.True(replay.ExitCode == 0, replay.Errors);
        return replay;
    }

    private static UpdateRow WithoutWeight(UpdateRow row) => row with { Weight = 0 };
}
