using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace Straggler.Torch.NativeLoading;

/// <summary>Loads libtorch where TorchSharp's own loading fails, and picks another libtorch if asked.</summary>
/// <remarks>
/// TorchSharp's native library asks for GLIBCXX_3.4.32, one marker symbol of GCC 13, which the libstdc++ of Debian 12, Ubuntu 22.04 and
/// RHEL 9 lacks; it uses nothing else that is missing there. The loader is asked only after normal loading has failed, and then loads
/// a copy in which that one requirement is optional. Where normal loading works, it does nothing.
/// </remarks>
public static class NativeLoader
{
    /// <summary>The environment variable that names the <c>torch/lib</c> folder of an existing PyTorch to use.</summary>
    public const string TorchFolderVariable = "STRAGGLER_TORCH_LIB";

    private const string Wrapper = "libLibTorchSharp.so";

    private static readonly string[] _torch = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];
    private static readonly string[] _cuda = ["libc10_cuda.so", "libtorch_cuda.so"];
    private static readonly Lazy<IntPtr> _wrapper = new(LoadPatchedWrapper);

    /// <summary>Loads libtorch now, so that a failure is reported once and in words.</summary>
    /// <exception cref="NativeLoadException">libtorch cannot be loaded.</exception>
    public static void Load()
    {
        try
        {
            PreloadChosenTorch();
            if (OperatingSystem.IsLinux())
            {
                // Ahead of TorchSharp, which would swallow our explanation, look into the package cache and print pages.
                NativeLibrary.TryLoad("LibTorchSharp", typeof(torch).Assembly, null, out _);
            }

            torch.InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception error) when (error is TypeInitializationException or DllNotFoundException or NotSupportedException)
        {
            for (Exception? cause = error; cause is not null; cause = cause.InnerException)
            {
                if (cause is NativeLoadException explained)
                {
                    throw explained;
                }
            }

            throw new NativeLoadException($"libtorch cannot be loaded: {error.GetBaseException().Message}", error);
        }
    }

    [ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Usage", "CA2255", Justification = "The resolver must stand before anyone's first use of TorchSharp.")]
    internal static void Prepare()
    {
        Allocator.KeepMemory();
        if (OperatingSystem.IsLinux())
        {
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;
        }
    }

    private static IntPtr Resolve(Assembly assembly, string name) => name == "LibTorchSharp" ? _wrapper.Value : IntPtr.Zero;

    private static IntPtr LoadPatchedWrapper()
    {
        string wrapper = Find(Wrapper)
            ?? throw new NativeLoadException($"{Wrapper} is missing from the application's folder {AppContext.BaseDirectory}.");

        // By full path: otherwise a libtorch of another version that the system has would be picked up, and crash.
        foreach (string name in _torch)
        {
            if (Find(name) is string path)
            {
                NativeLibrary.Load(path);
            }
        }

        return NativeLibrary.Load(PatchedLibrary.Ensure(wrapper, CacheFolder.Find()));
    }

    private static void PreloadChosenTorch()
    {
        if (Environment.GetEnvironmentVariable(TorchFolderVariable) is not { Length: > 0 } folder)
        {
            return;
        }

        foreach (string name in _torch.Concat(_cuda))
        {
            string path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                NativeLibrary.Load(path);
            }
            else if (_torch.Contains(name))
            {
                throw new NativeLoadException($"{TorchFolderVariable} names {folder}, but there is no {name} in it.");
            }
        }
    }

    private static string? Find(string file)
    {
        string searched = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        string runtimes = Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native");
        string portable = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native");
        return searched.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat([AppContext.BaseDirectory, runtimes, portable])
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }
}
