using System.CommandLine;

namespace Straggler.Cli.Commands;

/// <summary>The option <c>--workers</c>, the same for every command that trains.</summary>
internal static class WorkersOption
{
    private const int Most = 1024;

    /// <summary>Makes the option.</summary>
    public static Option<int> Create() => IntegerOption.Create(
        "--workers", "Threads that train clients; results do not depend on it.", Most, Math.Min(Environment.ProcessorCount, Most));
}
