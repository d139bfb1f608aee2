using System.ComponentModel.DataAnnotations;
using Straggler.Configuration;
using Straggler.Partitioning;

namespace Straggler.Experiments.Tests;

/// <summary>Models, data sets and partitioners with the options that the real ones have or might have; nothing here can be run.</summary>
internal static class TestCatalogs
{
    public static Catalog<string> Models { get; } = new("model",
    [
        Catalog<string>.Line<CnnOptions>("cnn", "", "", _ => "cnn"),
        Catalog<string>.Line<MlpOptions>("mlp", "", "", _ => "mlp"),
        Catalog<string>.Line<NoOptions>("squeezenet", "", "", _ => "squeezenet"),
    ]);

    public static Catalog<string> Datasets { get; } = new("data set",
    [
        Catalog<string>.Line<DatasetOptions>("fashion_mnist_small", "", "", _ => ""),
        Catalog<string>.Line<DatasetOptions>("cifar10", "", "", _ => ""),
    ]);

    public static Catalog<IPartitioner> Partitioners { get; } = new("partitioner",
    [
        Catalog<IPartitioner>.Line<NoOptions>("iid", "", "", _ => throw new NotSupportedException()),
        Catalog<IPartitioner>.Line<DirichletOptions>("dirichlet", "", "", _ => throw new NotSupportedException()),
    ]);

    public static ConfigurationCatalogs All { get; } = new(Models, Datasets)
    {
        Components = [BuiltIns.Strategies, BuiltIns.StalenessWeights, BuiltIns.Distributions, Partitioners],
    };

    public static PlanLoader Loader { get; } = new(All);

    public static ExperimentPlan Parse(string yaml, params string[] overrides) => Loader.Parse(yaml, "test.yaml", overrides);

    /// <summary>The messages of a configuration that must not load.</summary>
    public static string[] Faults(string yaml, params string[] overrides) =>
        [.. Assert.Throws<ExperimentConfigException>(() => Parse(yaml, overrides)).Faults.Select(fault => fault.ToString())];
}

public enum Norm
{
    None,
    Batch,
    Group,
}

public sealed record CnnOptions
{
    public Norm Norm { get; init; }

    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; }
}

public sealed record MlpOptions
{
    public IReadOnlyList<int> Hidden { get; init; } = [200, 200];

    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; }
}

public sealed record DatasetOptions
{
    public string? Root { get; init; }

    public bool Augment { get; init; }
}

public sealed record DirichletOptions
{
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    public double Alpha { get; init; } = 0.3;

    [Range(0, int.MaxValue)]
    public int MinSamples { get; init; } = 1;
}
