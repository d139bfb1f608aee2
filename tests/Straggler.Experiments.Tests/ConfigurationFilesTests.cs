using Straggler.Delays;
using Straggler.Partitioning;
using Straggler.Strategies;
using static Straggler.Experiments.Tests.TestCatalogs;

namespace Straggler.Experiments.Tests;

/// <summary>The files under configs/, and files on disk generally.</summary>
public sealed class ConfigurationFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("straggler-config-").FullName;

    public static TheoryData<string> Strategies => [.. Names("strategies")];

    public static TheoryData<string> Models => [.. Names("models")];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_ShippedExperiment_IsTheDefaults() =>
        Assert.Equal(PlanWriter.ToYaml(Loader.Load(null, [])), PlanWriter.ToYaml(Loader.Load(Config("experiment.yaml"), [])));

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Load_ShippedStrategyFile_SpellsOutTheDefaults(string name) => Assert.Equal(
        PlanWriter.ToYaml(Loader.Load(null, ["strategy=" + name])),
        PlanWriter.ToYaml(Loader.Load(Config("experiment.yaml"), ["strategy=" + name])));

    /// <summary>The file says polynomial with a = 0.5: neither hinge's a nor anything of a constant or an expression.</summary>
    [Theory]
    [InlineData("constant")]
    [InlineData("hinge")]
    [InlineData("1/(1 + s)")]
    public void Load_AnotherStalenessFunctionThanTheStrategysFileNames_DropsThatOnesParameters(string function)
    {
        string[] overrides = ["strategy=fedasync", "strategy.staleness=" + function];

        Assert.Equal(PlanWriter.ToYaml(Loader.Load(null, overrides)), PlanWriter.ToYaml(Loader.Load(Config("experiment.yaml"), overrides)));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Load_ShippedModelFile_Loads(string name) =>
        Assert.Equal(name, Loader.Load(Config("experiment.yaml"), ["model=" + name]).Model.Architecture.Name);

    [Fact]
    public void Load_ShippedFolder_HasAFileForEveryStrategyAndModel()
    {
        Assert.Equal(BuiltIns.Strategies.Entries.Select(entry => entry.Name).Order(), Names("strategies").Order());
        Assert.Equal(TestCatalogs.Models.Entries.Select(entry => entry.Name).Order(), Names("models").Order());
    }

    [Fact]
    public void Load_SeedLayout_LoadsUnchanged()
    {
        ExperimentPlan plan = Loader.Load(Config("seed/experiment.yaml"), []);

        Assert.Equal((10, 1, 1000L, "cifar10"), (plan.ClientCount, plan.Concurrency, plan.Rounds, plan.Dataset.Name));
        Assert.Equal(new DirichletOptions { Alpha = 1 }, plan.Partition.Partitioner.Options);
        Assert.Equal(new LognormalOptions { Mu = 0, Sigma = 0.75 }, plan.Delay.Dist.Options);
        Assert.Equal(DelayScope.Client, plan.Delay.Per);
        FedAsyncOptions fedAsync = Assert.IsType<FedAsyncOptions>(plan.Strategy.Options);
        Assert.Equal((0.5, "1/(1 + s)"), (fedAsync.MixingRate, fedAsync.Staleness.Name));
        Assert.Equal(("squeezenet", 0.001, 1), (plan.Model.Architecture.Name, plan.Model.Local.LearningRate, plan.Model.Local.Epochs));
        Assert.Equal((50, 0.8), (plan.Eval.EveryEvents, plan.Eval.TargetAcc));
        Assert.Equal((true, false), (plan.Logging.Tensorboard, plan.Logging.Wandb));
        Assert.Equal(5.0, Assert.IsType<FedBuffOptions>(Loader.Load(Config("seed/experiment.yaml"), ["strategy=fedbuff"]).Strategy.Options).TimeoutS);
        Assert.Equal(50, Assert.IsType<DynStaleOptions>(Loader.Load(Config("seed/experiment.yaml"), ["strategy=dynstale"]).Strategy.Options).DropStaleAfter);
    }

    [Fact]
    public void Load_OptionFiles_LoseToTheExperimentAndTheCommandLine()
    {
        Write("fedbuff.yaml", "buffer_size: 3\ntimeout_s: 4\nserver_lr: 0.5");
        Write("models/mlp.yaml", "hidden: 50\nlr: 0.3\nepochs: 2");
        string file = Write("experiment.yaml", "strategy: {name: fedbuff, timeout_s: 5}\nmodel: {name: mlp, epochs: 3}");

        ExperimentPlan plan = Loader.Load(file, ["strategy.server_lr=0.25"]);

        FedBuffOptions options = Assert.IsType<FedBuffOptions>(plan.Strategy.Options);
        Assert.Equal((3, 5.0, 0.25), (options.BufferSize, options.TimeoutS, options.ServerLearningRate));
        Assert.Equal(new MlpOptions { Hidden = 50 }, plan.Model.Architecture.Options);
        Assert.Equal((0.3, 3), (plan.Model.Local.LearningRate, plan.Model.Local.Epochs));
    }

    [Fact]
    public void Load_WrongOptionFile_IsNamed()
    {
        string options = Write("strategies/fedbuff.yaml", "name: fedasync\nbufer_size: 3");
        string file = Write("experiment.yaml", "strategy: fedbuff");

        string[] faults = FaultsOf(file);

        Assert.Collection(faults,
            fault => Assert.StartsWith($"{options}(1,7): strategy.name: \"fedasync\" does not fit the file's name", fault, StringComparison.Ordinal),
            fault => Assert.StartsWith($"{options}(2,1): strategy.bufer_size: is an unknown key.", fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Load_ExperimentNamedLikeItsStrategy_IsNoOptionFile() =>
        Assert.Equal(9, Loader.Load(Write("fedbuff.yaml", "strategy: fedbuff\nrounds: 9"), []).Rounds);

    [Fact]
    public void Load_MissingFileOrFolder_IsReported()
    {
        Assert.EndsWith("none.yaml: there is no such file.", Assert.Single(FaultsOf(Path.Combine(_folder, "none.yaml"))), StringComparison.Ordinal);
        Assert.EndsWith("none.yaml: there is no such file.", Assert.Single(FaultsOf(Path.Combine(_folder, "no/none.yaml"))), StringComparison.Ordinal);
        Assert.Equal(_folder + ": is a folder; a YAML file is expected.", Assert.Single(FaultsOf(_folder)));
    }

    [Fact]
    public void Load_NotUtf8_IsReportedWithItsLine()
    {
        string file = Path.Combine(_folder, "latin1.yaml");
        File.WriteAllBytes(file, [.. "seed: 1\n# M"u8, 0xFC, .. "ller\n"u8]);

        Assert.Equal($"{file}(2,1): the file is not UTF-8 text.", Assert.Single(FaultsOf(file)));
    }

    [Fact]
    public void Load_HugeFile_IsRefused() => Assert.Contains("larger than 1 MiB",
        Assert.Single(FaultsOf(Write("huge.yaml", new string('#', (1 << 20) + 1)))), StringComparison.Ordinal);

    [Fact]
    public void Load_ByteOrderMarkAndWindowsLines_AreFine()
    {
        string file = Path.Combine(_folder, "bom.yaml");
        File.WriteAllBytes(file, [0xEF, 0xBB, 0xBF, .. "rounds: 5\r\neval:\r\n  every_events: 7\r\n"u8]);

        ExperimentPlan plan = Loader.Load(file, []);

        Assert.Equal((5L, 7), (plan.Rounds, plan.Eval.EveryEvents));
    }

    [Fact]
    public void Load_UnreadableFile_IsTheOnlyFaultBesideWrongArguments()
    {
        string[] faults = [.. Assert.Throws<ExperimentConfigException>(() =>
            Loader.Load(Path.Combine(_folder, "none.yaml"), ["strategy.buffer_size=3", "nonsense"])).Faults.Select(fault => fault.Problem)];

        Assert.Equal(["there is no such file", "the argument is not an override"], faults);
    }

    private static string[] FaultsOf(string file) =>
        [.. Assert.Throws<ExperimentConfigException>(() => Loader.Load(file, [])).Faults.Select(fault => fault.ToString())];

    private static IEnumerable<string> Names(string folder) => Directory.GetFiles(Config(folder)).Select(file => Path.GetFileNameWithoutExtension(file));

    private static string Config(string path) => Repository.PathOf(Path.Combine("configs", path));

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
