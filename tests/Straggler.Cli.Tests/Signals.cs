using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Straggler.Cli.Tests;

/// <summary>What a terminal sends.</summary>
internal static class Signals
{
    /// <summary>Ctrl-C; not on Windows.</summary>
    public static void Interrupt(Process process) => Assert.Equal(0, Kill(process.Id, 2));

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
