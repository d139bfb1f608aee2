using System.ComponentModel.DataAnnotations;

namespace Straggler.Flower.Client;

/// <summary>Which server a client joins, and how patiently.</summary>
public sealed record FlowerClientOptions : IValidatableObject
{
    /// <summary>The server as <c>host:port</c>.</summary>
    public required string Server { get; init; }

    /// <summary>Whether to talk with encryption.</summary>
    public bool Tls { get; init; }

    /// <summary>Certificates that vouch for the server, a PEM file; null for those that the system trusts.</summary>
    public string? RootCertificatesFile { get; init; }

    /// <summary>A secret to show as <c>authorization: Bearer ...</c>; null for none.</summary>
    public string? Token { get; init; }

    /// <summary>Largest message that is read, in bytes.</summary>
    [Range(1, int.MaxValue)]
    public int MaximumMessageBytes { get; init; } = int.MaxValue;

    /// <summary>How long a connection may take to come about.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>After how much silence the connection is asked whether it still stands.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long it may take to answer that.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Wait before joining anew after a first failure; doubles with every further one.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait before joining anew.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Failures in a row after which to give up; null for never. An order from the server ends the row.</summary>
    [Range(1, int.MaxValue)]
    public int? MaximumFailures { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // A scheme without a port of its own, so that the port must be there.
        if (!Uri.TryCreate($"flower://{Server}", UriKind.Absolute, out Uri? address) || address.Port <= 0 || Server.AsSpan().ContainsAny("/@?#"))
        {
            yield return new($"\"{Server}\" is no server. Expected host:port, such as localhost:8080", [nameof(Server)]);
        }

        if (RootCertificatesFile is not null && !Tls)
        {
            yield return new("certificates vouch for a server with encryption only", [nameof(RootCertificatesFile)]);
        }
    }
}
