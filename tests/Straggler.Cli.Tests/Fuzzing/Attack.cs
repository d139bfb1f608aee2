using System.Net.Sockets;
using System.Security.Authentication;

namespace Straggler.Cli.Tests.Fuzzing;

/// <summary>One visit to a server by somebody who means no good.</summary>
/// <param name="Name">What is tried.</param>
/// <param name="Run">Tries it.</param>
internal sealed record Attack(string Name, Func<Visit, Task> Run);

/// <summary>What a visitor needs.</summary>
/// <param name="target">The server.</param>
/// <param name="dice">Its draws.</param>
/// <param name="cancellation">Ends the visit.</param>
internal sealed class Visit(Target target, Random dice, CancellationToken cancellation) : IDisposable
{
    private readonly List<RawPeer> _peers = [];

    public Random Dice => dice;

    public CancellationToken Cancellation => cancellation;

    /// <summary>The ports from which the server was visited.</summary>
    public IEnumerable<int> Ports => _peers.Select(peer => peer.LocalPort);

    /// <summary>The headers of a proper request to join.</summary>
    public byte[] Request() => target.Request();

    /// <summary>A further connection.</summary>
    public async Task<RawPeer> ConnectAsync(bool plain = false)
    {
        RawPeer peer = await RawPeer.ConnectAsync(target, cancellation, plain);
        _peers.Add(peer);
        return peer;
    }

    /// <summary>A further connection that asks to join.</summary>
    public async Task<RawPeer> JoinAsync(byte[]? settings = null)
    {
        RawPeer peer = await ConnectAsync();
        await peer.JoinAsync(cancellation, settings);
        return peer;
    }

    /// <summary>A further connection that sends bytes after HTTP/2's preface, and waits a little for what comes of it.</summary>
    public async Task SayAsync(params byte[][] frames)
    {
        RawPeer peer = await ConnectAsync();
        await peer.SendAsync([.. Bytes.Preface, .. Bytes.Frame(Bytes.Settings, 0, 0, [])], cancellation);
        foreach (byte[] frame in frames)
        {
            await peer.SendAsync(frame, cancellation);
        }

        await peer.UntilOverAsync(cancellation);
    }

    /// <summary>Makes the visit; a server that ends it has done what it should.</summary>
    public async Task MakeAsync(Attack attack)
    {
        try
        {
            await attack.Run(this);
        }
        catch (Exception end) when (end is IOException or SocketException or OperationCanceledException or AuthenticationException or ObjectDisposedException)
        {
            // It was shown out, or stayed as long as it may.
        }
    }

    public void Dispose() => _peers.ForEach(peer => peer.Dispose());
}
