using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Straggler.Federation;
using Straggler.Flower.Client;
using Straggler.Simulation;

namespace Straggler.Cli.Tests.Fuzzing;

/// <summary>A <c>straggler serve</c> with honest clients, which is visited by others; after each lot of visits it must be as it was before.</summary>
internal sealed partial class FuzzedServer : IAsyncDisposable
{
    private const int Regulars = 3, Late = 99;

    /// <summary>More lines in a minute are left out of the log, so that not everyone can be named.</summary>
    private const int MostLines = 900;

    private const long MostGrowth = 48 << 20;

    /// <summary>How long visitors may stay, in tasks that each honest client has meanwhile: the slower the machine is, the longer.</summary>
    private const int Stay = 30;

    private const int MostLots = 20;

    private static readonly StreamPurpose _dice = new("fuzzing");

    /// <summary>What becomes of the tasks of visitors who came as far as they were meant to: into tasks, and with answers that were looked at.</summary>
    private static readonly string[] _outcomes = ["lost_offline", "lost_upload", "refused_non_finite"];

    private readonly ServeProcess _process;
    private readonly string _folder;
    private readonly RandomStreams _streams;
    private readonly FlowerClientOptions _join;
    private readonly ConcurrentQueue<(long At, string Line)> _log = [];
    private readonly List<(HonestMember Member, Task Stay)> _honest = [];
    private readonly Target _target;
    private long _startBytes;
    private int _visits;

    private FuzzedServer(ServeProcess process, string folder, ulong seed, FlowerClientOptions join)
    {
        (_process, _folder, _streams, _join) = (process, folder, new(seed), join);
        _target = new(int.Parse(join.Server.Split(':')[1], CultureInfo.InvariantCulture), join.RootCertificatesFile, join.Token);
        process.Follow(line => _log.Enqueue((TimeProvider.System.GetTimestamp(), line)));
    }

    /// <summary>Visits made.</summary>
    public int Visits => _visits;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string WatchSocket => Path.Combine(_folder, "watch");

    private string RunFolder => Path.Combine(_folder, "runs", "fuzzed");

    /// <summary>Starts a server, has it asked whether it falls for useless models to begin with, and lets the honest clients in.</summary>
    /// <param name="folder">An empty folder.</param>
    /// <param name="seed">What the visits are drawn from.</param>
    /// <param name="certificate">PEM files of a certificate and its key, for localhost; null to talk without encryption.</param>
    /// <param name="token">A token; null for none.</param>
    public static async Task<FuzzedServer> StartAsync(string folder, ulong seed, (string File, string Key)? certificate = null, string? token = null)
    {
        string[] encryption = certificate is var (file, key) ? ["--certificate", file, "--key", key] : [];
        Dictionary<string, string?> variables = new()
        {
            ["DOTNET_STARTUP_HOOKS"] = typeof(FuzzedServer).Assembly.Location,
            [ServerWatch.Variable] = Path.Combine(folder, "watch"),
            ["STRAGGLER_TOKEN"] = token,
        };
        ServeProcess process = await ServeProcess.StartAsync(
            folder,
            variables,
            ["--name", "fuzzed", "--initial", "client", "--min-clients", $"{Regulars}", "--evaluation-clients", "1000", "n_clients=100", "concurrency=60",
                "strategy=fedasync", "rounds=1000000000", "eval.every_events=100", "recording.figures=false", .. encryption]);
        FuzzedServer server = new(process, folder, seed, new()
        {
            Server = certificate is null ? process.Address! : $"localhost:{process.Address!.Split(':')[1]}",
            Tls = certificate is not null,
            RootCertificatesFile = certificate?.File,
            Token = token,
            MaximumFailures = 1,
        });
        await UntilAsync(() => server.Says("parameters are of no use"), () => server.VisitAsync(
            [.. Enumerable.Repeat(Attacks.AtTheStart, 20)], () => server.Says("parameters are of no use")));
        foreach (int number in Enumerable.Range(0, Regulars))
        {
            server.Join(number);
        }

        await server.GoOnAsync();
        server._startBytes = (await ServerWatch.AskAsync(server.WatchSocket, Cancellation)).Bytes;
        return server;
    }

    /// <summary>Makes visits at the same time, and looks whether the server is well and the federation goes on.</summary>
    public async Task RunAsync(IReadOnlyList<Attack> attacks)
    {
        int[] before = Tasks();
        int[] ports = await VisitAsync(attacks, () => HadTasksSince(before, Stay));
        string what = string.Join(", ", attacks.Select(attack => attack.Name).Distinct());
        await GoOnAsync();
        await EventuallyAsync(() => OpenConnections() is { } open && open > _honest.Count ? $"{open} connections are open after: {what}" : null);
        await EventuallyAsync(() => Unnamed(ports) is { Length: > 0 } unnamed ? $"the log does not name {string.Join(", ", unnamed)} after: {what}" : null);
        (long bytes, string[] failures) = await ServerWatch.AskAsync(WatchSocket, Cancellation);
        Assert.True(failures.Length == 0, $"after: {what}: {string.Join('\n', failures)}");
        Assert.True(bytes < _startBytes + MostGrowth, $"{bytes} bytes, {_startBytes} at the start, after: {what}");
        Assert.All(_log, line => Assert.True(IsOurs(line.Line), line.Line));
    }

    /// <summary>Repeats visits of those who take tasks until the record tells what became of some, then lets a late client in with a number of its own, ends the run by Ctrl-C, and looks at its results.</summary>
    /// <returns>What became of the tasks, and of the visitors, with how many each.</returns>
    public async Task<string> EndAsync()
    {
        await UntilAsync(() => NotYetRecorded() is [], () => RunAsync(Attacks.OfTasks));
        Join(Late);
        await GoOnAsync();
        await GoOnAsync();
        _process.Interrupt();
        CommandResult result = await _process.EndAsync();
        await Task.WhenAll(_honest.Select(honest => honest.Stay));
        RecordedRun run = new(RunFolder);
        UpdateRow[] applied = [.. run.Updates.Where(update => update.Outcome == "applied")];
        float[] model = new float[HonestMember.Layout.Length];
        SafeTensorsFile.Read(Path.Combine(RunFolder, "model.safetensors"), HonestMember.Layout, model);

        Assert.True(result.ExitCode == 130, result.Errors);
        Assert.All(applied, update => Assert.True(update.Client is < Regulars or Late, $"client {update.Client}'s update {update.Arrival} was applied"));
        Assert.Contains(applied, update => update.Client == Late);
        Assert.InRange(applied.Length, 1, _honest.Sum(honest => honest.Member.Tasks));
        Assert.All(run.Updates.Zip(run.Updates.Skip(1)), pair => Assert.True(
            pair.First.VirtualTime <= pair.Second.VirtualTime && pair.First.Arrival <= pair.Second.Arrival, $"{pair.First}, and then {pair.Second}"));
        Assert.All(model, value => Assert.Equal(1f, value));
        Assert.Equal(applied.Length, run.Summary.GetProperty("server_steps").GetInt32());
        Assert.All(_outcomes, outcome => Assert.Contains(run.Updates, update => update.Outcome == outcome));
        return $"{Visits} visits; {Counts(run.Updates.Select(update => update.Outcome))}\n{Counts(_log.Select(line => Numbers().Replace(line.Line, "#")))}";
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    /// <summary>Makes visits at the same time, which end of themselves, or when it is enough.</summary>
    private async Task<int[]> VisitAsync(IReadOnlyList<Attack> attacks, Func<bool> isEnough)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Visit[] visits = [.. attacks.Select(_ => new Visit(_target, _streams.Open(_dice, _visits++).ToRandom(), end.Token))];
        Task over = Task.WhenAll(visits.Zip(attacks, (visit, attack) => Task.Run(() => visit.MakeAsync(attack), Cancellation)));
        await EventuallyAsync(() => over.IsCompleted || isEnough() ? null : $"visitors wait in vain; the log: {string.Join('\n', _log.Select(line => line.Line))}");
        await end.CancelAsync();
        await over;
        Array.ForEach(visits, visit => visit.Dispose());
        return [.. visits.SelectMany(visit => visit.Ports)];
    }

    private void Join(int number)
    {
        HonestMember member = new(number);
        _honest.Add((member, new FlowerMember(_join, TimeProvider.System, () => 0, _ => { }).RunAsync(member, Cancellation)));
    }

    private bool Says(string part) => _log.Any(line => line.Line.Contains(part, StringComparison.Ordinal));

    /// <summary>The outcomes of visitors' tasks that the record does not have so far; it is written with each evaluation.</summary>
    private string[] NotYetRecorded()
    {
        using StreamReader file = new(new FileStream(Path.Combine(RunFolder, "updates.csv"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        string rows = file.ReadToEnd();
        return [.. _outcomes.Where(outcome => !rows.Contains($",{outcome}", StringComparison.Ordinal))];
    }

    private int[] Tasks() => [.. _honest.Select(honest => honest.Member.Tasks)];

    private bool HadTasksSince(int[] before, int count) => before.Zip(Tasks()).All(tasks => tasks.Second >= tasks.First + count);

    /// <summary>Waits until every honest client has had a further task.</summary>
    private async Task GoOnAsync()
    {
        int[] before = Tasks();
        await EventuallyAsync(() => _honest.FindIndex(honest => honest.Stay.IsCompleted) is >= 0 and var gone ? $"honest client {gone} is gone: {_honest[gone].Stay.Exception}"
            : HadTasksSince(before, 1) ? null : "honest clients have no tasks");
    }

    /// <summary>Visitors whom no line names; none if there are so many lines that some are left out.</summary>
    private int[] Unnamed(int[] ports)
    {
        string[] lines = [.. _log.Where(line => TimeProvider.System.GetElapsedTime(line.At) < TimeSpan.FromMinutes(2)).Select(line => line.Line)];
        HashSet<string> named = [.. lines.SelectMany(line => line.Split(' ', '(', ')')).Where(word => word.StartsWith("127.0.0.1:", StringComparison.Ordinal))];
        return lines.Length > MostLines ? [] : [.. ports.Where(port => !named.Contains($"127.0.0.1:{port}"))];
    }

    /// <summary>Whether a line is one that the server would write: no stack trace, not what a visitor made of it, and of those about visitors whole.</summary>
    private static bool IsOurs(string line) => line.Length < 500 && !line.Any(char.IsControl) && !line.StartsWith("   at ", StringComparison.Ordinal)
        && (!line.StartsWith("client ", StringComparison.Ordinal) || AboutClient().IsMatch(line));

    [GeneratedRegex(@"^client [0-9]+ \(127\.0\.0\.1:[0-9]+\) ")]
    private static partial Regex AboutClient();

    private static string Counts(IEnumerable<string> texts) =>
        string.Join('\n', texts.CountBy(text => text).OrderByDescending(count => count.Value).Take(100).Select(count => $"{count.Value} {count.Key}"));

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Numbers();

    private int? OpenConnections()
    {
        const string established = "01";
        string here = $":{_target.Port:X4}";
        return !OperatingSystem.IsLinux() ? null : File.ReadLines("/proc/net/tcp").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Count(words => words[1].EndsWith(here, StringComparison.Ordinal) && words[3] == established);
    }

    /// <summary>Does this, some times at most, until it is so.</summary>
    private static async Task UntilAsync(Func<bool> isSo, Func<Task> act)
    {
        for (int lot = 0; !isSo(); lot++)
        {
            Assert.True(lot < MostLots, $"{lot} lots of visits did not come so far");
            await act();
        }
    }

    /// <summary>Waits until nothing is wrong: so long at most that a server that is well is done by then on the slowest machine.</summary>
    private static async Task EventuallyAsync(Func<string?> fault)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (fault() is { } wrong)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromMinutes(2), wrong);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }
    }
}
