using System.Security.Cryptography;
using System.Text;

namespace Straggler.Flower.Server;

/// <summary>Compares what a client shows with the server's token, in a time that tells nothing of where they differ.</summary>
/// <param name="token">The token; null to let everyone in.</param>
internal sealed class TokenCheck(string? token)
{
    private const string Scheme = "Bearer ";

    private readonly byte[]? _expected = token is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Whether the client may come in.</summary>
    /// <param name="authorization">Its <c>authorization</c> header; null without one.</param>
    public bool Admits(string? authorization)
    {
        if (_expected is null)
        {
            return true;
        }

        // Hashes are of one length, whatever is shown.
        string shown = authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true ? authorization[Scheme.Length..] : "";
        return CryptographicOperations.FixedTimeEquals(_expected, SHA256.HashData(Encoding.UTF8.GetBytes(shown)));
    }
}
