using System.ComponentModel.DataAnnotations;
using Grpc.Core;
using Grpc.Net.Client;

namespace Straggler.Flower.Client;

/// <summary>Joins a Flower server and does as told until the server has no more use for the client; joins anew when the connection breaks.</summary>
public sealed class FlowerMember
{
    private static readonly TimeSpan _longestDelay = TimeSpan.FromDays(30);

    private readonly FlowerClientOptions _options;
    private readonly TimeProvider _clock;
    private readonly Func<double> _chance;
    private readonly Action<string> _log;
    private readonly BackOff _backOff;

    /// <summary>Sets it up; <see cref="RunAsync"/> joins.</summary>
    /// <param name="options">Which server, and how patiently.</param>
    /// <param name="clock">Measures the waits.</param>
    /// <param name="chance">Draws from [0, 1), for the waits.</param>
    /// <param name="log">Told what happens, a line each time.</param>
    /// <exception cref="ValidationException">The options make no sense.</exception>
    public FlowerMember(FlowerClientOptions options, TimeProvider clock, Func<double> chance, Action<string> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        Validator.ValidateObject(options, new(options), validateAllProperties: true);
        _options = options;
        _clock = clock;
        _chance = chance;
        _log = log;
        _backOff = new(options.FirstWait, options.LongestWait);
    }

    /// <summary>Takes part until the server sends the client home for good.</summary>
    /// <param name="client">Carries the orders out.</param>
    /// <param name="cancellation">Leaves.</param>
    /// <exception cref="FlowerException">The server does not let the client in, or could not be reached too many times.</exception>
    /// <exception cref="OperationCanceledException">It was told to leave.</exception>
    public async Task RunAsync(IFlowerClient client, CancellationToken cancellation)
    {
        ServerTrust trust = new(_options.RootCertificatesFile);
        using GrpcChannel channel = Open(trust);
        OrderDesk desk = new(client);
        for (int failures = 0; ;)
        {
            ServerStream stay = new(channel.CreateCallInvoker(), _options.Token, desk);
            TimeSpan wait;
            try
            {
                if (await stay.StayAsync(cancellation).ConfigureAwait(false) is { } away)
                {
                    if (away == TimeSpan.Zero)
                    {
                        _log($"{_options.Server} said goodbye");
                        return;
                    }

                    _log($"{_options.Server} said to come again in {away.TotalSeconds} s");
                    (failures, wait) = (0, away);
                }
                else
                {
                    wait = Fail("the server ended the stream", stay, ref failures);
                }
            }
            catch (RpcException fault)
            {
                cancellation.ThrowIfCancellationRequested();
                if (trust.Distrust is { } distrust)
                {
                    throw new FlowerException($"{_options.Server}: its certificate is not trusted: {distrust}. "
                        + "Expected one that the system trusts, or a file with it or with those that vouch for it (--root-certificates).", fault);
                }

                if (IsFinal(fault.StatusCode))
                {
                    throw new FlowerException($"{_options.Server} does not let this client take part: {fault.Status.Detail} ({fault.StatusCode})", fault);
                }

                wait = Fail(ConnectionFault.Reason(fault, _options.Tls, stay.HadOrder), stay, ref failures);
            }

            await WaitAsync(wait, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for however long: a single timer knows no more than 49 days.</summary>
    private async Task WaitAsync(TimeSpan wait, CancellationToken cancellation)
    {
        for (; wait > _longestDelay; wait -= _longestDelay)
        {
            await Task.Delay(_longestDelay, _clock, cancellation).ConfigureAwait(false);
        }

        await Task.Delay(wait, _clock, cancellation).ConfigureAwait(false);
    }

    /// <summary>Whether trying again would change nothing.</summary>
    private static bool IsFinal(StatusCode code) => code
        is StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.Unimplemented or StatusCode.InvalidArgument;

    private TimeSpan Fail(string reason, ServerStream stay, ref int failures)
    {
        failures = stay.HadOrder ? 1 : failures + 1;
        if (failures >= _options.MaximumFailures)
        {
            throw new FlowerException($"{_options.Server} cannot be reached: {reason}");
        }

        TimeSpan wait = _backOff.After(failures, _chance());
        _log($"{_options.Server}: {reason}; joining again in {wait.TotalSeconds:0.0} s");
        return wait;
    }

    private GrpcChannel Open(ServerTrust trust)
    {
        SocketsHttpHandler handler = new()
        {
            ConnectTimeout = _options.ConnectTimeout,
            KeepAlivePingDelay = _options.PingInterval,
            KeepAlivePingTimeout = _options.PingTimeout,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            UseProxy = false,
            SslOptions = trust.Options,
        };
        return GrpcChannel.ForAddress($"{(_options.Tls ? "https" : "http")}://{_options.Server}", new()
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = _options.MaximumMessageBytes,
            MaxSendMessageSize = null,
        });
    }
}
