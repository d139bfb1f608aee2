using Straggler.Experiments;
using Straggler.Torch;

namespace Straggler.Cli.Tests.Exactness;

/// <summary>Whole run directories are the same for any number of workers in any timing, with or without checkpoints and watchers.</summary>
public sealed class ShuffledWorkersTests : IDisposable
{
    /// <summary>What may differ between a run that is watched and one that is not: that it says so, and the watchers' own files.</summary>
    private static readonly string[] _watchers = ["config.yaml", "checkpoint", "tensorboard"];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Strategies { get; } = [.. BuiltIns.Strategies.Entries.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Run_WorkersShuffled_WritesTheSameDirectory(string strategy)
    {
        string plain = await RunAsync("plain-1", Plan(strategy), 1), watched = await RunAsync("watched-1", Plan(strategy, watched: true), 1);
        RunFolders.AssertSame(plain, await RunAsync("plain-3", Plan(strategy), 3));
        foreach (int workers in new[] { 2, 5 })
        {
            RunFolders.AssertSame(watched, await RunAsync($"watched-{workers}", Plan(strategy, watched: true), workers));
        }

        foreach (string extra in _watchers)
        {
            Remove(Path.Combine(plain, extra));
            Remove(Path.Combine(watched, extra));
        }

        RunFolders.AssertSame(plain, watched);
    }

    /// <summary>The target lets the loop wait for each evaluation, which is another way through it.</summary>
    [Fact]
    public async Task Run_WorkersShuffledAndStoppedByATarget_WritesTheSameDirectory()
    {
        ExperimentPlan plan = Plan("fedasync", more: "eval.target_acc=0.3");
        string one = await RunAsync("one", plan, 1);
        Assert.Contains("\"target_accuracy\"", await File.ReadAllTextAsync(Path.Combine(one, "summary.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        RunFolders.AssertSame(one, await RunAsync("three", plan, 3));
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private static ExperimentPlan Plan(string strategy, bool watched = false, string more = "name=run") => new PlanLoader(new(TorchBuiltIns.Models, TorchBuiltIns.Datasets)).Load(
        null,
        [
            "name=run", $"strategy={strategy}", "n_clients=12", "concurrency=5", "rounds=130", "eval.every_events=15",
            "delay={dist: lognormal, params: [0.0, 1.0], per: both}",
            .. watched ? ["checkpoint.every=20", "logging.tensorboard=true"] : Array.Empty<string>(),
            more,
        ]);

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }

    private async Task<string> RunAsync(string folder, ExperimentPlan plan, int workers)
    {
        using Shuffler shuffler = new((ulong)workers);
        string run = await ShuffledRun.RunAsync(plan, _folder.PathOf(folder), workers, shuffler);
        Assert.True(shuffler.Passed > 15);
        return run;
    }
}
