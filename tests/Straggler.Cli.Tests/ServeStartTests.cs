using Straggler.Arrays;
using Straggler.Cli.Tests.Live;
using Straggler.Federation;
using Straggler.Flower;

namespace Straggler.Cli.Tests;

/// <summary>How <c>straggler serve</c> begins: with whose model, and what becomes of clients if it cannot.</summary>
public sealed class ServeStartTests : IDisposable
{
    private static readonly string[] _foreign =
        ["--name", "live", "n_clients=2", "concurrency=1", "strategy=fedasync", "rounds=3", "checkpoint.every=2", "training=none", "recording.figures=false"];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Serve_FirstClientsModelIsOfNoUse_BeginsWithTheNextOnes()
    {
        await using ServeProcess server = await ServeProcess.StartAsync(
            _folder.Path, "--name", "live", "--initial", "client", "n_clients=2", "concurrency=1", "strategy=fedasync", "rounds=3");
        Task spoiled = new ForeignMember { Own = [1, float.NaN, 3] }.StayAsync(server.Address!);
        FlowerException fault = await Assert.ThrowsAsync<FlowerException>(() => spoiled);
        Task proper = new ForeignMember().StayAsync(server.Address!);
        CommandResult result = await server.EndAsync();
        await proper;

        Assert.Contains("its parameters are of no use: the model holds values that are not finite", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("was dropped: its parameters are of no use", result.Errors, StringComparison.Ordinal);
        Assert.Equal(3, new RecordedRun(_folder.PathOf("runs", "live")).Updates.Count);
        Assert.False(Directory.Exists(_folder.PathOf("runs", "live", "checkpoint")));
    }

    [Fact]
    public async Task Serve_DropNonFinite_TheClientIsSentAwayAndItsTaskLost()
    {
        await using ServeProcess server = await ServeProcess.StartAsync(_folder.Path, [.. _foreign, "--initial", "client", "--drop-non-finite"]);
        FlowerException fault = await Assert.ThrowsAsync<FlowerException>(() => new ForeignMember { Broken = 1 }.StayAsync(server.Address!));
        Task proper = new ForeignMember().StayAsync(server.Address!);
        CommandResult result = await server.EndAsync();
        await proper;

        Assert.Contains("finite", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            ["applied", "lost_upload", "applied", "applied"],
            new RecordedRun(_folder.PathOf("runs", "live")).Updates.Select(update => update.Outcome));
    }

    [Fact]
    public async Task Serve_InitialFileIsNotFinite_IsRefused()
    {
        ParameterLayout layout = new([new("linear.weight", [10, 784], ParameterKind.Parameter, 0), new("linear.bias", [10], ParameterKind.Parameter, 7840)]);
        float[] values = new float[layout.Length];
        values[17] = float.NegativeInfinity;
        SafeTensorsFile.Write(_folder.PathOf("bad.safetensors"), layout, values);

        CommandResult result = await CommandLine.RunAsync(_folder.Path, "serve", "--port", "0", "--quiet", "--initial", "bad.safetensors", "model=logistic");

        Assert.Equal((2, "bad.safetensors holds values that are not finite."), (result.ExitCode, result.Errors.Trim()));
    }

    [Fact]
    public async Task Serve_InitialFileAndKilledBeforeTheFirstCheckpoint_ResumeBeginsWithTheSameModel()
    {
        float[] values = [0.1f, -2, 3e-30f];
        await WriteModelAsync(values);
        await using (ServeProcess killed = await ServeProcess.StartAsync(_folder.Path, [.. _foreign, "--initial", "model.npz"]))
        {
            Assert.NotNull(killed.Address);
        }

        File.Delete(_folder.PathOf("model.npz"));
        CommandResult refused = await CommandLine.RunAsync(_folder.Path, "serve", "--port", "0", "--resume", "runs/live", "--initial", "client");
        ForeignMember member = new();
        await using ServeProcess server = await ServeProcess.StartAsync(_folder.Path, "--resume", "runs/live");
        Task stay = member.StayAsync(server.Address!);
        CommandResult result = await server.EndAsync();
        await stay;

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("--initial: cannot be used with --resume", refused.Errors, StringComparison.Ordinal);
        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.Equal(values, member.First);
    }

    /// <summary>
    /// As a kill leaves it that comes between the last checkpoint and the summary, or before the evaluation at the end. There is nobody to evaluate
    /// the model any more.
    /// </summary>
    [Theory]
    [InlineData("rounds=4")]
    [InlineData("stop.server_steps=4")]
    public async Task Serve_KilledWhenAllRoundsWereDone_ResumeEndsWithoutAClient(string end)
    {
        await using (ServeProcess server = await ServeProcess.StartAsync(_folder.Path, [.. _foreign, "--initial", "client", "rounds=100", end]))
        {
            Task stay = new ForeignMember().StayAsync(server.Address!);
            await server.EndWellAsync();
            await stay;
        }

        string run = _folder.PathOf("runs", "live");
        string updates = await File.ReadAllTextAsync(Path.Combine(run, "updates.csv"), Cancellation);
        File.Delete(Path.Combine(run, "summary.json"));
        File.Delete(Path.Combine(run, "report.html"));
        await using ServeProcess resumed = await ServeProcess.StartAsync(_folder.Path, "--resume", "runs/live");
        await resumed.EndWellAsync();

        RecordedRun recorded = new(run);
        Assert.Equal(updates, recorded.Text("updates.csv"));
        Assert.Equal(end.Split('=')[0].Replace("stop.", "", StringComparison.Ordinal), recorded.Summary.GetProperty("stop_reason").GetString());
        Assert.True(File.Exists(Path.Combine(run, "report.html")));
    }

    /// <summary>Looks as a kill does that comes in the worst moment: as soon as the run could be gone on with, its model is there.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Serve_InitialFile_IsThereWhenTheRunCouldBeGoneOnWith(bool folderIsThere)
    {
        await WriteModelAsync([1, 2, 3]);
        string run = _folder.PathOf("runs", "live");
        if (folderIsThere)
        {
            Directory.CreateDirectory(run);
        }

        Task<ServeProcess> start = ServeProcess.StartAsync(_folder.Path, [.. _foreign, "--initial", "model.npz"]);
        bool appeared = await Task.Run(() =>
        {
            SpinWait.SpinUntil(() => File.Exists(Path.Combine(run, "config.yaml")) || start.IsCompleted);
            return File.Exists(Path.Combine(run, "initial.npz"));
        });
        await using ServeProcess server = await start;

        Assert.NotNull(server.Address);
        Assert.True(appeared);
    }

    /// <summary>No data set has a part in such a run, least of all the configuration's default.</summary>
    [Fact]
    public async Task Serve_ModelOfAClientAndNoName_IsNamedByWhatIsUsed()
    {
        await using ServeProcess first = await ServeProcess.StartAsync(_folder.Path, [.. _foreign.Skip(2), "seed=7"]);
        await using ServeProcess second = await ServeProcess.StartAsync(_folder.Path, [.. _foreign.Skip(2), "seed=7"]);

        Assert.Equal(["fedasync-live-s7", "fedasync-live-s7-2"], Directory.GetDirectories(_folder.PathOf("runs")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Serve_NameIsTakenOrPortIsTaken_IsRefusedBeforeItListensAndLeavesNothingBehind()
    {
        await using ServeProcess first = await ServeProcess.StartAsync(_folder.Path, _foreign);
        string port = first.Address!.Split(':')[1];
        CommandResult nameTaken = await CommandLine.RunAsync(_folder.Path, ["serve", "--port", "0", .. _foreign]);
        CommandResult portTaken = await CommandLine.RunAsync(_folder.Path, "serve", "--port", port, "--name", "other", "training=none");

        Assert.Equal((2, 2), (nameTaken.ExitCode, portTaken.ExitCode));
        Assert.Contains("exists already and is not empty", nameTaken.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Listening", nameTaken.Errors, StringComparison.Ordinal);
        Assert.Contains("cannot listen on", portTaken.Errors, StringComparison.Ordinal);
        Assert.Equal(["live"], Directory.GetDirectories(_folder.PathOf("runs")).Select(Path.GetFileName));
    }

    /// <summary>One that waits for a model has the directory already: nobody else may work in it, or it would remove another's results.</summary>
    [Theory]
    [InlineData("checkpoint.every=2")]
    [InlineData("checkpoint.every=null")]
    public async Task Serve_ResumedWhileAnotherWaitsForAModel_IsRefused(string checkpoints)
    {
        await using ServeProcess first = await ServeProcess.StartAsync(_folder.Path, [.. _foreign, checkpoints]);
        await using ServeProcess second = await ServeProcess.StartAsync(_folder.Path, "--resume", "runs/live", "checkpoint.every=2");
        if (second.Address is not null)
        {
            second.Interrupt();
        }

        CommandResult refused = await second.EndAsync();
        Task stay = new ForeignMember().StayAsync(first.Address!);
        await first.EndWellAsync();
        await stay;

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("another process is at work on this run", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Listening", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(3, new RecordedRun(_folder.PathOf("runs", "live")).Updates.Count);
    }

    [Theory]
    [InlineData("checkpoint.every=2")]
    [InlineData("checkpoint.every=null")]
    public async Task Serve_InterruptedBeforeAnyClientCame_LeavesNothingBehind(string checkpoints)
    {
        await using ServeProcess server = await ServeProcess.StartAsync(_folder.Path, [.. _foreign, checkpoints]);
        server.Interrupt();
        CommandResult result = await server.EndAsync();

        Assert.Equal(130, result.ExitCode);
        Assert.Empty(Directory.GetDirectories(_folder.PathOf("runs")));
    }

    /// <summary>A client that does not answer the goodbye is waited for a while; whoever presses Ctrl-C again meanwhile leaves no taken name behind.</summary>
    [Fact]
    public async Task Serve_InterruptedBeforeTheRunBegan_TheNameIsFreeBeforeClientsAreGone()
    {
        await using ServeProcess server = await ServeProcess.StartAsync(_folder.Path, [.. _foreign, "--min-clients", "2"]);
        ForeignMember member = new() { HoldParameters = new() };
        Task stay = member.StayAsync(server.Address!);
        await member.AskedForParameters.WaitAsync(TestContext.Current.CancellationToken);
        server.Interrupt();
        Assert.NotNull(await server.ReadUntilAsync("left: was sent home"));
        string[] left = Directory.GetDirectories(_folder.PathOf("runs"));
        server.Interrupt();
        await server.EndAsync();
        member.HoldParameters.SetResult();
        await Record.ExceptionAsync(() => stay);

        Assert.Empty(left);
    }

    [Fact]
    public async Task Serve_FailsWhenAClientHasCome_SendsItAwayForAWhileOnly()
    {
        await using (ServeProcess server = await ServeProcess.StartAsync(_folder.Path, _foreign))
        {
            Task stay = new ForeignMember().StayAsync(server.Address!);
            Assert.Equal(0, (await server.EndAsync()).ExitCode);
            await stay;
        }

        await File.WriteAllTextAsync(_folder.PathOf("runs", "live", "updates.csv"), "cut", Cancellation);
        await using ServeProcess resumed = await ServeProcess.StartAsync(_folder.Path, "--resume", "runs/live", "rounds=20");
        IReadOnlyList<string> log = await TurnedAwayAsync(resumed);
        CommandResult result = await resumed.EndAsync();

        Assert.Equal([$"{resumed.Address} said to come again in 10 s"], log);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("updates.csv", result.Errors, StringComparison.Ordinal);
    }

    /// <summary>
    /// A model of three numbers takes 24 bytes at most behind NumPy's header of 128, and 1 MiB is for what is told besides; the answer takes more
    /// than 4 MB.
    /// </summary>
    [Theory]
    [InlineData("", "bytes, allowed are 1048728")]
    [InlineData("--max-message 5", "it is <f4 (1048576,), expected <f4 (3,)")]
    public async Task Serve_ModelOfAClient_LongerAnswersAreRefusedUnlessTheyAreAllowed(string options, string expected)
    {
        await using ServeProcess server = await ServeProcess.StartAsync(
            _folder.Path, [.. _foreign, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        await Assert.ThrowsAsync<FlowerException>(() => new ForeignMember { AnswerLength = 1 << 20 }.StayAsync(server.Address!));

        Assert.NotNull(await server.ReadUntilAsync(expected));
    }

    /// <summary>128 bytes of header and 12 of numbers; 1040 are for what is around them. 0.001 MiB are 1048 bytes, 0.002 are 2097.</summary>
    [Fact]
    public async Task Serve_LargestMessageIsSmallerThanTheModel_IsRefused()
    {
        await WriteModelAsync([1, 2, 3]);
        CommandResult refused = await CommandLine.RunAsync(
            _folder.Path, ["serve", "--port", "0", "--initial", "model.npz", "--max-message", "0.001", .. _foreign]);
        Assert.False(Directory.Exists(_folder.PathOf("runs", "live")));
        await using ServeProcess server = await ServeProcess.StartAsync(
            _folder.Path, [.. _foreign, "--initial", "model.npz", "--max-message", "0.002"]);
        Task stay = new ForeignMember().StayAsync(server.Address!);
        await server.EndWellAsync();
        await stay;

        Assert.Equal(
            (2, "--max-message: the model alone takes 140 bytes, and messages may have 1048. Expected at least 0.002 (MiB)"),
            (refused.ExitCode, refused.Errors.Trim()));
    }

    [Fact]
    public async Task Serve_MoreConnectionsThanAllowed_AreNotLetIn()
    {
        await using ServeProcess server = await ServeProcess.StartAsync(
            _folder.Path, [.. _foreign, "--max-connections", "1", "--min-clients", "2"]);
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task first = new ForeignMember().StayAsync(server.Address!, enough.Token);
        Assert.NotNull(await server.ReadUntilAsync("client 1 ("));
        await Assert.ThrowsAsync<FlowerException>(() => new ForeignMember().StayAsync(server.Address!));
        await enough.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Fact]
    public async Task Serve_EveryNumberIsTaken_TheNextClientIsToComeAgain()
    {
        await using ServeProcess server = await ServeProcess.StartAsync(
            _folder.Path, "--name", "live", "n_clients=1", "concurrency=1", "strategy=fedasync", "rounds=1", "training=none");
        ForeignMember member = new() { Hold = new() };
        Task stay = member.StayAsync(server.Address!);
        Assert.NotNull(await server.ReadUntilAsync("is the federation's client 0"));
        IReadOnlyList<string> log = await TurnedAwayAsync(server);
        member.Hold.SetResult();
        CommandResult result = await server.EndAsync();
        await stay;

        Assert.Equal([$"{server.Address} said to come again in 10 s"], log);
        Assert.Equal(0, result.ExitCode);
    }

    /// <summary>Writes a model to begin with into model.npz.</summary>
    private async Task WriteModelAsync(float[] values)
    {
        await using FileStream file = File.Create(_folder.PathOf("model.npz"));
        NpzFile.Write(file, [("w", ForeignMember.Layout.WriteFiles(values).Single())]);
    }

    /// <summary>Joins, and leaves at the first word that the client would log.</summary>
    private static async Task<IReadOnlyList<string>> TurnedAwayAsync(ServeProcess server)
    {
        List<string> log = [];
        using CancellationTokenSource told = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new ForeignMember().StayAsync(server.Address!, told.Token, line =>
        {
            log.Add(line);
            told.Cancel();
        }));
        return log;
    }
}
