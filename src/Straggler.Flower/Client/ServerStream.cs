using Grpc.Core;
using Straggler.Flower.Wire;

namespace Straggler.Flower.Client;

/// <summary>One stay at a server: from joining to the end of the stream.</summary>
/// <param name="invoker">The connection.</param>
/// <param name="token">The secret to show; null for none.</param>
/// <param name="desk">Carries orders out.</param>
internal sealed class ServerStream(CallInvoker invoker, string? token, OrderDesk desk)
{
    private static readonly Method<ToServer, ToClient> _join = JoinMethod.Create(long.MaxValue);

    /// <summary>Whether an order has come: the server is there and has let the client in.</summary>
    public bool HadOrder { get; private set; }

    /// <summary>Joins, and does as told.</summary>
    /// <returns>After how long to come again, if the server sent the client home; null if it ended the stream without a word.</returns>
    /// <exception cref="RpcException">The server is not there, does not let the client in, or the connection broke.</exception>
    public async Task<TimeSpan?> StayAsync(CancellationToken cancellation)
    {
        Metadata headers = token is null ? [] : new() { { "authorization", $"Bearer {token}" } };
        using AsyncDuplexStreamingCall<ToServer, ToClient> call =
            invoker.AsyncDuplexStreamingCall(_join, null, new(headers, cancellationToken: cancellation));
        while (await call.ResponseStream.MoveNext(cancellation).ConfigureAwait(false))
        {
            HadOrder = true;
            ToClient order = call.ResponseStream.Current;
            if (order.OrderCase == ToClient.OrderOneofCase.Reconnect)
            {
                await LeaveAsync(call.RequestStream).ConfigureAwait(false);
                return TimeSpan.FromSeconds(Math.Clamp(order.Reconnect.Seconds, 0, int.MaxValue));
            }

            ToServer reply = await desk.CarryOutAsync(order, cancellation).ConfigureAwait(false);
            try
            {
                await call.RequestStream.WriteAsync(reply, cancellation).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is InvalidOperationException or IOException)
            {
                // The stream ended in the meantime, or the connection broke; the next reading says why.
            }
        }

        return null;
    }

    /// <summary>Says goodbye; the server may have closed the stream already, which is as good.</summary>
    private static async Task LeaveAsync(IClientStreamWriter<ToServer> replies)
    {
        try
        {
            await replies.WriteAsync(new() { Leaving = new() { Reason = LeavingReason.Reconnect } }).ConfigureAwait(false);
            await replies.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is RpcException or InvalidOperationException or IOException)
        {
            // The stream is over either way.
        }
    }
}
