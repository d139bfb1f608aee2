using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Straggler.Flower.Server;

/// <summary>Where a server listens, whom it lets in, and what it puts up with.</summary>
public sealed record FlowerServerOptions : IValidatableObject
{
    /// <summary>The address to listen on; loopback by default, so that only this machine can join.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 8080 is Flower's. 0 for any that is free.</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = 8080;

    /// <summary>The server's certificate chain, a PEM file; null to talk without encryption.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The certificate's private key, a PEM file.</summary>
    public string? PrivateKeyFile { get; init; }

    /// <summary>A secret that clients show as <c>authorization: Bearer ...</c>; null to let everyone in.</summary>
    public string? Token { get; init; }

    /// <summary>
    /// Most clients at once. For more of them, those leave who have been asked for their properties and have not told them, longest first; where
    /// there are none, nobody else is let in.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaximumClients { get; init; } = 1000;

    /// <summary>Most connections at once, those that have not joined included.</summary>
    [Range(1, 1_000_000)]
    public int MaximumConnections { get; init; } = 2000;

    /// <summary>Largest message that is read, in bytes.</summary>
    [Range(1, int.MaxValue)]
    public int MaximumMessageBytes { get; init; } = 512 << 20;

    /// <summary>Most bytes of a message besides the contents of arrays: metrics, texts, headers.</summary>
    [Range(1, int.MaxValue)]
    public int MaximumDescriptionBytes { get; init; } = 1 << 20;

    /// <summary>Most bytes of all messages together that are half read; and as many that are half sent. More of them wait.</summary>
    [Range(1, long.MaxValue)]
    public long MaximumUnfinishedBytes { get; init; } = 1L << 30;

    /// <summary>How long a client may take for a task, from when it was sent.</summary>
    public TimeSpan ReplyTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a message that has begun may take to come, or to be taken.</summary>
    public TimeSpan TransferTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a connection may do nothing before it joins.</summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a client may take to tell its properties, and, the transfer aside, its own parameters: things that need no work.</summary>
    public TimeSpan IntroductionTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>After how much silence a connection is asked whether it still stands.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it may take to answer that.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long clients may take to leave once they are sent home.</summary>
    public TimeSpan GoodbyeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether replies may hold values that are not finite.</summary>
    public bool AllowNonFinite { get; init; }

    /// <summary>Whether others than this machine can reach the server.</summary>
    public bool IsOpen => !IPAddress.IsLoopback(Address);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (CertificateFile is null != PrivateKeyFile is null)
        {
            yield return new("a certificate and its private key belong together", [nameof(CertificateFile), nameof(PrivateKeyFile)]);
        }

        if (Token is "")
        {
            yield return new("an empty token keeps nobody out", [nameof(Token)]);
        }

        TimeSpan[] waits = [ReplyTimeout, TransferTimeout, JoinTimeout, IntroductionTimeout, PingInterval, PingTimeout, GoodbyeTimeout];
        if (waits.Any(wait => wait <= TimeSpan.Zero || wait > TimeSpan.FromDays(30)))
        {
            yield return new("timeouts are above 0 and at most 30 days");
        }
    }
}
