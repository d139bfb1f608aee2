using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using Straggler.Dashboard;

namespace Straggler.Cli.Commands;

/// <summary><c>straggler dashboard</c>: a local page that lists, follows and compares runs.</summary>
internal static class DashboardCommand
{
    private const int MostPort = 65535;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string> folder = new("folder") { Description = "The folder with the runs, however deep they lie in it.", DefaultValueFactory = _ => "runs" };
        Option<int> port = IntegerOption.Create("--port", "The port on 127.0.0.1; 0 takes any free one.", MostPort, 5800, least: 0);
        Option<bool> open = new("--open") { Description = "Open the page in the browser." };
        Command command = new("dashboard", "Show the runs of a folder on a local page: list them, follow those that are going on, compare them.") { folder, port, open };
        command.SetAction((parsed, cancellation) => ServeAsync(
            new() { Folder = parsed.GetRequiredValue(folder), Port = parsed.GetValue(port) }, parsed.GetValue(open), cancellation));
        return command;
    }

    private static async Task<int> ServeAsync(DashboardOptions options, bool open, CancellationToken cancellation)
    {
        await using DashboardServer server = await DashboardServer.StartAsync(options).ConfigureAwait(false);
        Console.WriteLine($"{server.Address} shows the runs in {Path.GetFullPath(options.Folder)}. Ctrl-C ends it.");
        if (open)
        {
            Open(server.Address);
        }

        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = cancellation.Register(ended.SetResult);
        await ended.Task.ConfigureAwait(false);
        return ExitCodes.Success;
    }

    private static void Open(Uri address)
    {
        try
        {
            using Process? browser = Process.Start(new ProcessStartInfo(address.AbsoluteUri) { UseShellExecute = true });
        }
        catch (Exception fault) when (fault is Win32Exception or InvalidOperationException or PlatformNotSupportedException)
        {
            Console.Error.WriteLine($"--open: no browser could be started ({fault.Message}); open the address yourself.");
        }
    }
}
