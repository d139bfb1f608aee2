using System.Globalization;
using System.Runtime.CompilerServices;
using Straggler.Cli.Tests.Fuzzing;
using Straggler.Flower.Tests.Support;
using Straggler.Simulation;

namespace Straggler.Cli.Tests;

/// <summary><c>straggler serve</c> under visitors who send whatever they like, while honest clients work.</summary>
public sealed class ServeFuzzTests : IDisposable
{
    private const string Minutes = "STRAGGLER_FUZZ_MINUTES", Seed = "STRAGGLER_FUZZ_SEED";

    private static readonly StreamPurpose _choice = new("fuzzing.choice");

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Serve_EveryKindOfVisitor_HonestClientsGoOnAndTheirUpdatesAloneAreApplied()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals");
        await using FuzzedServer server = await FuzzedServer.StartAsync(_folder.Path, 1);
        await server.RunAsync([.. Attacks.BuiltWrong()]);
        await server.RunAsync([.. Attacks.Single, Attacks.Crowd(200)]);
        TestContext.Current.TestOutputHelper?.WriteLine(await server.EndAsync());
    }

    /// <summary>What the others rely on: the watch in the server's process would tell.</summary>
    [Fact]
    public async Task Watch_TaskThatFailsUnseen_IsTold()
    {
        string socket = _folder.PathOf("watch");
        ServerWatch.Begin(socket);
        Fail();
        (long bytes, string[] failures) = await ServerWatch.AskAsync(socket, Cancellation);

        Assert.InRange(bytes, 1, long.MaxValue);
        Assert.Contains(failures, failure => failure.Contains("Nobody looks.", StringComparison.Ordinal));

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Fail() => _ = Task.FromException(new InvalidOperationException("Nobody looks."));
    }

    /// <summary>As long as one likes: STRAGGLER_FUZZ_MINUTES=10, and another STRAGGLER_FUZZ_SEED each time. Odd seeds go with TLS and a token.</summary>
    [Fact]
    [Trait("Category", "Fuzz")]
    public async Task Serve_VisitorsForMinutes_HonestClientsGoOnAndTheirUpdatesAloneAreApplied()
    {
        string? minutes = Environment.GetEnvironmentVariable(Minutes);
        Assert.SkipWhen(minutes is null || OperatingSystem.IsWindows(), $"set {Minutes}");
        TimeSpan time = TimeSpan.FromMinutes(double.Parse(minutes!, CultureInfo.InvariantCulture));
        ulong seed = ulong.Parse(Environment.GetEnvironmentVariable(Seed) ?? "2", CultureInfo.InvariantCulture);
        bool secure = seed % 2 == 1;
        (string, string)? certificate = secure ? TestCertificates.WriteSelfSigned(_folder.Path, "server") : null;
        await using FuzzedServer server = await FuzzedServer.StartAsync(_folder.Path, seed, certificate, secure ? "secret" : null);
        RandomStream choice = new RandomStreams(seed).Open(_choice);
        long start = TimeProvider.System.GetTimestamp();
        for (int lot = 0; TimeProvider.System.GetElapsedTime(start) < time; lot++)
        {
            Attack[] attacks = [.. Enumerable.Range(0, 40).Select(_ => Attacks.Single[choice.NextInt32(Attacks.Single.Length)])];
            await server.RunAsync(lot % 10 == 9 ? [.. attacks, Attacks.Crowd(3000)] : lot % 10 == 5 ? [.. Attacks.BuiltWrong()] : attacks);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}, {(secure ? "TLS and token" : "plain")}: {await server.EndAsync()}");
    }
}
