using System.Diagnostics;

namespace Straggler.Cli.Tests;

public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("strategy=fedbuf", "Did you mean \"fedbuff\"?")]
    [InlineData("strategy.mixing_rate=0", "strategy.mixing_rate")]
    [InlineData("strategy.staleness=1/(1 + x)", "\"x\" is unknown")]
    [InlineData("rounds=-1", "rounds")]
    [InlineData("round=10", "Did you mean \"rounds\"?")]
    [InlineData("concurrency=101", "n_clients")]
    [InlineData("delay.params=[0,-1]", "delay.params[1]")]
    [InlineData("model.lr=fast", "model.lr")]
    [InlineData("dataset=mnits", "mnist")]
    [InlineData("rounds", "key=value")]
    [InlineData("partition.min_samples=5000", "min_samples")]
    [InlineData("dataset.root=/nowhere", "/nowhere")]
    [InlineData("model.batch_size=1 model=resnet_small", "batch_size")]
    [InlineData("strategy=fedbuff scheduler.redispatch=flush strategy.buffer_size=11", "buffer_size")]
    [InlineData("device=cuda", "device: cuda is not supported")]
    [InlineData("--workers 0", "--workers: \"0\" is not usable")]
    [InlineData("--workers many", "--workers: \"many\" is not usable")]
    [InlineData("--bogus", "--bogus is an unknown option")]
    [InlineData("--cfg nowhere.yaml", "nowhere.yaml")]
    public async Task Run_WrongInput_ExplainsAndLeavesNothingBehind(string arguments, string expected)
    {
        // The blanks of the expression belong to one argument; every other blank separates two.
        string[] split = arguments.Contains('(', StringComparison.Ordinal) ? [arguments] : arguments.Split(' ');
        CommandResult result = await CommandLine.RunAsync(_folder.Path, ["run", .. split]);

        AssertExplained(result, expected);
        Assert.False(Directory.Exists(_folder.PathOf("runs")));
    }

    /// <summary>What a script passes whose variable is not set.</summary>
    [Theory]
    [InlineData("--out")]
    [InlineData("--name")]
    [InlineData("--cfg")]
    [InlineData("--resume")]
    [InlineData("--workers")]
    public async Task Run_EmptyOption_IsRefused(string option)
    {
        AssertExplained(await CommandLine.RunAsync(_folder.Path, "run", "rounds=1", option, ""), $"{option}: \"\" is not usable");
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Run_SeveralFaults_ReportsThemAllWithTheirPlaces()
    {
        await File.WriteAllTextAsync(
            _folder.PathOf("wrong.yaml"), "rounds: many\nstrategy:\n  name: fedbuff\n  bufer_size: 3\n", TestContext.Current.CancellationToken);
        CommandResult result = await CommandLine.RunAsync(_folder.Path, "run", "--cfg", "wrong.yaml", "alpha=-2");

        AssertExplained(result, "wrong.yaml(1,9): rounds: \"many\"");
        AssertExplained(result, "wrong.yaml(4,3): strategy.bufer_size");
        AssertExplained(result, "alpha");
    }

    [Fact]
    public async Task Run_TruncatedDataFile_NamesTheFile()
    {
        string source = Path.Combine(AppContext.BaseDirectory, "data", "fashion_mnist_small");
        foreach (string file in Directory.GetFiles(source, "*.gz"))
        {
            File.Copy(file, _folder.PathOf(Path.GetFileName(file)));
        }

        string damaged = _folder.PathOf("train-images-idx3-ubyte.gz");
        await using (FileStream stream = new(damaged, FileMode.Open))
        {
            stream.SetLength(stream.Length / 2);
        }

        AssertExplained(await CommandLine.RunAsync(_folder.Path, "run", $"dataset.root={_folder.Path}"), "train-images-idx3-ubyte");
    }

    [Fact]
    public async Task Run_OutputIsAFile_SaysSo()
    {
        await File.WriteAllTextAsync(_folder.PathOf("runs"), "", TestContext.Current.CancellationToken);

        AssertExplained(await CommandLine.RunAsync(_folder.Path, "run", "rounds=1"), "is a file");
    }

    [Fact]
    public async Task Run_NameIsTaken_TouchesNothing()
    {
        Directory.CreateDirectory(_folder.PathOf("runs", "mine"));
        await File.WriteAllTextAsync(_folder.PathOf("runs", "mine", "precious.txt"), "kept", TestContext.Current.CancellationToken);

        AssertExplained(await CommandLine.RunAsync(_folder.Path, "run", "rounds=1", "--name", "mine"), "mine");
        Assert.Equal([_folder.PathOf("runs", "mine", "precious.txt")], Directory.GetFileSystemEntries(_folder.PathOf("runs", "mine")));
    }

    /// <summary>64 kB fill up while updates are recorded; the last rows of 100 kB fit the small run, its report does not.</summary>
    [Theory]
    [InlineData("64k", 5000)]
    [InlineData("100k", 20)]
    public async Task Run_DiskFull_SaysSoAndLeavesNoHalfWrittenFile(string size, int rounds)
    {
        string disk = _folder.PathOf("disk");
        Directory.CreateDirectory(disk);
        if (!await TryMountAsync(disk, size))
        {
            Assert.Skip("needs the right to mount a small tmpfs");
        }

        try
        {
            CommandResult result = await CommandLine.RunAsync(
                _folder.Path, "run", "model=logistic", $"rounds={rounds}", "eval.every_events=500", "--out", disk, "--name", "full");

            AssertExplained(result, "No space left on device");
            Assert.False(File.Exists(Path.Combine(disk, "full", "report.html")));
            Assert.Empty(Directory.GetFiles(Path.Combine(disk, "full"), "*.tmp*"));
        }
        finally
        {
            using Process unmount = Process.Start("umount", disk);
            await unmount.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static async Task<bool> TryMountAsync(string folder, string size)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        using Process mount = Process.Start(
            new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", $"size={size}", "tmpfs", folder]) { RedirectStandardError = true })!;
        await mount.WaitForExitAsync(TestContext.Current.CancellationToken);
        return mount.ExitCode == 0;
    }

    private static void AssertExplained(CommandResult result, string expected)
    {
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", result.Errors, StringComparison.Ordinal);
    }
}
