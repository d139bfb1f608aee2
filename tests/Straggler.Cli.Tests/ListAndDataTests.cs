using System.Text.Json;

namespace Straggler.Cli.Tests;

public sealed class ListAndDataTests
{
    [Theory]
    [InlineData("strategies", "fedasync,fedbuff,dynstale,fedavg")]
    [InlineData("staleness", "constant,polynomial,hinge,exponential")]
    [InlineData("models", "cnn,mlp,logistic,squeezenet,resnet18,resnet34,resnet_small,char_gru")]
    [InlineData("datasets", "fashion_mnist_small,fashion_mnist,mnist,cifar10,shakespeare")]
    [InlineData("delays", "lognormal,pareto,uniform,exponential,half_normal,constant")]
    [InlineData("availability", "always,bernoulli,markov,diurnal,trace")]
    [InlineData("partitioners", "iid,dirichlet,shards,quantity_skew,balanced_dirichlet,two_tier_dirichlet,natural,file")]
    [InlineData("metrics", "client_gini,staleness_mean,participation_gini,bytes_up")]
    public async Task List_Json_HoldsEveryName(string table, string names)
    {
        CommandResult result = await CommandLine.RunAsync(Path.GetTempPath(), "list", table, "--json");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        string?[] listed = [.. JsonDocument.Parse(result.Output).RootElement.EnumerateArray().Select(entry => entry.GetProperty("name").GetString())];
        Assert.Superset(names.Split(',').ToHashSet(), listed.ToHashSet()!);
    }

    [Fact]
    public async Task List_UnknownTable_IsRefused()
    {
        CommandResult result = await CommandLine.RunAsync(Path.GetTempPath(), "list", "colours");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("strategies", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DataVerify_ShippedSet_IsIntact()
    {
        CommandResult result = await CommandLine.RunAsync(Path.GetTempPath(), "data", "verify", "fashion_mnist_small");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal(4, result.Output.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)));
    }

    /// <summary>Else the cache, native code among it, would be looked for and made in the working directory.</summary>
    [Fact]
    public async Task Data_HomeThatIsNotThere_IsStillWhereTheCacheIs()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("HOME");
        }

        Dictionary<string, string?> variables = new()
        {
            ["HOME"] = "/nowhere",
            ["XDG_CACHE_HOME"] = null,
            ["STRAGGLER_CACHE"] = null,
            ["STRAGGLER_DATA"] = null,
        };
        CommandResult result = await CommandLine.RunAsync(Path.GetTempPath(), variables, "data", "verify", "mnist");

        if (result.ExitCode == 0)
        {
            Assert.Skip("MNIST lies in a folder of the system");
        }

        Assert.Contains("/nowhere/.cache/straggler/data/mnist", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DataList_IntoAPipe_KeepsPathsWhole()
    {
        CommandResult result = await CommandLine.RunAsync(Path.GetTempPath(), "data", "list");

        Assert.Contains(Path.Combine("data", "fashion_mnist_small") + " ", result.Output, StringComparison.Ordinal);
        Assert.Equal(4, result.Output.Split('\n').Count(line => line.Contains(",000", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task DataList_Json_SaysWhereTheShippedSetIs()
    {
        CommandResult result = await CommandLine.RunAsync(Path.GetTempPath(), "data", "list", "--json");

        JsonElement small = JsonDocument.Parse(result.Output).RootElement.EnumerateArray()
            .Single(entry => entry.GetProperty("name").GetString() == "fashion_mnist_small");
        Assert.True(Directory.Exists(small.GetProperty("path").GetString()));
        Assert.Equal((10_000, 2_000), (small.GetProperty("train").GetInt32(), small.GetProperty("test").GetInt32()));
    }
}
