using Straggler.Experiments;

namespace Straggler.Cli.Tests;

public sealed class SweepCommandTests : IDisposable
{
    private static readonly string[] _small =
    [
        "model=logistic", "dataset.train_limit=1000", "dataset.test_limit=200", "n_clients=10", "partition.min_samples=5", "rounds=20", "eval.every_events=10",
        "recording.figures=false",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Sweep_TwoStrategiesTwoSeeds_AreRunsThatCanBeCompared()
    {
        CommandResult dry = await SweepAsync("--dry-run", "strategy=fedasync,fedbuff", "seed=0..1");
        Assert.Equal((0, false), (dry.ExitCode, Directory.Exists(_folder.PathOf("runs"))));
        Assert.Contains("4 trials, 0 of them finished; the others take ", dry.Output, StringComparison.Ordinal);

        CommandResult swept = await SweepAsync("strategy=fedasync,fedbuff", "seed=0..1", "--jobs", "2");
        Assert.True(swept.ExitCode == 0, swept.Errors);
        Assert.Contains("4 of 4 trials finished, 0 failed", swept.Output, StringComparison.Ordinal);
        string[] rows = await File.ReadAllLinesAsync(_folder.PathOf("runs", "sweep", "sweep.csv"), TestContext.Current.CancellationToken);
        Assert.Equal(5, rows.Length);
        Assert.All(rows.Skip(1), row => Assert.Contains(",finished,", row, StringComparison.Ordinal));

        CommandResult compared = await CommandLine.RunAsync(_folder.Path, "compare", "runs/sweep", "--format", "csv");
        Assert.Equal(0, compared.ExitCode);
        Assert.Contains("all,final_accuracy,fedasync,2,2,", compared.Output, StringComparison.Ordinal);
        Assert.Contains("all,final_accuracy,fedbuff,2,2,", compared.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sweep_CalledAgain_SkipsWhatIsDoneAndGoesOnWithWhatIsNot()
    {
        await SweepAsync("seed=0..1");
        string[] trials = [.. Directory.GetDirectories(_folder.PathOf("runs", "sweep")).Order(StringComparer.Ordinal)];
        Assert.Equal(2, trials.Length);
        string before = _folder.PathOf("before");
        Copy(trials[1], before);

        // As if the process had been killed while the second trial's report was written.
        File.Delete(Path.Combine(trials[1], "report.html"));
        DateTime done = File.GetLastWriteTimeUtc(Path.Combine(trials[0], "report.html"));
        CommandResult again = await SweepAsync("seed=0..1");

        Assert.True(again.ExitCode == 0, again.Errors);
        Assert.Equal(done, File.GetLastWriteTimeUtc(Path.Combine(trials[0], "report.html")));
        RunFolders.AssertSame(before, trials[1]);
    }

    [Fact]
    public async Task Sweep_WhileAnotherIsAtIt_IsRefused()
    {
        string folder = Directory.CreateDirectory(_folder.PathOf("runs", "sweep")).FullName;
        using (new FolderLock(folder, "sweep"))
        {
            CommandResult second = await SweepAsync("seed=0");
            Assert.Equal((2, ""), (second.ExitCode, second.Output));
            Assert.Contains("is locked: another process is at work on this sweep.", second.Errors, StringComparison.Ordinal);
            Assert.Equal(["lock"], Directory.GetFileSystemEntries(folder).Select(path => Path.GetFileName(path)));
        }

        Assert.Equal(0, (await SweepAsync("seed=0")).ExitCode);
        Assert.False(File.Exists(Path.Combine(folder, "lock")));
    }

    [Fact]
    public async Task Sweep_TrialFails_IsReportedAndTheOthersGoOn()
    {
        CommandResult result = await SweepAsync("dataset.root=nowhere,null");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("1 of 2 trials finished, 1 failed", result.Output, StringComparison.Ordinal);
        Assert.Contains("root=nowhere-", result.Errors, StringComparison.Ordinal);
        Assert.Contains(": failed: ", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
        Assert.Contains(await File.ReadAllLinesAsync(_folder.PathOf("runs", "sweep", "sweep.csv"), TestContext.Current.CancellationToken),
            row => row.Contains(",failed,nowhere,", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sweep_Halving_RunsTheBestToTheirEndAsIfNothingHadStoppedThem(bool asynchronous)
    {
        string file = _folder.PathOf("search.yaml");
        await File.WriteAllTextAsync(file, $$"""
            grid: {model.lr: [0.0001, 0.001, 0.01, 0.1]}
            halving: {min_rounds: 5, eta: 2, metric: loss, asynchronous: {{asynchronous}}}
            """, TestContext.Current.CancellationToken);
        CommandResult searched = await SweepAsync("--cfg", file, "--jobs", asynchronous ? "1" : "2", "--name", "search");
        Assert.True(searched.ExitCode == 0, searched.Errors);

        // Rungs of 5, 10 and 20 arrivals: 4, 2 and 1 trials. These rates get better and better: asynchronously, one at a time, the second is
        // sent to 10, the third to 10 and on to 20, and the fourth, which beats it, too.
        Assert.Contains("best: lr=0.1-", searched.Output, StringComparison.Ordinal);
        Assert.Contains(asynchronous ? "2 of 4 trials finished, 2 stopped early" : "1 of 4 trials finished, 3 stopped early", searched.Output, StringComparison.Ordinal);
        string[] rungs = await File.ReadAllLinesAsync(_folder.PathOf("runs", "search", "rungs.csv"), TestContext.Current.CancellationToken);
        Assert.Equal(asynchronous ? 1 + 4 + 3 + 2 : 1 + 4 + 2 + 1, rungs.Length);

        // Called again there is nothing to do.
        CommandResult again = await SweepAsync("--cfg", file, "--name", "search");
        Assert.Equal((0, rungs.Length), (again.ExitCode, File.ReadLines(_folder.PathOf("runs", "search", "rungs.csv")).Count()));

        if (asynchronous)
        {
            return;
        }

        // Without halving the others go on; the one that was promoted twice is as if it had been run at once.
        await SweepAsync("model.lr=0.0001,0.001,0.01,0.1", "--name", "whole");
        CommandResult rest = await SweepAsync("model.lr=0.0001,0.001,0.01,0.1", "--name", "search");
        Assert.Contains("4 of 4 trials finished", rest.Output, StringComparison.Ordinal);
        foreach (string trial in Directory.GetDirectories(_folder.PathOf("runs", "whole")))
        {
            RunFolders.AssertSame(trial, _folder.PathOf("runs", "search", Path.GetFileName(trial)));
        }
    }

    [Theory]
    [InlineData("seed=4..0", "is no range")]
    [InlineData("strategy=fedbuf,fedasync", "\"fedbuf\" is unknown")]
    [InlineData("--jobs=0", "Expected an integer from 1 to 256")]
    public async Task Sweep_WrongInput_IsExplained(string argument, string message)
    {
        CommandResult result = await SweepAsync(argument);
        Assert.Equal((2, false), (result.ExitCode, Directory.Exists(_folder.PathOf("runs"))));
        Assert.Contains(message, result.Errors, StringComparison.Ordinal);
    }

    private Task<CommandResult> SweepAsync(params string[] arguments) => CommandLine.RunAsync(_folder.Path, ["sweep", .. arguments, .. _small]);

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
