using System.Diagnostics;
using Straggler.Experiments.Tests;

namespace Straggler.Cli.Tests;

/// <summary>Runs that are really killed, whenever it happens to be, end as the run that nobody killed.</summary>
public sealed class KillAndResumeTests : IDisposable
{
    /// <summary>FedBuff with a timeout, time drawn by task: buffer, deadline, versions and queue all have state at a kill.</summary>
    private static readonly string[] _quick =
    [
        "run", "model=logistic", "dataset.train_limit=2000", "dataset.test_limit=500", "n_clients=20", "concurrency=5",
        "partition.min_samples=5", "strategy=fedbuff", "strategy.buffer_size=3", "strategy.timeout_s=1", "delay.per=task",
        "eval.every_events=30", "recording.figures=false", "logging.tensorboard=true", "--name", "run", "--quiet",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(25, 4, "csv")]
    [InlineData(1, 3, "csv")]
    [InlineData(10, 3, "parquet")]
    public Task Resume_KilledSomewhere_EndsAsTheUninterruptedRun(int every, int kills, string recording) =>
        KillAndCompareAsync(every, kills, rounds: 300, recording);

    /// <summary>A timeline of several row groups: kills come while groups and footers are written.</summary>
    [Fact]
    public Task Resume_TimelineInParquetKilledSomewhere_EndsAsTheUninterruptedRun() =>
        KillAndCompareAsync(every: 50_000, kills: 4, rounds: 400_000, "parquet", "training=none", "n_clients=1000", "concurrency=100", "eval.every_events=5000");

    /// <summary>The same, 60 times and more; for nightly runs.</summary>
    [Fact]
    public async Task Resume_KilledManyTimes_EndsAsTheUninterruptedRun()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("STRAGGLER_SLOW_TESTS") == "1", "STRAGGLER_SLOW_TESTS=1 runs it");
        int writing = 0;
        foreach ((int every, int kills, int rounds, string recording) in
            new[] { (1, 20, 200, "csv"), (7, 20, 600, "parquet"), (40, 15, 1000, "csv"), (1000, 5, 1000, "parquet") })
        {
            writing += await KillAndCompareAsync(every, kills, rounds, recording);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{writing} of 60 kills came while a checkpoint was written");
    }

    [Fact]
    public async Task Resume_FullDisk_KeepsTheCheckpointsAndGoesOnWhenThereIsRoom()
    {
        using TinyDisk disk = TinyDisk.MountOrSkip("4m");

        // An event file is cut on --resume, and with its pictures would come room for a checkpoint.
        string[] arguments = [.. _quick, "checkpoint.every=20", "logging.tensorboard=false"];
        await SucceedAsync([.. arguments, "rounds=100", "--out", _folder.PathOf("whole")]);
        await SucceedAsync([.. arguments, "rounds=40", "--out", disk.Path]);
        string run = Path.Combine(disk.Path, "run"), ballast = Path.Combine(disk.Path, "ballast");
        Dictionary<string, byte[]> before = Checkpoints(run);

        // The report goes on --resume, and with it would come room for a checkpoint.
        File.Delete(Path.Combine(run, "report.html"));
        Fill(ballast, leave: 8 << 10);

        CommandResult full = await CommandLine.RunAsync(_folder.Path, "run", "--resume", run, "rounds=100", "--quiet");

        Assert.Equal(2, full.ExitCode);
        Assert.Contains("60.ckpt\" cannot be written: No space left on device", full.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", full.Errors, StringComparison.Ordinal);
        Assert.Equal(before, Checkpoints(run));
        File.Delete(ballast);
        await SucceedAsync("run", "--resume", run, "--quiet");
        RunFolders.AssertSame(_folder.PathOf("whole", "run"), run);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("parquet")]
    public async Task Resume_FinishedRunWithMoreRounds_EndsAsTheLongRun(string recording)
    {
        // 70 is no multiple of the 30 arrivals between evaluations: the short run's last one must go.
        string[] arguments = [.. _quick, "checkpoint.every=20", $"recording.updates={recording}", $"recording.figures={recording == "csv"}"];
        await SucceedAsync([.. arguments, "rounds=130", "--out", _folder.PathOf("long")]);
        await SucceedAsync([.. arguments, "rounds=70"]);
        string run = _folder.PathOf("runs", "run");

        CommandResult finished = await CommandLine.RunAsync(_folder.Path, "run", "--resume", run, "--quiet");
        Assert.Equal(0, finished.ExitCode);
        Assert.Contains("is finished, after 70 arrivals", finished.Errors, StringComparison.Ordinal);
        await SucceedAsync("run", "--resume", run, "rounds=130", "--workers", "1", "--quiet");
        RunFolders.AssertSame(_folder.PathOf("long", "run"), run);
    }

    [Fact]
    public async Task Resume_DamagedCheckpoints_FallsBackWithAWarningOrSaysSo()
    {
        string[] arguments = [.. _quick, "checkpoint.every=20"];
        await SucceedAsync([.. arguments, "rounds=70", "--out", _folder.PathOf("whole")]);
        await SucceedAsync([.. arguments, "rounds=70"]);
        string run = _folder.PathOf("runs", "run");
        File.Delete(Path.Combine(run, "summary.json"));
        Damage(Path.Combine(run, "checkpoint", "70.ckpt"));

        CommandResult result = await CommandLine.RunAsync(_folder.Path, "run", "--resume", run, "--quiet");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("70.ckpt\" is damaged", result.Errors, StringComparison.Ordinal);
        RunFolders.AssertSame(_folder.PathOf("whole", "run"), run);

        File.Delete(Path.Combine(run, "summary.json"));
        Array.ForEach(Directory.GetFiles(Path.Combine(run, "checkpoint")), Damage);
        await RefusedAsync("No checkpoint in", "--resume", run);
    }

    [Fact]
    public async Task Resume_AnotherRun_IsRefusedWithTheReason()
    {
        await SucceedAsync([.. _quick, "checkpoint.every=20", "rounds=40"]);
        await SucceedAsync([.. _quick, "rounds=40", "--out", _folder.PathOf("without")]);
        string run = _folder.PathOf("runs", "run"), config = Path.Combine(run, "config.yaml");

        await RefusedAsync("model.lr was 0.1, is 0.5", "--resume", run, "model.lr=0.5");
        await RefusedAsync("rounds: 20 is less than the run's 40", "--resume", run, "rounds=20");
        await RefusedAsync("--cfg cannot be used with --resume", "--resume", run, "--cfg", config);
        await RefusedAsync("there is no such folder", "--resume", _folder.PathOf("nowhere"));
        await RefusedAsync("has no checkpoints", "--resume", _folder.PathOf("without", "run"), "rounds=80");
        Assert.False(Directory.Exists(_folder.PathOf("without", "run", "checkpoint")));
        string text = await File.ReadAllTextAsync(config, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(config, text.Replace("buffer_size: 3", "buffer_size: 4", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await RefusedAsync("strategy.buffer_size was 3, is 4", "--resume", run, "rounds=60");
    }

    /// <summary>The first one keeps no checkpoints, so that the second one would begin anew, in the folder in which the first one writes.</summary>
    [Fact]
    public async Task Resume_BesideARunningOneWithoutCheckpoints_IsRefusedAndHurtsNobody()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals");
        string run = _folder.PathOf("runs", "run");
        using Process first = CommandLine.Start(_folder.Path, [.. _quick.Where(argument => argument != "--quiet"), "rounds=1000000"]);
        Assert.NotNull(await ReadUntilAsync(first, "arrivals "));
        using Process second = CommandLine.Start(_folder.Path, "run", "--resume", run, "checkpoint.every=20");
        string? refused = await ReadUntilAsync(second, "arrivals ", "locked");
        second.Kill();
        Signals.Interrupt(first);
        await first.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal($"\"{Path.Combine(run, "lock")}\" is locked: another process is at work on this run.", refused);
        Assert.Equal(130, first.ExitCode);
        RecordedRun recorded = new(run);
        Assert.Equal(recorded.Updates.Count, recorded.Summary.GetProperty("arrivals").GetInt64());
        Assert.False(File.Exists(Path.Combine(run, "lock")) || Directory.Exists(Path.Combine(run, "checkpoint")));
    }

    /// <summary>Three kinds of files that options name; each has the same name as before and other content.</summary>
    [Theory]
    [InlineData("delay.traces.file", "train_ms_per_sample,down_kbps,up_kbps\n3,900,300\n", "900", "901")]
    [InlineData("availability.file", "client_id,start_s,end_s\n0,0,9\n", "0,9", "0,8")]
    [InlineData("partition.path", "client,sample\n0,1\n0,2\n1,3\n1,4\n", "1,4", "1,5")]
    public async Task Resume_FileOfAnOptionEdited_IsRefusedWithTheReason(string key, string content, string before, string after)
    {
        string file = _folder.PathOf("input.csv"), section = key[..key.IndexOf('.', StringComparison.Ordinal)];
        await File.WriteAllTextAsync(file, content, TestContext.Current.CancellationToken);
        string[] choice = section switch
        {
            "delay" => ["delay.traces.sd_column=null"],
            "availability" => ["availability.name=trace"],
            _ => ["partition={name: file}"],
        };
        await SucceedAsync(
            ["run", "model=logistic", "dataset.train_limit=200", "dataset.test_limit=50", "n_clients=2", "concurrency=1",
            .. choice, $"{key}={file}", "checkpoint.every=5", "rounds=10", "recording.figures=false", "--name", "run", "--quiet"]);
        string run = _folder.PathOf("runs", "run");
        await File.WriteAllTextAsync(file, content.Replace(before, after, StringComparison.Ordinal), TestContext.Current.CancellationToken);

        await RefusedAsync($"was made with other files: the content of {key} has changed since", "--resume", run, "rounds=20");

        await File.WriteAllTextAsync(file, content, TestContext.Current.CancellationToken);
        await SucceedAsync("run", "--resume", run, "rounds=20", "--quiet");
    }

    /// <summary>metrics.csv is cut before updates.csv is found too short: as after a kill between the two, the run is not finished any more.</summary>
    [Fact]
    public async Task Resume_FailsWhileTablesAreCut_LeavesARunThatIsNotFinished()
    {
        await SucceedAsync([.. _quick, "checkpoint.every=20", "rounds=50"]);
        string run = _folder.PathOf("runs", "run");
        await File.WriteAllTextAsync(Path.Combine(run, "updates.csv"), "arrival\n", TestContext.Current.CancellationToken);

        await RefusedAsync("updates.csv\", which has 8", "--resume", run, "rounds=90");

        Assert.False(File.Exists(Path.Combine(run, "summary.json")));
        await RefusedAsync("updates.csv\", which has 8", "--resume", run);
    }

    [Fact]
    public async Task Timeline_ResumesARunThatTrains_IsRefused()
    {
        await SucceedAsync([.. _quick, "checkpoint.every=20", "rounds=40"]);

        CommandResult result = await CommandLine.RunAsync(_folder.Path, "timeline", "--resume", _folder.PathOf("runs", "run"), "rounds=50");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("training was local, is none", result.Errors, StringComparison.Ordinal);
    }

    /// <summary>Reads what a command says up to a line that holds one of these; null if it ended without one.</summary>
    private static async Task<string?> ReadUntilAsync(Process process, params string[] parts)
    {
        string? line;
        do
        {
            line = await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
        }
        while (line is not null && !parts.Any(part => line.Contains(part, StringComparison.Ordinal)));

        return line;
    }

    private static void Damage(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private static Dictionary<string, byte[]> Checkpoints(string run) =>
        Directory.GetFiles(Path.Combine(run, "checkpoint")).ToDictionary(path => path, File.ReadAllBytes);

    private static void Fill(string path, int leave)
    {
        using FileStream ballast = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0);
        long free = new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace - leave;
        byte[] block = new byte[4096];
        for (long written = 0; written + block.Length <= free; written += block.Length)
        {
            ballast.Write(block);
        }
    }

    private async Task SucceedAsync(params string[] arguments)
    {
        CommandResult result = await CommandLine.RunAsync(_folder.Path, arguments);
        Assert.Equal((0, "", ""), (result.ExitCode, result.Output, result.Errors));
    }

    private async Task RefusedAsync(string reason, params string[] arguments)
    {
        CommandResult result = await CommandLine.RunAsync(_folder.Path, ["run", .. arguments, "--quiet"]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(reason, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    /// <summary>Kills a run again and again, at moments up to the length of an uninterrupted run; each time one gets to its end, compares it.</summary>
    /// <returns>How many kills came while a checkpoint was written.</returns>
    private async Task<int> KillAndCompareAsync(int every, int kills, int rounds, string recording, params string[] more)
    {
        string whole = _folder.PathOf($"whole{every}", "run"), cut = _folder.PathOf($"cut{every}", "run");
        string[] arguments = [.. _quick, $"checkpoint.every={every}", $"rounds={rounds}", $"recording.updates={recording}", .. more, "--out"];
        long start = TimeProvider.System.GetTimestamp();
        await SucceedAsync([.. arguments, Path.GetDirectoryName(whole)!]);
        TimeSpan length = TimeProvider.System.GetElapsedTime(start);
        int killed = 0, writing = 0;
        for (int attempt = 0; killed < kills; attempt++)
        {
            // Spread over the run by the golden section: early, late and in between, whatever the number of kills.
            bool wasKilled = await StartAndKillAsync(Arguments(), length * (0.2 + (0.8 * ((0.618 * attempt) % 1))));
            killed += wasKilled ? 1 : 0;
            writing += wasKilled && Directory.Exists(cut) && Directory.GetFiles(cut, "*.ckpt.tmp", SearchOption.AllDirectories).Length > 0 ? 1 : 0;
            if (!wasKilled)
            {
                RunFolders.AssertSame(whole, cut);
                Directory.Delete(cut, recursive: true);
            }
        }

        // The last kill may have come between the run's end and its process's.
        CommandResult last = await CommandLine.RunAsync(_folder.Path, Arguments());
        Assert.Equal((0, ""), (last.ExitCode, last.Output));
        Assert.True(last.Errors.Length == 0 || last.Errors.Contains($"is finished, after {rounds} arrivals", StringComparison.Ordinal), last.Errors);
        RunFolders.AssertSame(whole, cut);
        return writing;

        string[] Arguments() => Directory.Exists(cut) ? ["run", "--resume", cut, "--quiet"] : [.. arguments, Path.GetDirectoryName(cut)!];
    }

    /// <summary>Starts a command and kills it.</summary>
    /// <returns>Whether it was killed; false if it had ended by then.</returns>
    private async Task<bool> StartAndKillAsync(string[] arguments, TimeSpan moment)
    {
        using Process process = CommandLine.Start(_folder.Path, arguments);
        process.WaitForExit(moment);
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode is 137 or 0, await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        return process.ExitCode == 137;
    }
}
