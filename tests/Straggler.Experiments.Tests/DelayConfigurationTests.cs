using Straggler.Delays;
using Straggler.Simulation;
using static Straggler.Experiments.Tests.TestCatalogs;

namespace Straggler.Experiments.Tests;

/// <summary>The <c>delay</c> section: distributions within distributions, and files that options name.</summary>
public sealed class DelayConfigurationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("straggler-delay-").FullName;

    public static TheoryData<string> Examples =>
        [.. Directory.GetFiles(Repository.PathOf("configs/delays"), "*.yaml").Select(file => Path.GetFileName(file))];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Examples))]
    public void Load_ShippedExample_GivesDelaysAndRoundTrips(string name)
    {
        ExperimentPlan plan = Loader.Load(Repository.PathOf(Path.Combine("configs/delays", name)), []);
        DelayModel model = new(plan.Delay, new RandomStreams(1), [.. Enumerable.Repeat(100L, 20)], 400_000);
        Assert.All(Enumerable.Range(0, 20), client => Assert.InRange(model.Duration(client, 0).Seconds, 1e-9, 1e9));
        AssertRoundTrips(plan);
    }

    [Fact]
    public void Parse_EveryDistribution_RoundTrips() =>
        Assert.All(BuiltIns.Distributions.Entries, entry => AssertRoundTrips(Parse($"""
            delay:
              dist: {entry.Name}
              bandwidth:
                dist: {entry.Name}
                upload: {entry.Name}
              jitter: {entry.Name}
            """, "delay.network_jitter={dist: mixture, components: [{dist: " + entry.Name + "}]}")));

    [Fact]
    public void Parse_Mixture_BindsItsComponents()
    {
        ExperimentPlan plan = Parse("""
            delay:
              dist: mixture
              components:
                - {weight: 3, dist: gamma, params: [4, 0.5]}
                - {dist: mixture, components: [{dist: tiers, low: [1], high: [2]}, uniform]}
            """);

        MixtureOptions mixture = Assert.IsType<MixtureOptions>(plan.Delay.Dist.Options);
        Assert.Equal((3.0, "gamma", new GammaOptions { Shape = 4, Scale = 0.5 }),
            (mixture.Components[0].Weight, mixture.Components[0].Dist.Name, (GammaOptions)mixture.Components[0].Dist.Options));
        MixtureOptions inner = Assert.IsType<MixtureOptions>(mixture.Components[1].Dist.Options);
        Assert.Equal(["tiers", "uniform"], inner.Components.Select(component => component.Dist.Name));
        AssertRoundTrips(plan);
    }

    [Fact]
    public void Parse_MixtureOnTheCommandLine_ReplacesTheFiles()
    {
        ExperimentPlan plan = Parse(
            "delay: {dist: mixture, components: [{dist: gamma}, {dist: zipf}]}", "delay.components=[{weight: 2, dist: uniform, low: 1, high: 2}]");
        Assert.Equal("uniform", Assert.Single(Assert.IsType<MixtureOptions>(plan.Delay.Dist.Options).Components).Dist.Name);

        // The components are the mixture's own and do not outlive it.
        Assert.Equal(new LognormalOptions(), Parse("delay: {dist: mixture, components: [gamma]}", "delay.dist=lognormal").Delay.Dist.Options);
    }

    [Fact]
    public void Parse_WrongMixture_NamesThePlaceOfEveryFault()
    {
        string[] faults = Faults("""
            delay:
              dist: mixture
              components:
                - {weight: -1}
                - {dist: gama}
                - {dist: exponential, mu: 3}
                - [7]
            """);

        Assert.Collection(faults,
            fault => Assert.Equal("test.yaml(4,16): delay.components[0].weight: -1 is out of range. Expected a number >= 0 and <= 1000000000000000.", fault),
            fault => Assert.Matches(@"^test.yaml\(5,14\): delay.components\[1\].dist: ""gama"" is unknown. .* Did you mean ""gamma""\?$", fault),
            fault => Assert.StartsWith("test.yaml(6,27): delay.components[2].mu: is no option of exponential, but of lognormal.", fault, StringComparison.Ordinal),
            fault => Assert.StartsWith("test.yaml(7,7): delay.components[3]: a list is not what belongs here.", fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("delay: {dist: mixture, components: 3}", "test.yaml(1,36): delay.components: 3 is not a list. Expected a list of mappings, each with weight, dist.")]
    [InlineData("delay: {dist: mixture, components: []}", "test.yaml(1,36): delay.components: has nothing to draw from. Expected at least one component with a weight > 0.")]
    [InlineData("delay: {per: class}", "test.yaml(1,14): delay.per: class needs a distribution made of classes, which lognormal is not. Expected two_class, tiers or mixture.")]
    [InlineData("delay: {traces: {}}", "test.yaml(1,17): delay.traces.file: needs a file. Expected traces: {file: NAME.csv}.")]
    [InlineData("delay: {dist: tiers, high: [1, 2, 3]}", "test.yaml(1,28): delay.high: has a value below that of low. Expected high >= low in every tier.")]
    public void Parse_WrongDelay_SaysWhatIsAllowed(string yaml, string fault) => Assert.Equal(fault, Assert.Single(Faults(yaml)));

    [Fact]
    public void Load_InputFile_IsFoundBesideTheConfigurationAndRecordedInFull()
    {
        string file = Write("deep/experiment.yaml", "delay: {traces: {file: devices.csv, sd_column: null}}");
        string devices = Write("deep/devices.csv", "train_ms_per_sample,down_kbps,up_kbps\n10,1,1\n");

        ExperimentPlan plan = Loader.Load(file, []);

        Assert.Equal(devices, plan.Delay.Traces!.File);
        AssertRoundTrips(plan);
        Assert.Equal(devices, Loader.Load(null, ["delay.traces.sd_column=null", $"delay.traces.file={devices}"]).Delay.Traces!.File);
    }

    [Fact]
    public void Load_InputFileThatIsNowhere_NamesThePlaces()
    {
        string file = Write("experiment.yaml", "delay: {dist: empirical, file: none.csv, column: a}");
        string fault = Assert.Single(FaultsOf(file));
        Assert.StartsWith($"{file}(1,32): delay.file: \"none.csv\" is no file. Looked for {Path.Combine(_folder, "none.csv")}", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_InputFileThatIsWrong_NamesBothPlaces()
    {
        string file = Write("experiment.yaml", "delay:\n  traces: {file: devices.csv}");
        string devices = Write("devices.csv", "train_ms_per_sample,train_ms_per_sample_sd,down_kbps,up_kbps\n10,1,fast,1\n");
        Assert.Equal($"{file}(2,18): delay.traces.file: {devices}(2,6): down_kbps: \"fast\" is not what belongs here. Expected a number > 0.",
            Assert.Single(FaultsOf(file)));
    }

    [Theory]
    [InlineData("delay.server_link={download: 1000}", "delay.server_link: the clients' own links have no speed")]
    [InlineData("delay={bandwidth: constant, server_link: {discipline: fifo}}", "delay.server_link.download: a link without a limit holds nobody up")]
    [InlineData("delay={bandwidth: constant, server_link: {upload: 0}}", "delay.server_link.upload: 0 is out of range")]
    [InlineData("delay={bandwidth: constant, server_link: {upload: 5, discipline: lifo}}", "delay.server_link.discipline: \"lifo\" is unknown")]
    public void Parse_ServerLinkThatMakesNoSense_SaysWhatIsMissing(string setting, string fault) =>
        Assert.Contains(fault, Assert.Single(Faults("", setting)), StringComparison.Ordinal);

    [Theory]
    [InlineData("availability={name: markov, mid_task: pause}", "availability.mid_task: clients that share the server's link end what they have begun")]
    [InlineData("strategy=favas", "scheduler.name: polling asks clients at times of its own")]
    public void Parse_ServerLinkWithWhatMustKnowTheEndOfTasks_IsRefused(string setting, string fault) => Assert.Contains(
        fault, Assert.Single(Faults("delay: {bandwidth: constant, server_link: {upload: 5}}", setting)), StringComparison.Ordinal);

    private static void AssertRoundTrips(ExperimentPlan plan)
    {
        string yaml = PlanWriter.ToYaml(plan);
        Assert.Equal(yaml, PlanWriter.ToYaml(Parse(yaml)));
    }

    private static string[] FaultsOf(string file) =>
        [.. Assert.Throws<ExperimentConfigException>(() => Loader.Load(file, [])).Faults.Select(fault => fault.ToString())];

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
