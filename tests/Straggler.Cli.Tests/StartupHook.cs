using Straggler.Cli.Tests.Fuzzing;

/// <summary>The runtime calls it in a process that was told to by DOTNET_STARTUP_HOOKS, before the program; its name is the runtime's.</summary>
#pragma warning disable CA1050 // So is that it has no namespace.
internal static class StartupHook
#pragma warning restore CA1050
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(ServerWatch.Variable) is { } socket)
        {
            ServerWatch.Begin(socket);
        }
    }
}
