using System.ComponentModel.DataAnnotations;
using Straggler.Configuration;

namespace Straggler.Experiments.Tests;

/// <summary>Models and data sets with the options of the real ones, which this project cannot see; nothing here can be run.</summary>
internal static class TestCatalogs
{
    public static Catalog<string> Models { get; } = new("model",
    [
        Catalog<string>.Line<CnnOptions>("cnn", "", "", _ => ""),
        Catalog<string>.Line<MlpOptions>("mlp", "", "", _ => ""),
        Catalog<string>.Line<NoOptions>("logistic", "", "", _ => ""),
        Catalog<string>.Line<SqueezeNetOptions>("squeezenet", "", "", _ => ""),
        Catalog<string>.Line<ResNetOptions>("resnet18", "", "", _ => ""),
        Catalog<string>.Line<ResNetOptions>("resnet34", "", "", _ => ""),
        Catalog<string>.Line<SmallResNetOptions>("resnet_small", "", "", _ => ""),
        Catalog<string>.Line<CharGruOptions>("char_gru", "", "", _ => ""),
    ]);

    public static Catalog<string> Datasets { get; } = new("dataset",
    [
        Catalog<string>.Line<GreyDatasetOptions>("fashion_mnist_small", "", "", _ => ""),
        Catalog<string>.Line<Cifar10Options>("cifar10", "", "", _ => ""),
    ]);

    public static PlanLoader Loader { get; } = new(new(Models, Datasets));

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

public enum Stem
{
    Torchvision,
    Small,
}

public sealed record CnnOptions
{
    public Norm Norm { get; init; }

    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; }
}

public sealed record MlpOptions
{
    [Range(1, 65536)]
    public int Hidden { get; init; } = 200;

    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; }
}

public sealed record SqueezeNetOptions
{
    public Stem Stem { get; init; }
}

public sealed record ResNetOptions
{
    public Stem Stem { get; init; }

    public Norm Norm { get; init; } = Norm.Batch;
}

public sealed record SmallResNetOptions
{
    public int Blocks { get; init; } = 1;

    public Norm Norm { get; init; } = Norm.Batch;
}

public sealed record CharGruOptions
{
    public int Embedding { get; init; } = 8;

    public int Hidden { get; init; } = 256;

    public int Layers { get; init; } = 1;
}

public abstract record DatasetOptions
{
    public string? Root { get; init; }

    public bool Augment { get; init; }

    public int? TrainLimit { get; init; }
}

public sealed record GreyDatasetOptions : DatasetOptions;

public sealed record Cifar10Options : DatasetOptions
{
    public Cifar10Options() => Augment = true;
}
