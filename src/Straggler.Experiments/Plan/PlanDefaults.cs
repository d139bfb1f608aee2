using Straggler.Experiments.Yaml;

namespace Straggler.Experiments;

/// <summary>The components that are chosen when nobody chooses. All other defaults stand on the options' properties.</summary>
internal static class PlanDefaults
{
    public const int Concurrency = 10;

    private static readonly ConfigPlace _place = new(ConfigPlace.Defaults);

    public static ConfigMap Names { get; } = Map(
        ("dataset", Word("fashion_mnist_small")),
        ("partition", Map(("name", Word("dirichlet")), ("alpha", Word("0.3")))),
        ("strategy", Word("fedasync")),
        ("model", Word("cnn")));

    private static ConfigScalar Word(string text) => new(_place, text);

    private static ConfigMap Map(params (string Key, ConfigNode Value)[] entries) =>
        new(_place, [.. entries.Select(entry => new ConfigEntry(entry.Key, _place, entry.Value))]);
}
