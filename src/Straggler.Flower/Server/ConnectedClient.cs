using Straggler.Arrays;
using Straggler.Flower.Models;
using Straggler.Flower.Wire;

namespace Straggler.Flower.Server;

/// <summary>A client that has joined: gives it tasks, one at a time. A client that does not do as it should is dropped, and its task is lost.</summary>
/// <remarks>
/// Thread-safe. A task that nobody waits for any more (cancelled) keeps the client busy until it has answered; the protocol has no way to
/// call it back.
/// </remarks>
public sealed class ConnectedClient
{
    private readonly ClientSession _session;
    private readonly FlowerServerOptions _options;
    private int _givenUp;

    internal ConnectedClient(long number, string address, ClientSession session, FlowerServerOptions options)
    {
        Number = number;
        Address = address;
        _session = session;
        _options = options;
    }

    /// <summary>Which client it is since the server started, counted from 1. One that comes again is a new one.</summary>
    public long Number { get; }

    /// <summary>Where it comes from.</summary>
    public string Address { get; }

    /// <summary>Whether it has a task that it has not answered.</summary>
    public bool IsBusy => _session.IsBusy;

    /// <summary>Whether it has been asked for its properties and has not told them, or that it has none.</summary>
    internal bool IsSilent => _session.Asked == ToClient.OrderOneofCase.GetProperties && Volatile.Read(ref _givenUp) == 0;

    /// <summary>Completes when it has answered the task that it has now, if any, or is gone; for tasks that nobody waits for any more.</summary>
    public Task Settled => _session.Settled;

    /// <summary>Completes when it is gone.</summary>
    public Task<ClientDeparture> Departed => _session.Departed;

    /// <summary>Asks for the client's properties, which must not take long; null where it tells none.</summary>
    /// <param name="config">Sent along.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="ClientGoneException">The client is gone.</exception>
    public async Task<IReadOnlyDictionary<string, Scalar>?> GetPropertiesAsync(
        IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation)
    {
        ToClient order = new() { GetProperties = new() };
        ScalarMap.Write(config, order.GetProperties.Config);
        TimeSpan limit = Shorter(_options.ReplyTimeout, _options.IntroductionTimeout);
        ToServer reply = await _session.AskAsync(order, limit, cancellation).ConfigureAwait(false);
        return Judge(() => Implements(reply.GetProperties.Status, ReplyCode.NoGetProperties) ? ScalarMap.Read(reply.GetProperties.Properties) : null);
    }

    /// <summary>Asks for the client's own parameters, which must not take long, their transfer aside; null where it has none to give.</summary>
    /// <param name="config">Sent along.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="ClientGoneException">The client is gone.</exception>
    public async Task<WireModel?> GetParametersAsync(IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation)
    {
        ToClient order = new() { GetParameters = new() };
        ScalarMap.Write(config, order.GetParameters.Config);
        TimeSpan limit = Shorter(_options.ReplyTimeout, _options.IntroductionTimeout + _options.TransferTimeout);
        ToServer reply = await _session.AskAsync(order, limit, cancellation).ConfigureAwait(false);
        return Judge(() => Implements(reply.GetParameters.Status, ReplyCode.NoGetParameters) ? new WireModel(reply.GetParameters.Parameters ?? new()) : null);
    }

    /// <summary>Has the client train a model.</summary>
    /// <param name="model">The model; the same one may be sent to any number of clients.</param>
    /// <param name="layout">The layout of the model that must come back.</param>
    /// <param name="config">Sent along.</param>
    /// <param name="trained">Receives the trained parameters, each part in PyTorch's element order; undefined if the task fails.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="ClientGoneException">The client is gone, or was dropped for what it answered.</exception>
    public async Task<FitResult> FitAsync(
        WireModel model, WireLayout layout, IReadOnlyDictionary<string, Scalar> config, Memory<float> trained, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(layout);
        ToClient order = new() { Fit = new() { Parameters = model.Message } };
        ScalarMap.Write(config, order.Fit.Config);
        FitReply reply = (await _session.AskAsync(order, _options.ReplyTimeout, cancellation).ConfigureAwait(false)).Fit;
        return Judge(() =>
        {
            _ = Implements(reply.Status, ReplyCode.Ok);
            WireModel answer = new(reply.Parameters ?? new());
            long bytes = layout.Read(answer, trained.Span);
            if (!_options.AllowNonFinite)
            {
                FiniteValues.Check(layout, trained.Span);
            }

            return new FitResult(Samples(reply.NumExamples), ScalarMap.Read(reply.Metrics), bytes);
        });
    }

    /// <summary>Has the client evaluate a model on its own data; null where it does not.</summary>
    /// <param name="model">The model; the same one may be sent to any number of clients.</param>
    /// <param name="config">Sent along.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="ClientGoneException">The client is gone, or was dropped for what it answered.</exception>
    public async Task<EvaluateResult?> EvaluateAsync(WireModel model, IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(model);
        ToClient order = new() { Evaluate = new() { Parameters = model.Message } };
        ScalarMap.Write(config, order.Evaluate.Config);
        EvaluateReply reply = (await _session.AskAsync(order, _options.ReplyTimeout, cancellation).ConfigureAwait(false)).Evaluate;
        return Judge(() => Implements(reply.Status, ReplyCode.NoEvaluate)
            ? new EvaluateResult(reply.Loss, Samples(reply.NumExamples), ScalarMap.Read(reply.Metrics))
            : null);
    }

    /// <summary>Sends the client home, and waits until it is gone or <see cref="FlowerServerOptions.GoodbyeTimeout"/> is over.</summary>
    /// <param name="comeAgain">After how long it shall come again; zero for never.</param>
    public Task SendHomeAsync(TimeSpan comeAgain) => _session.SendHomeAsync((long)Math.Ceiling(comeAgain.TotalSeconds));

    /// <summary>Drops the client for a reason that the transport does not know of.</summary>
    /// <param name="reason">What it did.</param>
    public void Drop(string reason) => _session.Drop(reason);

    /// <summary>Gives a client up that is silent; only once.</summary>
    /// <returns>Whether it was.</returns>
    internal bool TryGiveUp() => IsSilent && Interlocked.Exchange(ref _givenUp, 1) == 0;

    /// <summary>Sends the client home, and is done with it: whatever it was asked is not waited for.</summary>
    internal Task DismissAsync(TimeSpan comeAgain, string reason) => _session.DismissAsync((long)Math.Ceiling(comeAgain.TotalSeconds), reason);

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static bool Implements(ReplyStatus? status, ReplyCode absent) => status?.Code switch
    {
        null or ReplyCode.Ok => true,
        ReplyCode code when code == absent => false,
        ReplyCode code => throw new FlowerException($"status {(int)code} \"{status.Text}\""),
    };

    private static int Samples(long count) =>
        count is >= 0 and <= int.MaxValue ? (int)count : throw new FlowerException($"it reports {count} samples");

    private T Judge<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FlowerException fault)
        {
            ClientDeparture departure = new(DepartureKind.Dropped, $"unusable reply: {fault.Message}");
            _session.Drop(departure.Reason);
            throw new ClientGoneException(departure);
        }
    }
}
