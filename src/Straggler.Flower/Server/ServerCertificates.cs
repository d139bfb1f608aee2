using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Straggler.Flower.Server;

/// <summary>What a server shows of itself: its certificate, and those that stand between it and one that clients trust.</summary>
/// <param name="Own">The server's certificate, with its private key.</param>
/// <param name="Chain">All certificates of the file.</param>
internal sealed record ServerCertificates(X509Certificate2 Own, X509Certificate2Collection Chain)
{
    /// <summary>Reads them; null for a server that talks without encryption.</summary>
    /// <exception cref="FlowerException">They cannot be used.</exception>
    public static ServerCertificates? Read(FlowerServerOptions options)
    {
        if (options.CertificateFile is null)
        {
            return null;
        }

        try
        {
            X509Certificate2Collection chain = [];
            chain.ImportFromPemFile(options.CertificateFile);
            return new(X509Certificate2.CreateFromPemFile(options.CertificateFile, options.PrivateKeyFile), chain);
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new FlowerException($"{options.CertificateFile} with {options.PrivateKeyFile} is no usable certificate: {fault.Message}", fault);
        }
    }
}
