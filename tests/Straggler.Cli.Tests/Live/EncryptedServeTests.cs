using Straggler.Flower.Tests.Support;

namespace Straggler.Cli.Tests.Live;

/// <summary><c>straggler serve</c> and <c>straggler client</c> with encryption and a token, as docs/flower.md says.</summary>
public sealed class EncryptedServeTests : IDisposable
{
    private static readonly string[] _experiment =
        ["model=logistic", "dataset.train_limit=200", "dataset.test_limit=100", "n_clients=1", "concurrency=1", "recording.figures=false"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Serve_CertificateAndToken_OnlyWhoTrustsTheOneAndShowsTheOtherTakesPart()
    {
        (string certificate, string key) = TestCertificates.WriteSelfSigned(_folder.Path, "server");
        await File.WriteAllTextAsync(_folder.PathOf("secret"), "right\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder.PathOf("guess"), "wrong\n", TestContext.Current.CancellationToken);
        await using ServeProcess server = await ServeProcess.StartAsync(
            _folder.Path, ["--name", "live", "--certificate", certificate, "--key", key, "--token-file", "secret", "rounds=2", .. _experiment]);
        string address = $"localhost:{server.Address!.Split(':')[1]}";

        CommandResult[] refused = await Task.WhenAll(
            JoinAsync(address, "--tls", "--token-file", "secret"),
            JoinAsync(address, "--root-certificates", certificate, "--token-file", "guess"),
            JoinAsync(address, "--root-certificates", certificate));
        CommandResult taken = await JoinAsync(address, "--tls", "--root-certificates", certificate, "--token-file", "secret");
        await server.EndWellAsync();

        Assert.All(refused, result => Assert.Equal(2, result.ExitCode));
        Assert.Contains("its certificate is not trusted", refused[0].Errors, StringComparison.Ordinal);
        Assert.Contains("--root-certificates", refused[0].Errors, StringComparison.Ordinal);
        Assert.Contains("it shows another token", refused[1].Errors, StringComparison.Ordinal);
        Assert.Contains("it shows no token", refused[2].Errors, StringComparison.Ordinal);
        Assert.Equal((0, ""), (taken.ExitCode, taken.Errors));
        Assert.Equal(2, new RecordedRun(_folder.PathOf("runs", "live")).Updates.Count);
    }

    private Task<CommandResult> JoinAsync(string address, params string[] options) =>
        CommandLine.RunAsync(_folder.Path, ["client", "--server", address, "--client", "0", "--quiet", .. options, .. _experiment]);
}
