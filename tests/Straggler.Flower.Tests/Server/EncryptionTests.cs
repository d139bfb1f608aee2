using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
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
        (string certificate, string key) = WriteCertificate("server");
        (string stranger, _) = WriteCertificate("stranger");
        await using RunningServer server = await RunningServer.StartAsync(new() { CertificateFile = certificate, PrivateKeyFile = key });
        ScriptedClient scripted = new(Example.Layout);
        FlowerClientOptions plain = new() { Server = $"localhost:{server.Server.Port}", MaximumFailures = 1 };

        await Assert.ThrowsAsync<FlowerException>(() => Join(plain));
        await Assert.ThrowsAsync<FlowerException>(() => Join(plain with { Tls = true }));
        await Assert.ThrowsAsync<FlowerException>(() => Join(plain with { Tls = true, RootCertificatesFile = stranger }));
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
        (string chain, string key, string root) = WriteChain();
        await using RunningServer server = await RunningServer.StartAsync(new() { CertificateFile = chain, PrivateKeyFile = key });
        FlowerClientOptions options = new() { Server = $"localhost:{server.Server.Port}", MaximumFailures = 1, Tls = true, RootCertificatesFile = root };
        Task stay = new FlowerMember(options, server.Clock, () => 0, _ => { }).RunAsync(new ScriptedClient(Example.Layout), Cancellation);
        ConnectedClient client = await server.NextClientAsync();
        await client.SendHomeAsync(TimeSpan.Zero);
        await stay;

        Assert.Equal(DepartureKind.Left, (await client.Departed).Kind);
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

    /// <summary>A certificate for localhost that vouches for itself.</summary>
    private (string Certificate, string Key) WriteCertificate(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        (string Certificate, string Key) files = (Path.Combine(_folder.FullName, name + ".pem"), Path.Combine(_folder.FullName, name + ".key"));
        File.WriteAllText(files.Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(files.Key, key.ExportPkcs8PrivateKeyPem());
        return files;
    }

    /// <summary>A certificate for localhost, followed by the one that vouches for it; and the root that vouches for that one.</summary>
    private (string Chain, string Key, string Root) WriteChain()
    {
        DateTimeOffset from = DateTimeOffset.UnixEpoch, to = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256), middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256), key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest rootRequest = Authority("CN=root", rootKey), middleRequest = Authority("CN=middle", middleKey);
        using X509Certificate2 root = rootRequest.CreateSelfSigned(from, to);
        using X509Certificate2 middle = middleRequest.Create(root, from, to, [1]).CopyWithPrivateKey(middleKey);
        CertificateRequest request = new("CN=server", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 own = request.Create(middle, from, to, [2]);
        (string Chain, string Key, string Root) files =
            (Path.Combine(_folder.FullName, "chain.pem"), Path.Combine(_folder.FullName, "chain.key"), Path.Combine(_folder.FullName, "root.pem"));
        File.WriteAllText(files.Chain, $"{own.ExportCertificatePem()}\n{middle.ExportCertificatePem()}\n");
        File.WriteAllText(files.Key, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(files.Root, root.ExportCertificatePem());
        return files;
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        CertificateRequest request = new(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request;
    }
}
