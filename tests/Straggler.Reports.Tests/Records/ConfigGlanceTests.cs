using Straggler.Reports.Records;

namespace Straggler.Reports.Tests.Records;

public sealed class ConfigGlanceTests
{
    private const string Yaml = """
        # a run
        seed: 42
        name: "a run"
        dataset:
          options:
            name: inner
          name: 'cifar10' 
        model: {name: cnn}
        concurrency: 10 # in flight
        empty:
        none: null
        """;

    [Theory]
    [InlineData("42", "seed")]
    [InlineData("a run", "name")]
    [InlineData("cifar10", "dataset", "name")]
    [InlineData("10", "concurrency")]
    [InlineData("inner", "dataset", "options", "name")]
    [InlineData(null, "model", "name")]
    [InlineData(null, "model")]
    [InlineData(null, "empty", "name")]
    [InlineData(null, "none")]
    [InlineData(null, "options", "name")]
    public void Find_Path_GivesTheValueOrNothing(string? expected, params string[] path) => Assert.Equal(expected, ConfigGlance.Find(Yaml, path));

    [Fact]
    public void Find_NoConfiguration_GivesNothing() => Assert.Null(ConfigGlance.Find(null, "seed"));
}
