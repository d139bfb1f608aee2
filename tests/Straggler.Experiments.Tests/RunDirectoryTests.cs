using static Straggler.Experiments.Tests.TestCatalogs;

namespace Straggler.Experiments.Tests;

public sealed class RunDirectoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("straggler-runs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Create_NoName_IsDerivedAndNumbered()
    {
        string parent = Path.Combine(_folder, "new", "runs");
        ExperimentPlan plan = Parse("seed: 3");

        string[] names = [.. Enumerable.Range(0, 3).Select(_ => RunDirectory.Create(parent, plan).Name)];

        Assert.Equal(["fedasync-fashion_mnist_small-s3", "fedasync-fashion_mnist_small-s3-2", "fedasync-fashion_mnist_small-s3-3"], names);
        Assert.Equal(3, Directory.GetFileSystemEntries(parent).Length);
    }

    [Fact]
    public void Create_AtOnce_EachRunGetsItsOwnFolder()
    {
        ExperimentPlan plan = Parse("");
        string[] names = new string[64];

        Parallel.For(0, names.Length, i => names[i] = RunDirectory.Create(_folder, plan).Name);

        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Equal(names.Order(), Directory.GetDirectories(_folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Create_WritesConfigurationThatGivesTheSamePlan()
    {
        ExperimentPlan plan = Parse("strategy: fedbuff\nrounds: 7");

        RunDirectory directory = RunDirectory.Create(_folder, plan);

        Assert.Equal(PlanWriter.ToYaml(plan), PlanWriter.ToYaml(Loader.Load(directory.PathOf("config.yaml"), [])));
        Assert.Equal(["config.yaml"], Directory.GetFiles(directory.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Create_GivenNameOfEmptyFolder_IsUsed()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "mine"));

        Assert.Equal("mine", RunDirectory.Create(_folder, Parse("name: mine")).Name);
    }

    [Fact]
    public void Create_GivenNameThatIsTaken_IsRefused()
    {
        RunDirectory.Create(_folder, Parse("name: mine"));

        RunDirectoryException exception = Assert.Throws<RunDirectoryException>(() => RunDirectory.Create(_folder, Parse("name: mine")));

        Assert.Equal($"\"{Path.Combine(_folder, "mine")}\" exists already and is not empty. Choose another name, or move it away.", exception.Message);
    }

    [Fact]
    public void Create_ParentIsAFile_IsRefused()
    {
        string parent = Path.Combine(_folder, "runs");
        File.WriteAllText(parent, "");

        Assert.Equal($"\"{parent}\" is a file; a folder for run directories is expected.",
            Assert.Throws<RunDirectoryException>(() => RunDirectory.Create(parent, Parse(""))).Message);
        Assert.Contains("cannot be written", Assert.Throws<RunDirectoryException>(
            () => RunDirectory.Create(Path.Combine(parent, "below"), Parse(""))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_UnwritableParent_IsRefused()
    {
        // /proc refuses new folders to everyone, root included.
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");

        RunDirectoryException exception = Assert.Throws<RunDirectoryException>(() => RunDirectory.Create("/proc", Parse("")));

        Assert.Contains("cannot be written: ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void Create_ReadOnlyParent_IsRefused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "rights do not bind this user");
        string parent = Path.Combine(_folder, "readonly");
        Directory.CreateDirectory(parent);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(parent, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        Assert.Contains("denied", Assert.Throws<RunDirectoryException>(() => RunDirectory.Create(parent, Parse(""))).Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Create_FullDisk_LeavesNothingBehind()
    {
        using TinyDisk disk = TinyDisk.MountOrSkip();
        string filler = Path.Combine(disk.Path, "filler");
        Assert.Throws<IOException>(() => File.WriteAllBytes(filler, new byte[1 << 20]));

        RunDirectoryException exception = Assert.Throws<RunDirectoryException>(() => RunDirectory.Create(disk.Path, Parse("name: full")));

        Assert.Equal($"\"{Path.Combine(disk.Path, "full", "config.yaml")}\" cannot be written: No space left on device.", exception.Message);
        Assert.Equal([filler], Directory.GetFileSystemEntries(disk.Path));
    }

    /// <summary>Killed at any moment, it either is no run directory yet or has all that the run cannot do without.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Create_Furnished_IsNoRunDirectoryBefore(bool isThere)
    {
        string path = Path.Combine(_folder, "mine");
        if (isThere)
        {
            Directory.CreateDirectory(path);
        }

        Exception? opened = null;
        RunDirectory directory = RunDirectory.Create(_folder, Parse("name: mine"), folder =>
        {
            opened = Record.Exception(() => RunDirectory.Open(path));
            File.WriteAllText(Path.Combine(folder, "initial.npz"), "model");
        });

        Assert.IsType<RunDirectoryException>(opened);
        Assert.Equal("model", File.ReadAllText(directory.PathOf("initial.npz")));
        Assert.Equal(["mine"], Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Create_FurnishingFails_LeavesNothingBehind()
    {
        Assert.Throws<InvalidDataException>(() => RunDirectory.Create(_folder, Parse("name: mine"), _ => throw new InvalidDataException()));

        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Lock_WhileAnotherIsAtWork_IsRefusedAndLeavesNothingBehind()
    {
        RunDirectory directory = RunDirectory.Create(_folder, Parse(""));
        using (directory.Lock())
        {
            RunDirectoryException exception = Assert.Throws<RunDirectoryException>(() => RunDirectory.Open(directory.Path).Lock());

            Assert.Equal($"\"{directory.PathOf("lock")}\" is locked: another process is at work on this run.", exception.Message);
        }

        using FolderLock again = directory.Lock();
        again.Dispose();
        Assert.Equal(["config.yaml"], Directory.GetFileSystemEntries(directory.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void WriteText_FullDisk_LeavesNothingBehind()
    {
        using TinyDisk disk = TinyDisk.MountOrSkip();
        string path = Path.Combine(disk.Path, "summary.json");

        RunDirectoryException exception = Assert.Throws<RunDirectoryException>(() => AtomicFile.WriteText(path, new string('x', 1 << 20)));

        Assert.Equal($"\"{path}\" cannot be written: No space left on device.", exception.Message);
        Assert.Empty(Directory.GetFileSystemEntries(disk.Path));
    }

    [Fact]
    public void WriteText_ExistingFile_IsReplacedOrKept()
    {
        string path = Path.Combine(_folder, "a.txt");
        AtomicFile.WriteText(path, "old");

        Assert.Throws<RunDirectoryException>(() => AtomicFile.Write(path, _ => throw new IOException("No luck : 'x'")));
        Assert.Equal("old", File.ReadAllText(path));

        AtomicFile.WriteText(path, "new");
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder));
    }
}
