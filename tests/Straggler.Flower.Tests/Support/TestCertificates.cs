using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Straggler.Flower.Tests.Support;

/// <summary>Certificates for localhost, made on the spot.</summary>
internal static class TestCertificates
{
    private static readonly DateTimeOffset _begins = DateTimeOffset.UnixEpoch, _ends = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A certificate that vouches for itself.</summary>
    /// <returns>Two PEM files.</returns>
    public static (string Certificate, string Key) WriteSelfSigned(string folder, string name)
    {
        using ECDsa key = NewKey();
        using X509Certificate2 certificate = Request(name, key, isAuthority: true).CreateSelfSigned(_begins, _ends);
        return Write(folder, name, certificate.ExportCertificatePem(), key);
    }

    /// <summary>A server's certificate with the one that vouches for it, in one file; a root vouches for that one.</summary>
    /// <returns>Three PEM files.</returns>
    public static (string Chain, string Key, string Root) WriteChain(string folder)
    {
        using ECDsa rootKey = NewKey(), middleKey = NewKey(), serverKey = NewKey();
        using X509Certificate2 root = Request("root", rootKey, isAuthority: true).CreateSelfSigned(_begins, _ends);
        using X509Certificate2 middle = Request("middle", middleKey, isAuthority: true).Create(root, _begins, _ends, [1]);
        using X509Certificate2 issuer = middle.CopyWithPrivateKey(middleKey);
        using X509Certificate2 server = Request("server", serverKey, isAuthority: false).Create(issuer, _begins, _ends, [2]);
        (string chain, string key) = Write(folder, "chain", $"{server.ExportCertificatePem()}\n{middle.ExportCertificatePem()}", serverKey);
        string rootFile = Path.Combine(folder, "root.pem");
        File.WriteAllText(rootFile, root.ExportCertificatePem());
        return (chain, key, rootFile);
    }

    private static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static CertificateRequest Request(string name, ECDsa key, bool isAuthority)
    {
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        return request;
    }

    private static (string Certificate, string Key) Write(string folder, string name, string certificate, ECDsa key)
    {
        (string Certificate, string Key) files = (Path.Combine(folder, name + ".pem"), Path.Combine(folder, name + ".key"));
        File.WriteAllText(files.Certificate, certificate);
        File.WriteAllText(files.Key, key.ExportPkcs8PrivateKeyPem());
        return files;
    }
}
