using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Straggler.Flower.Client;

/// <summary>Judges the certificates that a server shows, and remembers why it did not trust the last one.</summary>
internal sealed class ServerTrust
{
    private volatile string? _distrust;

    /// <summary>Reads the certificates to trust.</summary>
    /// <param name="rootCertificatesFile">A PEM file; null to ask the system whom to trust.</param>
    /// <exception cref="FlowerException">The file is of no use.</exception>
    public ServerTrust(string? rootCertificatesFile)
    {
        Options = new() { RemoteCertificateValidationCallback = (_, _, chain, errors) => Judge(chain, errors) };
        if (rootCertificatesFile is not null)
        {
            X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(Roots(rootCertificatesFile));
            Options.CertificateChainPolicy = policy;
        }
    }

    /// <summary>How to connect so that certificates are judged here.</summary>
    public SslClientAuthenticationOptions Options { get; }

    /// <summary>Why the certificate shown last was not trusted; null if it was, or none has been shown.</summary>
    /// <remarks>A connection may fail for other reasons than its certificate, as at a server that talks without encryption.</remarks>
    public string? Distrust => _distrust;

    private bool Judge(X509Chain? chain, SslPolicyErrors errors)
    {
        _distrust = errors == SslPolicyErrors.None ? null : Reason(chain, errors);
        return errors == SslPolicyErrors.None;
    }

    private static string Reason(X509Chain? chain, SslPolicyErrors errors)
    {
        List<string> reasons = [];
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            reasons.Add("the server shows none");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            reasons.Add("it is for another name than the server's");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            reasons.Add($"the chain of those who vouch for it has faults ({string.Join(", ", (chain?.ChainStatus ?? []).Select(status => status.Status))})");
        }

        return string.Join(", and ", reasons);
    }

    private static X509Certificate2Collection Roots(string file)
    {
        try
        {
            X509Certificate2Collection roots = [];
            roots.ImportFromPemFile(file);
            return roots.Count > 0 ? roots : throw new FlowerException($"{file} holds no certificate.");
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new FlowerException($"{file} holds no usable certificates: {fault.Message}", fault);
        }
    }
}
