using Straggler.Torch.NativeLoading;

namespace Straggler.Torch.Tests.NativeLoading;

public sealed class PatchedLibraryTests : IDisposable
{
    private readonly TemporaryFolder _cache = new();

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void Ensure_EmptyCache_WritesPatchedCopyForOwnerOnly()
    {
        byte[] expected = RealLibrary.Read();
        ElfVersionPatch.MakeWeak(expected, PatchedLibrary.MissingVersion);

        string copy = PatchedLibrary.Ensure(RealLibrary.Path, _cache.File("new"));

        Assert.Equal(expected, File.ReadAllBytes(copy));
        Assert.Equal([copy], Directory.GetFiles(Path.GetDirectoryName(copy)!)); // no temporary file left
        if (!OperatingSystem.IsWindows())
        {
            UnixFileMode all = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            Assert.Equal(all, File.GetUnixFileMode(Path.GetDirectoryName(copy)!));
        }
    }

    [Fact]
    public void Ensure_IntactCopy_IsLeftAlone()
    {
        RealLibrary.Read();
        string copy = PatchedLibrary.Ensure(RealLibrary.Path, _cache.Path);
        DateTime old = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(copy, old);

        PatchedLibrary.Ensure(RealLibrary.Path, _cache.Path);

        Assert.Equal(old, File.GetLastWriteTimeUtc(copy));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ensure_DamagedCopy_IsWrittenAgain(bool cutOff)
    {
        RealLibrary.Read();
        string copy = PatchedLibrary.Ensure(RealLibrary.Path, _cache.Path);
        byte[] intact = File.ReadAllBytes(copy);
        byte[] damaged = cutOff ? intact[..^100] : [.. intact];
        damaged[5000] ^= 0xFF;
        File.WriteAllBytes(copy, damaged);

        PatchedLibrary.Ensure(RealLibrary.Path, _cache.Path);

        Assert.Equal(intact, File.ReadAllBytes(copy));
    }

    [Fact]
    public void Ensure_CacheCannotBeWritten_NamesFolderAndWayOut()
    {
        RealLibrary.Read();
        string blocked = _cache.File("file");
        File.WriteAllText(blocked, "a file where a folder is wanted");

        NativeLoadException error = Assert.Throws<NativeLoadException>(() => PatchedLibrary.Ensure(RealLibrary.Path, blocked));

        Assert.Contains(blocked, error.Message, StringComparison.Ordinal);
        Assert.Contains("STRAGGLER_CACHE", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ensure_SourceIsNoLibrary_SaysSo()
    {
        string source = _cache.File("libLibTorchSharp.so");
        File.WriteAllText(source, "not a library");

        NativeLoadException error = Assert.Throws<NativeLoadException>(() => PatchedLibrary.Ensure(source, _cache.Path));

        Assert.Contains(source, error.Message, StringComparison.Ordinal);
    }
}
