using System.Runtime.CompilerServices;
using Straggler.Torch.NativeLoading;

// The leak test counts every live tensor of the process.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Straggler.Torch.Tests;

internal static class AssemblySettings
{
    [ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Usage", "CA2255", Justification = "Tests use TorchSharp directly; the native loader must stand before that.")]
    internal static void PrepareNativeLoading() => RuntimeHelpers.RunModuleConstructor(typeof(NativeLoader).Module.ModuleHandle);
}
