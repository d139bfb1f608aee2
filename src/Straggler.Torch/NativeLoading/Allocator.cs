using System.Runtime.InteropServices;

namespace Straggler.Torch.NativeLoading;

/// <summary>Keeps glibc from handing libtorch's buffers back to the kernel after every gradient step.</summary>
/// <remarks>
/// By default glibc maps big buffers afresh and unmaps them when freed, so each step faults all its pages in again; on small models
/// that costs a fifth of the time. The settings are the process's own and have no effect on results.
/// Source: mallopt(3). Ignored where the C library is not glibc.
/// </remarks>
internal static partial class Allocator
{
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MostMappings = -4;

    private const int KeepBytes = 512 << 20;
    private const int GrowBytes = 64 << 20;

    /// <summary>Tells glibc to keep what it has.</summary>
    public static void KeepMemory()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = MallOpt(MostMappings, 0);
            _ = MallOpt(TrimThreshold, KeepBytes);
            _ = MallOpt(TopPad, GrowBytes);
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library (musl): it has no such switch and needs none.
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int MallOpt(int parameter, int value);
}
