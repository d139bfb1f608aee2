using static Straggler.Experiments.Tests.TestCatalogs;

namespace Straggler.Experiments.Tests;

/// <summary>The files that options name belong to a run's identity by their content.</summary>
public sealed class RunIdentityTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("straggler-identity-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Inputs_OfEveryKindOfFile_HaveALineEachWithTheContentsHash()
    {
        string traces = Write("traces.csv", "train_ms_per_sample,down_kbps,up_kbps\n1,2,3\n"), values = Write("values.csv", "s\n1\n");
        string intervals = Write("intervals.csv", "client_id,start_s,end_s\n0,0,1\n"), partition = Write("partition.json", "[[0]]");

        string inputs = RunIdentity.Of(Parse($$"""
            delay:
              traces: {file: '{{traces}}', sd_column: null}
            partial_work: {dist: empirical, file: '{{values}}', column: s}
            availability: {name: trace, file: '{{intervals}}'}
            partition: {name: file, path: '{{partition}}'}
            """), "data").Inputs;

        // SHA-256 as sha256sum gives it.
        Assert.Equal(
            [
                "partition.path: db407f11d7ede59abaab0e98e097ff2dae10a048207b801745d7199ef19c2387",
                "delay.traces.file: c5c6f8587e54b75dd31ab9274c345208c48b90a3d72b1f4eb7f351dfb7c6bf7b",
                "availability.file: 01f0bcdbf4bea36c9d356e6bc971293b90a23bf3079b5dd6e4020fcdeb702a21",
                "partial_work.file: 6a2fe6ff6ac2b463f4373e1919319405dd1fed9a332bf85c9a097ab58bed1e84",
            ],
            inputs.Split('\n'));
    }

    [Fact]
    public void Inputs_OfADistributionWithinAMixture_AreThere()
    {
        string values = Write("values.csv", "s\n1\n");
        string yaml = $$"""
            delay: {dist: mixture, components: [{dist: constant}, {dist: empirical, file: '{{values}}', column: s}] }
            """;
        string before = RunIdentity.Of(Parse(yaml), "data").Inputs;
        Write("values.csv", "s\n2\n");

        Assert.StartsWith("delay.components[1].file: ", before, StringComparison.Ordinal);
        Assert.NotEqual(before, RunIdentity.Of(Parse(yaml), "data").Inputs);
    }

    [Fact]
    public void Inputs_WithoutFiles_AreEmpty() => Assert.Empty(RunIdentity.Of(Parse(""), "data").Inputs);

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
