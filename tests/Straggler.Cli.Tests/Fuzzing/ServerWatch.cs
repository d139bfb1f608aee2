using System.Net.Sockets;

namespace Straggler.Cli.Tests.Fuzzing;

/// <summary>Sits in a server's process, beside the command, and tells who asks how much memory is in use and what failed without anybody looking.</summary>
internal static class ServerWatch
{
    /// <summary>The variable with the path of the socket on which it answers.</summary>
    public const string Variable = "STRAGGLER_TEST_WATCH";

    private static readonly List<string> _failures = [];

    /// <summary>Begins to watch this process.</summary>
    public static void Begin(string socket)
    {
        TaskScheduler.UnobservedTaskException += (_, failure) =>
        {
            lock (_failures)
            {
                _failures.Add(failure.Exception.Flatten().InnerException?.ToString().ReplaceLineEndings(" | ") ?? "?");
            }
        };
        Socket door = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        door.Bind(new UnixDomainSocketEndPoint(socket));
        door.Listen();
        new Thread(() => Answer(door)) { IsBackground = true }.Start();
    }

    /// <summary>Asks the process that is watched there: bytes of managed memory after a collection, and failures that nobody looked at.</summary>
    public static async Task<(long Bytes, string[] Failures)> AskAsync(string socket, CancellationToken cancellation)
    {
        using Socket visit = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await visit.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
        using StreamReader reader = new(new NetworkStream(visit));
        string[] lines = (await reader.ReadToEndAsync(cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return (long.Parse(lines[0], System.Globalization.CultureInfo.InvariantCulture), lines[1..]);
    }

    private static void Answer(Socket door)
    {
        while (true)
        {
            using Socket visit = door.Accept();
            for (int time = 0; time < 2; time++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }

            string[] failures;
            lock (_failures)
            {
                failures = [.. _failures];
            }

            using StreamWriter writer = new(new NetworkStream(visit));
            writer.Write($"{GC.GetTotalMemory(forceFullCollection: true)}\n{string.Join('\n', failures)}\n");
        }
    }
}
