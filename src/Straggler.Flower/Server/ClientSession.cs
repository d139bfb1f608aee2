using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Straggler.Flower.Wire;

namespace Straggler.Flower.Server;

/// <summary>A client's stream: sends it one order at a time, takes its replies, and ends when either side has had enough.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Neither holds anything that needs disposal, and whoever drops the client may still use them when its stream is over.")]
internal sealed class ClientSession : IMessageJudge
{
    /// <summary>A goodbye takes fewer bytes than this; more is not listened to unasked.</summary>
    private const long LongestUnasked = 256;

    private readonly ServerContext _server;
    private readonly IServerStreamWriter<ToClient> _orders;
    private readonly ReplyDesk _desk = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource<ClientDeparture> _departed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _sentHome;

    public ClientSession(ServerContext server, IServerStreamWriter<ToClient> orders)
    {
        _server = server;
        _orders = orders;
    }

    /// <summary>Completes when the client is gone.</summary>
    public Task<ClientDeparture> Departed => _departed.Task;

    /// <summary>Whether it has a task.</summary>
    public bool IsBusy => Asked != ToClient.OrderOneofCase.None;

    /// <summary>What it was asked and has not answered.</summary>
    public ToClient.OrderOneofCase Asked => _desk.Asked;

    /// <summary>Completes when it has none, or is gone.</summary>
    public Task Settled => _desk.Settled;

    /// <summary>Sends an order and waits for its reply.</summary>
    /// <param name="order">The order.</param>
    /// <param name="limit">How long the reply may take, once the order is sent.</param>
    /// <param name="cancellation">Stops waiting; the client stays busy until it has answered.</param>
    /// <exception cref="ClientGoneException">The client is gone, and with it the task.</exception>
    public Task<ToServer> AskAsync(ToClient order, TimeSpan limit, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ExchangeAsync(order, limit, _desk.Ask(order.OrderCase)).WaitAsync(cancellation);
    }

    /// <summary>Drops the client: it did what it may not.</summary>
    /// <param name="reason">What it did.</param>
    public void Drop(string reason) => Depart(new(DepartureKind.Dropped, reason));

    /// <summary>Sends the client home, and waits for it to leave.</summary>
    /// <param name="seconds">When it shall come again; 0 for never.</param>
    public async Task SendHomeAsync(long seconds)
    {
        _sentHome = true;
        Task left = SendAsync(new() { Reconnect = new() { Seconds = seconds } });
        try
        {
            await Task.WhenAll(left, Departed).WaitAsync(_server.Options.GoodbyeTimeout, _server.Clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Depart(new(DepartureKind.Left, "was sent home"));
        }
    }

    /// <summary>Sends the client home, and does not wait for it to leave.</summary>
    /// <param name="seconds">When it shall come again; 0 for never.</param>
    /// <param name="reason">Why, for the log.</param>
    public async Task DismissAsync(long seconds, string reason)
    {
        _sentHome = true;
        Task told = SendAsync(new() { Reconnect = new() { Seconds = seconds } });
        try
        {
            await Task.WhenAny(told, Departed).WaitAsync(_server.Options.GoodbyeTimeout, _server.Clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It takes nothing.
        }

        Depart(new(DepartureKind.Left, reason));
    }

    /// <summary>Takes the client's replies until it is gone.</summary>
    public async Task RunAsync(IAsyncStreamReader<ToServer> replies)
    {
        try
        {
            while (await replies.MoveNext(_end.Token).ConfigureAwait(false))
            {
                Take(replies.Current);
            }

            Depart(new(DepartureKind.Left, "closed its stream"));
        }
#pragma warning disable CA1031 // Whatever ends a stream ends this client and nobody else.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Depart(Judge(fault));
        }

        // An order on its way needs the stream, which ends with this method.
        await _sending.WaitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IDisposable?> AdmitAsync(long length, bool compressed, bool whole, CancellationToken cancellation)
    {
        ToClient.OrderOneofCase asked = Asked;
        int allowed = MostBytesFor(asked);
        bool isUnasked = asked == ToClient.OrderOneofCase.None && length > LongestUnasked;
        if (compressed || length > allowed || isUnasked)
        {
            string fault = compressed ? "sent a compressed message"
                : length > allowed ? $"sent a message of {length} bytes, allowed are {allowed}"
                : $"sent a message of {length} bytes without being asked";
            Drop("it " + fault);
            throw new IOException(fault);
        }

        return whole ? null : new Reception(await _server.Incoming.TakeAsync(length, cancellation).ConfigureAwait(false), this);
    }

    /// <summary>
    /// What is no array must be short (<see cref="ReplyScan"/>), so an answer without arrays must be: one who has only been asked who it is
    /// takes no room from those who send models.
    /// </summary>
    private int MostBytesFor(ToClient.OrderOneofCase asked) =>
        asked is ToClient.OrderOneofCase.GetProperties or ToClient.OrderOneofCase.Evaluate
            ? Math.Min(_server.Options.MaximumDescriptionBytes, _server.MaximumMessageBytes) : _server.MaximumMessageBytes;

    private async Task<ToServer> ExchangeAsync(ToClient order, TimeSpan limit, ReplyDesk.Question question)
    {
        await SendAsync(order).ConfigureAwait(false);
        try
        {
            return await question.Reply.Task.WaitAsync(limit, _server.Clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            TimeOut($"it did not answer \"{order.OrderCase}\" within {limit}");
            return await question.Reply.Task.ConfigureAwait(false);
        }
    }

    /// <summary>Sends an order. A failure ends the client, which ends what waits for its reply.</summary>
    private async Task SendAsync(ToClient order)
    {
        try
        {
            await _sending.WaitAsync(_end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        try
        {
            using IDisposable room = await _server.Outgoing.TakeAsync(order.CalculateSize(), _end.Token).ConfigureAwait(false);
            using CancellationTokenSource limit = new(_server.Options.TransferTimeout, _server.Clock);
            using CancellationTokenRegistration late = limit.Token.UnsafeRegister(
                _ => TimeOut($"it did not take a message within {_server.Options.TransferTimeout}"), null);
            await _orders.WriteAsync(order, _end.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever ends a stream ends this client and nobody else.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Depart(Judge(fault));
        }
        finally
        {
            _sending.Release();
        }
    }

    private void TimeOut(string reason) => Depart(new(DepartureKind.TimedOut, reason));

    private void Take(ToServer reply)
    {
        if (reply.ReplyCase == ToServer.ReplyOneofCase.Leaving)
        {
            Depart(new(DepartureKind.Left, $"said goodbye ({reply.Leaving.Reason})"));
        }
        else if (_desk.Answer(reply) is { } fault && !_sentHome)
        {
            Drop(fault);
        }
    }

    /// <summary>What the end of a stream means.</summary>
    private ClientDeparture Judge(Exception fault) => fault switch
    {
        _ when _sentHome => new(DepartureKind.Left, "left"),
        FlowerException or Google.Protobuf.InvalidProtocolBufferException => new(DepartureKind.Dropped, $"malformed message: {fault.Message}"),
        RpcException { StatusCode: not StatusCode.Cancelled } refused => new(DepartureKind.Dropped, $"malformed message: {refused.Status.Detail}"),
        _ => new(DepartureKind.Lost, $"its connection ended: {fault.Message}"),
    };

    private void Depart(ClientDeparture departure)
    {
        if (_departed.TrySetResult(departure))
        {
            _server.Departing?.Invoke();
            _desk.Close(departure);
            _end.Cancel();
        }
    }

    /// <summary>A message that is coming in: it has room, and a time by which it must be here.</summary>
    private sealed class Reception(IDisposable room, ClientSession session) : IDisposable
    {
        private readonly ITimer _limit = session._server.Clock.CreateTimer(
            _ => session.TimeOut($"its message did not arrive within {session._server.Options.TransferTimeout}"),
            null,
            session._server.Options.TransferTimeout,
            Timeout.InfiniteTimeSpan);

        public void Dispose()
        {
            _limit.Dispose();
            room.Dispose();
        }
    }
}
