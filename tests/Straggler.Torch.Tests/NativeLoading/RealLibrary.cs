namespace Straggler.Torch.Tests.NativeLoading;

/// <summary>TorchSharp's native library for Linux, as shipped.</summary>
internal static class RealLibrary
{
    public static string Path { get; } =
        System.IO.Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    public static byte[] Read()
    {
        Assert.SkipUnless(File.Exists(Path), "TorchSharp's Linux library is not here.");
        return File.ReadAllBytes(Path);
    }
}
