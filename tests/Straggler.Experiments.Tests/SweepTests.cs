using Straggler.Experiments.Sweeps;
using static Straggler.Experiments.Tests.TestCatalogs;

namespace Straggler.Experiments.Tests;

public sealed class SweepTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("straggler-sweep-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_Arguments_GiveEveryCombinationTheLastAxisFastest()
    {
        Sweep sweep = Load("alpha=0.1,10", "strategy=fedasync,fedbuff", "seed=0..1", "rounds=60");

        Assert.Equal(["alpha", "strategy", "seed"], sweep.Keys);
        Assert.Equal(
            ["0.1 fedasync 0", "0.1 fedasync 1", "0.1 fedbuff 0", "0.1 fedbuff 1", "10 fedasync 0", "10 fedasync 1", "10 fedbuff 0", "10 fedbuff 1"],
            sweep.Trials.Select(Words));
        Assert.All(sweep.Trials, trial => Assert.Equal(60, trial.Plan.Rounds));
        Assert.Equal(8, sweep.Trials.Select(trial => trial.Key).Distinct().Count());
        Assert.StartsWith("alpha=0.1_strategy=fedasync_seed=0-", sweep.Trials[0].Name, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0..4", "0 1 2 3 4")]
    [InlineData("0..1..0.25", "0 0.25 0.5 0.75 1")]
    [InlineData("1..10..4", "1 5 9")]
    [InlineData("log(0.001, 0.1, 3)", "0.001 0.01 0.1")]
    [InlineData("linear(0,1,5)", "0 0.25 0.5 0.75 1")]
    [InlineData("1,3..5,9", "1 3 4 5 9")]
    public void Load_Ranges_AreSpeltOut(string written, string expected) =>
        Assert.Equal(expected.Split(' '), Load("model.weight_decay=" + written).Trials.Select(trial => trial.Values[0].Value));

    [Fact]
    public void Load_ListsAndMappings_KeepTheirCommas()
    {
        Sweep sweep = Load("delay.params=[0,1],[0,2]", "strategy={name: fedbuff, buffer_size: 5},fedasync");

        Assert.Equal(["[0, 1]", "[0, 1]", "[0, 2]", "[0, 2]"], sweep.Trials.Select(trial => trial.Values[0].Value));
        Assert.StartsWith("params=+0++1+_strategy=fedbuff-", sweep.Trials[0].Name, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_File_HasGridZipAndConditions()
    {
        Sweep sweep = LoadFile("""
            set: {rounds: 100}
            grid: {strategy: [fedasync, fedbuff], seed: 0..1}
            zip:
              - {concurrency: [5, 10], alpha: [0.1, 1]}
            when:
              - strategy: fedbuff
                grid: {strategy.buffer_size: [2, 5]}
            """);

        // fedasync: 2 seeds × 2 pairs; fedbuff: those times 2 sizes.
        Assert.Equal(4 + 8, sweep.Trials.Length);
        Assert.Equal(["strategy", "seed", "concurrency", "alpha", "strategy.buffer_size"], sweep.Keys);
        Assert.All(sweep.Trials, trial => Assert.Equal(Value(trial, "concurrency") == "5" ? "0.1" : "1", Value(trial, "alpha")));
        Assert.All(sweep.Trials, trial => Assert.Equal(Value(trial, "strategy") == "fedbuff", Value(trial, "strategy.buffer_size") is not null));
    }

    [Fact]
    public void Load_Arguments_WinOverTheFile()
    {
        Sweep sweep = LoadFile("grid: {strategy: [fedasync, fedbuff], seed: 0..4}", "seed=7", "strategy=dynstale,fedasync");

        Assert.Equal(["dynstale", "fedasync"], sweep.Trials.Select(trial => trial.Plan.Strategy.Name));
        Assert.All(sweep.Trials, trial => Assert.Equal(7UL, trial.Plan.Seed));
    }

    [Fact]
    public void Load_Base_IsFoundBesideTheFile()
    {
        File.WriteAllText(Path.Combine(_folder, "base.yaml"), "rounds: 123");
        Assert.All(LoadFile("base: base.yaml\ngrid: {seed: 0..1}").Trials, trial => Assert.Equal(123, trial.Plan.Rounds));
    }

    [Fact]
    public void Load_RandomSpace_StaysWithinItAndGrowsWithoutChangingWhatIsDone()
    {
        const string Space = "seed: 3, space: {model.lr: 'log(0.001, 0.1)', concurrency: 'integer(2, 4)', alpha: [0.1, 1]}}";
        Sweep few = LoadFile("random: {samples: 20, " + Space), many = LoadFile("random: {samples: 200, " + Space);

        Assert.Equal(few.Trials.Select(trial => trial.Key), many.Trials.Take(20).Select(trial => trial.Key));
        double[] rates = [.. many.Trials.Select(trial => trial.Plan.Model.Local.LearningRate)];
        Assert.All(rates, rate => Assert.InRange(rate, 0.001, 0.1));

        // Half of a log-uniform sample lies below the geometric mean; 200 of them miss by 4 standard deviations once in 16,000 times.
        Assert.InRange(rates.Count(rate => rate < 0.01), 100 - 28, 100 + 28);
        Assert.Equal([2, 3, 4], many.Trials.Select(trial => trial.Plan.Concurrency).Distinct().Order());
    }

    [Fact]
    public void Load_TheSameConfigurationTwice_IsOneTrial() =>
        Assert.Single(Load("seed=42,42.0", "strategy=fedasync").Trials.Select(trial => trial.Key).Distinct());

    [Fact]
    public void Load_Trials_AreSavedNowAndThenWithoutBecomingOthers()
    {
        Trial trial = Load("seed=1", "rounds=500").Trials[0];

        Assert.Equal(50, trial.Plan.Checkpoint.Every);
        Assert.Equal(trial.Key, Load("seed=1", "rounds=500", "checkpoint.every=7", "memory.versions_mb=5", "recording.figures=false").Trials[0].Key);
        Assert.NotEqual(trial.Key, Load("seed=1", "rounds=501").Trials[0].Key);
    }

    [Theory]
    [InlineData("seed", "command line (seed): the argument gives no values to a key")]
    [InlineData("seed=4..0", "command line (seed=4..0): \"4..0\" is no range")]
    [InlineData("model.lr=log(0,1,3)", "command line (model.lr=log(0,1,3)): \"log(0,1,3)\" is no range")]
    [InlineData("strategy=fedasync,fedbuf", "strategy: \"fedbuf\" is unknown")]
    [InlineData("alpha=0.1,-1", "command line (alpha=0.1,-1): ")]
    public void Load_WrongArguments_AreExplained(string argument, string message) => Assert.Contains(message, Fault(() => Load(argument)), StringComparison.Ordinal);

    [Theory]
    [InlineData("grid: {strategy: [fedasync, fedbuf]}", "sweep.yaml(1,29): strategy: \"fedbuf\" is unknown")]
    [InlineData("grids: {seed: [1]}", "sweep.yaml(1,1): grids: is an unknown key. Allowed: base, set, grid, zip, when, random, halving.")]
    [InlineData("zip: [{seed: [1, 2], alpha: [1]}]", "sweep.yaml(1,7): keys that go in lockstep need as many values each; seed has 2, alpha 1")]
    [InlineData("when: [{strategy: fedbuff}]", "sweep.yaml(1,8): an entry of when needs a condition, such as strategy: fedbuff, and a grid")]
    [InlineData("random: {space: {alpha: [1]}}", "sweep.yaml(1,1): random needs samples")]
    [InlineData("random: {samples: 2, space: {alpha: normal(0)}}", "sweep.yaml(1,37): alpha: normal(0) is no distribution")]
    [InlineData("base: [1]", "sweep.yaml(1,7): base: is not a file")]
    [InlineData("grid: 3", "sweep.yaml(1,7): grid is a mapping of keys to values")]
    public void Load_WrongFile_NamesThePlace(string yaml, string message) => Assert.Contains(message, Fault(() => LoadFile(yaml)), StringComparison.Ordinal);

    [Fact]
    public void IsSweep_ExperimentOrSweep_TellsThemApart()
    {
        File.WriteAllText(Path.Combine(_folder, "a.yaml"), "rounds: 3");
        File.WriteAllText(Path.Combine(_folder, "b.yaml"), "grid: {seed: 0..4}");
        Assert.False(Sweep.IsSweep(Path.Combine(_folder, "a.yaml")));
        Assert.True(Sweep.IsSweep(Path.Combine(_folder, "b.yaml")));
        Assert.False(Sweep.IsSweep(Path.Combine(_folder, "none.yaml")));
    }

    [Fact]
    public void Csv_ValuesWithCommas_AreQuoted()
    {
        Sweep sweep = Load("delay.params=[0,1],[0,2]");
        string path = Path.Combine(_folder, "sweep.csv");
        SweepCsv.Write(path, sweep, [.. sweep.Trials.Select(trial => new TrialResult(trial, TrialState.Failed, Problem: "it said \"no\""))]);

        string[] lines = File.ReadAllLines(path);
        Assert.StartsWith("trial,state,delay.params,final_accuracy,", lines[0], StringComparison.Ordinal);
        Assert.Contains(",failed,\"[0, 1]\",", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",\"it said \"\"no\"\"\"", lines[1], StringComparison.Ordinal);
    }

    private static Sweep Load(params string[] arguments) => Sweep.Load(Loader, null, null, arguments);

    private Sweep LoadFile(string yaml, params string[] arguments)
    {
        string file = Path.Combine(_folder, "sweep.yaml");
        File.WriteAllText(file, yaml);
        return Sweep.Load(Loader, file, null, arguments);
    }

    private static string Fault(Func<object> load) => string.Join('\n', Assert.Throws<ExperimentConfigException>(load).Faults.Select(fault => fault.ToString()));

    private static string Words(Trial trial) => string.Join(' ', trial.Values.Select(value => value.Value));

    private static string? Value(Trial trial, string key) => trial.Values.LastOrDefault(value => value.Key == key).Value;
}
