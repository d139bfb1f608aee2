using Straggler.Experiments;
using Straggler.Torch;

namespace Straggler.Cli.Tests;

/// <summary>The files under configs/ fit the real tables of models, data sets and strategies.</summary>
public sealed class ShippedConfigurationTests
{
    private static readonly PlanLoader _loader = new(new(TorchBuiltIns.Models, TorchBuiltIns.Datasets));

    public static TheoryData<string> Models => [.. TorchBuiltIns.Models.Entries.Select(entry => entry.Name)];

    public static TheoryData<string> Strategies => [.. BuiltIns.Strategies.Entries.Select(entry => entry.Name)];

    public static TheoryData<string> Availability => [.. BuiltIns.Availability.Entries.Select(entry => entry.Name)];

    public static TheoryData<string> Datasets => [.. TorchBuiltIns.Datasets.Entries.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Load_EveryModel_HasARecipeThatLoads(string model)
    {
        Assert.True(File.Exists(Config($"models/{model}.yaml")));
        AssertRoundTrips(_loader.Load(Config("experiment.yaml"), [$"model={model}"]));
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Load_EveryStrategy_HasAnOptionsFileThatLoads(string strategy)
    {
        Assert.True(File.Exists(Config($"strategies/{strategy}.yaml")));
        AssertRoundTrips(_loader.Load(Config("experiment.yaml"), [$"strategy={strategy}"]));
        AssertRoundTrips(_loader.Load(Config("seed/experiment.yaml"), [$"strategy={strategy}"]));
    }

    [Theory]
    [MemberData(nameof(Availability))]
    public void Load_EveryAvailability_HasAnOptionsFileThatLoads(string availability)
    {
        Assert.True(File.Exists(Config($"availability/{availability}.yaml")));
        AssertRoundTrips(_loader.Load(Config("experiment.yaml"), [$"availability={availability}"]));
    }

    [Theory]
    [MemberData(nameof(Datasets))]
    public void Load_EveryDataset_Loads(string dataset) => AssertRoundTrips(_loader.Load(Config("experiment.yaml"), [$"dataset={dataset}"]));

    private static void AssertRoundTrips(ExperimentPlan plan)
    {
        string yaml = PlanWriter.ToYaml(plan);
        Assert.Equal(yaml, PlanWriter.ToYaml(_loader.Parse(yaml, "config.yaml")));
    }

    private static string Config(string path)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Straggler.slnx")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository."), "configs", path);
    }
}
