using Straggler.Cli.Running;
using Straggler.Experiments;

namespace Straggler.Cli.Tests;

/// <summary>What <c>straggler replay</c> follows of a run directory, by what the user changes.</summary>
public sealed class ReplaySectionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _told = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData()]
    [InlineData("model.lr=0.5", "seed=9", "strategy=fedbuff")]
    public void Of_SameModel_BeginsWithTheRecordedOne(params string[] changes)
    {
        RunDirectory run = Record("model=logistic");
        Assert.Contains($"replay.initial=\"{run.PathOf("initial.npz")}\"", ReplaySection.Of(run, changes, _told.Add));
        Assert.Empty(_told);
    }

    [Theory]
    [InlineData("model=mlp")]
    [InlineData("dataset=mnist")]
    public void Of_AnotherModel_BeginsWithTheSeedsAndSaysSo(string change)
    {
        Assert.DoesNotContain(ReplaySection.Of(Record("model=logistic"), [change], _told.Add), line => line.StartsWith("replay.initial=\"", StringComparison.Ordinal));
        Assert.Contains("initial.npz, which is another one than the replay trains", Assert.Single(_told), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_ModelOfTheClientsOwn_CannotBeTrainedHere()
    {
        RunDirectory run = Record("training=none");
        Assert.DoesNotContain(ReplaySection.Of(run, [], _told.Add), line => line.StartsWith("replay.initial=\"", StringComparison.Ordinal));
        Assert.Empty(_told);
        Assert.DoesNotContain(ReplaySection.Of(run, ["training=local"], _told.Add), line => line.StartsWith("replay.initial=\"", StringComparison.Ordinal));
        Assert.Single(_told);
    }

    [Fact]
    public void Of_LocalModelsOfClientsWithAModelOfTheirOwn_AreTakenForTheSameRunAlone()
    {
        RunDirectory run = Record("training=none");
        File.WriteAllText(run.PathOf("local_models.csv"), "");

        IReadOnlyList<string> same = ReplaySection.Of(run, ["eval.every_events=7", "rounds=9"], _told.Add);
        Assert.Contains($"replay.local_models=\"{run.PathOf("local_models.csv")}\"", same);
        Assert.Contains($"replay.initial=\"{run.PathOf("initial.npz")}\"", same);
        Assert.Empty(_told);

        IReadOnlyList<string> other = ReplaySection.Of(run, ["seed=9"], _told.Add);
        Assert.Superset(new HashSet<string> { "replay.initial=null", "replay.local_models=null" }, other.ToHashSet());
        Assert.Contains("(seed was 42, is 9). Nobody else can train", Assert.Single(_told), StringComparison.Ordinal);
    }

    /// <summary>As a note beside a value is, so are keys that an older version did not write: what counts is what the configuration comes to.</summary>
    [Fact]
    public void Of_RecordWhoseConfigurationWasAnnotatedOrLacksDefaults_IsTheSameRun()
    {
        RunDirectory run = Record("training=none");
        File.WriteAllText(run.PathOf("local_models.csv"), "");
        string[] lines = File.ReadAllLines(run.ConfigFile);
        File.WriteAllLines(run.ConfigFile,
            ["# What the clients of the second floor did.", "", .. lines.Where(line => line != "operator_threads: 1").Select(line => line == "seed: 42" ? "seed: 42  # as ever" : line)]);
        Assert.Equal(lines.Length + 1, File.ReadAllLines(run.ConfigFile).Length);

        Assert.Contains($"replay.local_models=\"{run.PathOf("local_models.csv")}\"", ReplaySection.Of(run, [], _told.Add));
        Assert.Empty(_told);
        ReplaySection.Of(run, ["seed=9"], _told.Add);
        Assert.Contains("(seed was 42, is 9)", Assert.Single(_told), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_RecordOfAReplay_HasWhatTheReplayHadWhileItIsTheSameRun()
    {
        RunDirectory run = Record("training=none");
        File.WriteAllText(run.PathOf("local_models.csv"), "");
        RunDirectory again = Create(["name=again", "training=none", .. ReplaySection.Of(run, [], _told.Add)]);

        Assert.Contains($"replay.local_models=\"{run.PathOf("local_models.csv")}\"", ReplaySection.Of(again, [], _told.Add));
        Assert.Empty(_told);
        string[] change = ["strategy=fedbuff"];
        ExperimentPlan other = ExperimentCommand.CreateLoader().Load(again.ConfigFile, [.. change, .. ReplaySection.Of(again, change, _told.Add)]);
        Assert.Equal((null, null, again.PathOf("updates.csv")), (other.Replay!.Initial, other.Replay.LocalModels, other.Replay.Updates));
        Assert.Single(_told);
    }

    [Fact]
    public void Of_RecordOfAReplayWhoseOwnRecordIsGone_FollowsItWithoutThatOnesModels()
    {
        RunDirectory run = Record("model=logistic");
        File.WriteAllText(run.PathOf("local_models.csv"), "");
        RunDirectory again = Create(["name=again", "model=logistic", .. ReplaySection.Of(run, [], _told.Add)]);
        Assert.Empty(_told);
        Directory.Delete(run.Path, recursive: true);

        IReadOnlyList<string> section = ReplaySection.Of(again, [], _told.Add);
        ExperimentPlan plan = ExperimentCommand.CreateLoader().Load(again.ConfigFile, section);
        Assert.Equal((null, null, again.PathOf("updates.csv")), (plan.Replay!.Initial, plan.Replay.LocalModels, plan.Replay.Updates));
        Assert.Contains("replay.local_models: \"", Assert.Single(_told), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_RecordOfAReplayThatTookLocalModels_CanBeFollowedWithoutTraining()
    {
        RunDirectory run = Create(["name=run", "model=logistic"]);
        File.WriteAllText(run.PathOf("local_models.csv"), "");
        RunDirectory again = Create(["name=again", "model=logistic", .. ReplaySection.Of(run, [], _told.Add)]);

        Assert.Superset(new HashSet<string> { "replay.initial=null", "replay.local_models=null" }, ReplaySection.Of(again, ["training=none"], _told.Add).ToHashSet());
        Assert.Empty(_told);
    }

    [Fact]
    public void Of_RecordOfAReplayThatKeptLocalModels_TakesThoseWhenItsOwnRecordIsGone()
    {
        RunDirectory run = Create(["name=run", "model=logistic"]);
        RunDirectory again = Create(["name=again", "model=logistic", .. ReplaySection.Of(run, [], _told.Add)]);
        File.WriteAllText(again.PathOf("local_models.csv"), "");
        Directory.Delete(run.Path, recursive: true);

        Assert.Contains($"replay.local_models=\"{again.PathOf("local_models.csv")}\"", ReplaySection.Of(again, [], _told.Add));
        Assert.Empty(_told);
    }

    /// <summary>Neither has a summary.json; only live runs have a model to begin with.</summary>
    [Fact]
    public void Of_KilledLiveRun_IsKnownByTheModelThatItBeganWith()
    {
        Assert.Contains("replay.live=true", ReplaySection.Of(Record("training=none"), [], _told.Add));
        Assert.DoesNotContain("replay.live=true", ReplaySection.Of(Create(["name=simulated", "training=none"]), [], _told.Add));
    }

    [Fact]
    public void Of_RecordOfAStrategyThatCannotBeReplayed_CanBeFollowedByAnother()
    {
        RunDirectory run = Create(["name=run", "strategy=generalized_asyncsgd"]);
        Assert.Contains("replay.local_models=null", ReplaySection.Of(run, ["strategy=fedasync"], _told.Add));
        Assert.Empty(_told);
        Assert.Throws<ExperimentConfigException>(() => ReplaySection.Of(run, [], _told.Add));
    }

    private RunDirectory Record(string setting)
    {
        RunDirectory run = Create(["name=run", setting]);
        File.WriteAllText(run.PathOf("initial.npz"), "");
        return run;
    }

    private RunDirectory Create(string[] settings)
    {
        RunDirectory run = RunDirectory.Create(_folder.Path, ExperimentCommand.CreateLoader().Load(null, settings));
        new UpdatesCsv(run.PathOf("updates.csv")).Dispose();
        return run;
    }
}
