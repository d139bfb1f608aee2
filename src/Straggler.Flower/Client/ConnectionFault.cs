using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;

namespace Straggler.Flower.Client;

/// <summary>Says in a user's words why a server could not be reached, and what to look at.</summary>
internal static class ConnectionFault
{
    /// <summary>Why a call failed.</summary>
    /// <param name="fault">What the call came to.</param>
    /// <param name="tls">Whether the client talks with encryption.</param>
    /// <param name="wasLetIn">Whether the server had spoken to this client before: then it is the right one, and the connection broke.</param>
    public static string Reason(RpcException fault, bool tls, bool wasLetIn)
    {
        for (Exception? cause = fault.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            if (Reason(cause, tls, wasLetIn) is { } reason)
            {
                return reason;
            }
        }

        return fault.Status.Detail;
    }

    private static string? Reason(Exception cause, bool tls, bool wasLetIn) => cause switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "nobody listens there; is the server running, and are address and port right?",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } =>
            "no machine of that name is known; is the name right?",
        SocketException socket when !IsReset(socket) => socket.Message,
        AuthenticationException when tls => "it does not talk with encryption as was asked for; is it a server with a certificate? (--tls and "
            + "--root-certificates are for such alone)",
        _ when wasLetIn => IsBroken(cause) ? "the connection broke" : null,
        _ when IsBroken(cause) => tls ? "the connection ended before it answered; is it a Flower server?"
            : "it does not answer as a Flower server without encryption does; is it one with encryption? (--tls, --root-certificates)",
        _ => null,
    };

    private static bool IsBroken(Exception cause) => cause is HttpRequestException
    {
        HttpRequestError: HttpRequestError.HttpProtocolError or HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded
            or HttpRequestError.VersionNegotiationError,
    } or IOException or SocketException;

    private static bool IsReset(SocketException socket) => socket.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted;
}
