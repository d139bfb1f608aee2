using System.ComponentModel.DataAnnotations;
using System.Net;
using Straggler.Flower.Client;
using Straggler.Flower.Server;
using Straggler.Flower.Tests.Support;

namespace Straggler.Flower.Tests.Server;

/// <summary>TLS with certificate files, and what else is refused at the start.</summary>
public sealed class EncryptionTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flower");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = Limit)]
    public async Task Server_WithCertificate_IsJoinedByThoseWhoTrustItAlone()
    {
        (string certificate, string key) = TestCertificates.WriteSelfSigned(_folder.FullName, "server");
        (string stranger, _) = TestCertificates.WriteSelfSigned(_folder.FullName, "stranger");
        await using RunningServer server = await RunningServer.StartAsync(new() { CertificateFile = certificate, PrivateKeyFile = key });
        ScriptedClient scripted = new(Example.Layout);
        FlowerClientOptions plain = new() { Server = $"localhost:{server.Server.Port}", MaximumFailures = 1 };

        FlowerException unencrypted = await Assert.ThrowsAsync<FlowerException>(() => Join(plain));
        Assert.Equal($"{plain.Server} cannot be reached: it does not answer as a Flower server without encryption does; is it one with encryption? "
            + "(--tls, --root-certificates)", unencrypted.Message);
        foreach (FlowerClientOptions untrusting in new[] { plain with { Tls = true }, plain with { Tls = true, RootCertificatesFile = stranger } })
        {
            FlowerException fault = await Assert.ThrowsAsync<FlowerException>(() => Join(untrusting with { MaximumFailures = null }));
            Assert.Contains("certificate is not trusted: the chain of those who vouch for it has faults (UntrustedRoot).", fault.Message, StringComparison.Ordinal);
        }

        Task stay = Join(plain with { Tls = true, RootCertificatesFile = certificate });
        ConnectedClient client = await server.NextClientAsync();
        FitResult result = await client.FitAsync(Example.Model, Example.Layout, Example.NoConfig, new float[6], Cancellation);
        await server.Server.StopAsync(TimeSpan.Zero);
        await stay;

        Assert.Equal(10, result.Samples);

        Task Join(FlowerClientOptions options) => new FlowerMember(options, server.Clock, () => 0, _ => { }).RunAsync(scripted, Cancellation);
    }

    [Fact(Timeout = Limit)]
    public async Task Server_CertificateThatAnotherVouchesFor_IsTrustedByThoseWhoTrustTheRootAlone()
    {
        (string chain, string key, string root) = TestCertificates.WriteChain(_folder.FullName);
        await using RunningServer server = await RunningServer.StartAsync(new() { CertificateFile = chain, PrivateKeyFile = key });
        FlowerClientOptions options = new() { Server = $"localhost:{server.Server.Port}", MaximumFailures = 1, Tls = true, RootCertificatesFile = root };
        Task stay = new FlowerMember(options, server.Clock, () => 0, _ => { }).RunAsync(new ScriptedClient(Example.Layout), Cancellation);
        ConnectedClient client = await server.NextClientAsync();
        await client.SendHomeAsync(TimeSpan.Zero);
        await stay;

        Assert.Equal(DepartureKind.Left, (await client.Departed).Kind);
    }

    [Fact(Timeout = Limit)]
    public async Task Join_CertificateForAnotherName_IsNotTrusted()
    {
        (string certificate, string key) = TestCertificates.WriteSelfSigned(_folder.FullName, "server");
        await using RunningServer server = await RunningServer.StartAsync(new() { CertificateFile = certificate, PrivateKeyFile = key });
        FlowerClientOptions options = new() { Server = $"127.0.0.1:{server.Server.Port}", Tls = true, RootCertificatesFile = certificate };

        FlowerException fault = await Assert.ThrowsAsync<FlowerException>(
            () => new FlowerMember(options, server.Clock, () => 0, _ => { }).RunAsync(new ScriptedClient(Example.Layout), Cancellation));
        Assert.Contains("certificate is not trusted: it is for another name than the server's.", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Nothing is wrong with a certificate there, for none is shown; the server may be about to be started anew, with encryption.</summary>
    [Fact(Timeout = Limit)]
    public async Task Join_EncryptedAtAServerWithoutEncryption_IsNoMatterOfTrustAndTriedAgain()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        LineLog log = new();
        FlowerClientOptions options = new() { Server = $"localhost:{server.Server.Port}", Tls = true, MaximumFailures = 2 };
        Task stay = new FlowerMember(options, server.Clock, () => 0, log.Write).RunAsync(new ScriptedClient(Example.Layout), Cancellation);
        await server.Clock.WhenTimerAsync(TimeSpan.FromSeconds(1));
        server.Clock.Advance(TimeSpan.FromSeconds(1));

        FlowerException fault = await Assert.ThrowsAsync<FlowerException>(() => stay);
        Assert.EndsWith(" cannot be reached: it does not talk with encryption as was asked for; is it a server with a certificate? "
            + "(--tls and --root-certificates are for such alone)", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("trusted", fault.Message, StringComparison.Ordinal);
        Assert.Single(log.Lines);
    }

    [Fact(Timeout = Limit)]
    public async Task Start_PortThatIsTaken_SaysSo()
    {
        await using RunningServer server = await RunningServer.StartAsync();

        FlowerException fault = await Assert.ThrowsAsync<FlowerException>(
            () => FlowerServer.StartAsync(new() { Port = server.Server.Port }, TimeProvider.System, _ => { }, Cancellation));
        Assert.StartsWith($"The server cannot listen on 127.0.0.1:{server.Server.Port}: ", fault.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Start_NoCertificateInTheFile_SaysSo()
    {
        string file = Path.Combine(_folder.FullName, "empty.pem");
        await File.WriteAllTextAsync(file, "nothing", Cancellation);

        foreach (string name in new[] { file, file + ".missing" })
        {
            FlowerException fault = await Assert.ThrowsAsync<FlowerException>(() => FlowerServer.StartAsync(
                new() { Port = 0, CertificateFile = name, PrivateKeyFile = name }, TimeProvider.System, _ => { }, Cancellation));
            Assert.Contains("is no usable certificate", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Start_OptionsThatMakeNoSense_AreRefused()
    {
        FlowerServerOptions[] wrong =
        [
            new() { Port = 65536 }, new() { Token = "" }, new() { CertificateFile = "a" }, new() { PrivateKeyFile = "a" }, new() { MaximumClients = 0 },
            new() { ReplyTimeout = TimeSpan.Zero }, new() { TransferTimeout = TimeSpan.MaxValue },
        ];
        foreach (FlowerServerOptions options in wrong)
        {
            await Assert.ThrowsAsync<ValidationException>(() => FlowerServer.StartAsync(options, TimeProvider.System, _ => { }, Cancellation));
        }
    }

    [Fact]
    public void IsOpen_Addresses_TellsWhetherOthersReachIt()
    {
        Assert.False(new FlowerServerOptions().IsOpen);
        Assert.False(new FlowerServerOptions { Address = IPAddress.IPv6Loopback }.IsOpen);
        Assert.True(new FlowerServerOptions { Address = IPAddress.Any }.IsOpen);
    }
}
