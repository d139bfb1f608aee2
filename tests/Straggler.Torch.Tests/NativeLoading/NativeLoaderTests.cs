using Straggler.Torch.NativeLoading;

namespace Straggler.Torch.Tests.NativeLoading;

public sealed class NativeLoaderTests
{
    [Fact]
    public void Load_Twice_DoesNothingMore()
    {
        NativeLoader.Load();
        NativeLoader.Load();
    }

    [Fact]
    public void Load_ChosenFolderWithoutLibtorch_NamesVariableAndFolder()
    {
        using TemporaryFolder folder = new();
        Environment.SetEnvironmentVariable(NativeLoader.TorchFolderVariable, folder.Path);
        try
        {
            NativeLoadException error = Assert.Throws<NativeLoadException>(NativeLoader.Load);

            Assert.Contains(NativeLoader.TorchFolderVariable, error.Message, StringComparison.Ordinal);
            Assert.Contains(folder.Path, error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(NativeLoader.TorchFolderVariable, null);
        }
    }

    [Theory]
    [InlineData("STRAGGLER_CACHE", "/chosen", "/chosen")]
    [InlineData("XDG_CACHE_HOME", "/shared", "/shared/straggler")]
    public void Find_Variable_DecidesTheCacheFolder(string variable, string value, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The paths are Unix paths.");
        string?[] before = [Environment.GetEnvironmentVariable("STRAGGLER_CACHE"), Environment.GetEnvironmentVariable("XDG_CACHE_HOME")];
        Environment.SetEnvironmentVariable("STRAGGLER_CACHE", null);
        Environment.SetEnvironmentVariable(variable, value);
        try
        {
            Assert.Equal(expected, CacheFolder.Find());
        }
        finally
        {
            Environment.SetEnvironmentVariable("STRAGGLER_CACHE", before[0]);
            Environment.SetEnvironmentVariable("XDG_CACHE_HOME", before[1]);
        }
    }
}
