using System.Globalization;
using System.Runtime.CompilerServices;
using Straggler.Flower.Models;
using Straggler.Flower.Server;
using Straggler.Recording;
using Straggler.Simulation;

namespace Straggler.Flower.Live;

/// <summary>Who is who: gives each client that joins a server one of the federation's numbers, and knows who could take an order.</summary>
/// <remarks>
/// A client that tells its number (property <c>client</c>) has that one, if it is free; others have the lowest that is free. The protocol
/// knows no other identity: a client without a number that comes again has whatever number is free then. Thread-safe.
/// </remarks>
public sealed partial class ClientRoster
{
    private static readonly TimeSpan _whenFull = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Seat[] _seats;
    private readonly ConditionalWeakTable<ConnectedClient, object> _nonFinite = [];
    private readonly Action<string> _log;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ClientRoster(FlowerServer server, int clients, TimeProvider clock, Action<string> log)
    {
        _seats = [.. Enumerable.Range(0, clients).Select(number => new Seat(number))];
        _log = log;
        Clock = clock;
        Inbox = new(clock);
        _ = WelcomeAsync(server);
    }

    /// <summary>Sent along with orders that need nothing besides.</summary>
    internal static IReadOnlyDictionary<string, Scalar> Nothing { get; } = new Dictionary<string, Scalar>();

    /// <summary>The clock.</summary>
    internal TimeProvider Clock { get; }

    /// <summary>What is heard of clients.</summary>
    internal LiveInbox Inbox { get; }

    /// <summary>Told of clients who are idle, before the run is; null while nobody wants any.</summary>
    internal Action<Seat, ConnectedClient>? WhenIdle { get; set; }

    /// <summary>Told when a client has gone; null while nobody wants to know.</summary>
    internal Action? WhenGone { get; set; }

    /// <summary>Gives numbers to a server's clients from now on, until it stops.</summary>
    /// <param name="server">The server; nobody else reads whom it hands out.</param>
    /// <param name="clients">Number of clients n.</param>
    /// <param name="clock">Stamps what is heard of them.</param>
    /// <param name="log">Told who is who, a line each time.</param>
    public static ClientRoster Open(FlowerServer server, int clients, TimeProvider clock, Action<string> log)
    {
        ArgumentNullException.ThrowIfNull(server);
        return new(server, clients, clock, log);
    }

    /// <summary>Waits until so many clients are there and could take an order.</summary>
    /// <param name="count">How many.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task WaitForAsync(int count, CancellationToken cancellation) =>
        WaitAsync(() => _seats.Count(seat => seat.IsReady) >= count, cancellation);

    /// <summary>Asks clients for their parameters, and whoever comes, until one gives some that are of use.</summary>
    /// <remarks>
    /// One after the other, but none is waited for alone for longer than ten seconds. A client whose parameters are of no use is dropped.
    /// </remarks>
    /// <param name="read">Reads the parameters; a <see cref="FlowerException"/> says that they are of no use.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<T> AskParametersAsync<T>(Func<WireModel, T> read, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(read);
        return new ParameterSearch<T>(this, read, _log).RunAsync(cancellation);
    }

    /// <summary>Tells the log.</summary>
    internal void Note(string line) => _log(line);

    /// <summary>Tells the log of answers that are not finite: once for each client, which will have more of them if it has diverged.</summary>
    internal void NoteNonFinite(ConnectedClient client)
    {
        if (_nonFinite.TryAdd(client, this))
        {
            _log($"client {client.Number} ({client.Address}) answered with values that are not finite: such updates are refused");
        }
    }

    /// <summary>Whether a client could take an order now.</summary>
    internal bool IsReady(int client)
    {
        lock (_lock)
        {
            return _seats[client].IsReady;
        }
    }

    /// <summary>The clients that have no order, by number.</summary>
    internal (Seat Seat, ConnectedClient Client)[] Idle()
    {
        lock (_lock)
        {
            return [.. _seats.Where(seat => seat.IsIdle).Select(seat => (seat, seat.Client!))];
        }
    }

    /// <summary>Takes an idle client for an order besides its tasks, whether or not the run knows that it is idle.</summary>
    internal bool TryTake(Seat seat, ConnectedClient client)
    {
        lock (_lock)
        {
            return seat.Client == client && seat.IsIdle && (seat.HasOrder = true);
        }
    }

    /// <summary>Waits for a client that could take an order and is not among these, and takes it for an order besides its tasks.</summary>
    internal async Task<(Seat Seat, ConnectedClient Client)> TakeAsync(IReadOnlySet<ConnectedClient> besides, CancellationToken cancellation)
    {
        (Seat Seat, ConnectedClient Client) taken = default;
        await WaitAsync(
            () =>
            {
                if (Array.Find(_seats, seat => seat.IsReady && !besides.Contains(seat.Client!)) is not { } seat)
                {
                    return false;
                }

                seat.HasOrder = true;
                taken = (seat, seat.Client!);
                return true;
            },
            cancellation).ConfigureAwait(false);
        return taken;
    }

    /// <summary>Clients that are there.</summary>
    internal ConnectedClient[] Present()
    {
        lock (_lock)
        {
            return [.. _seats.Where(seat => seat.Client is not null).Select(seat => seat.Client!)];
        }
    }

    /// <summary>A client's order is over, or it came: the run may have it once it has been told, unless somebody else wants it first.</summary>
    /// <param name="seat">Its seat.</param>
    /// <param name="client">The client.</param>
    /// <param name="heard">What the run is told.</param>
    internal void Release(Seat seat, ConnectedClient client, LiveEvent heard)
    {
        LetGo(seat, client);
        Offer(seat, client, heard);
    }

    /// <summary>An order besides its tasks is over.</summary>
    internal void ReleaseTaken(Seat seat, ConnectedClient client)
    {
        LetGo(seat, client);
        Inbox.Add(new(LiveEventKind.Ready, seat.Number, default), () => { });
    }

    /// <summary>A client's task is lost, and the client gone.</summary>
    internal void Lose(int client, UpdateOutcome loss) => Inbox.Add(new(LiveEventKind.Lost, client, default) { Loss = loss }, () => { });

    private void Offer(Seat seat, ConnectedClient client, LiveEvent heard)
    {
        WhenIdle?.Invoke(seat, client);
        Inbox.Add(heard, () => Tell(seat, client));
    }

    private void LetGo(Seat seat, ConnectedClient client)
    {
        lock (_lock)
        {
            seat.HasOrder &= seat.Client != client;
            Changed();
        }
    }

    private void Tell(Seat seat, ConnectedClient client)
    {
        lock (_lock)
        {
            seat.IsUntold &= seat.Client != client;
            Changed();
        }
    }

    private async Task WaitAsync(Func<bool> found, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (found())
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    private async Task WelcomeAsync(FlowerServer server)
    {
        await foreach (ConnectedClient client in server.Joined.ReadAllAsync().ConfigureAwait(false))
        {
            _ = WelcomeAsync(client);
        }
    }

    private async Task WelcomeAsync(ConnectedClient client)
    {
        try
        {
            IReadOnlyDictionary<string, Scalar>? properties = await client.GetPropertiesAsync(Nothing, CancellationToken.None).ConfigureAwait(false);
            if (Place(client, properties?.GetValueOrDefault("client").Whole) is not { } seat)
            {
                _log($"client {client.Number} ({client.Address}) finds all {_seats.Length} numbers taken; it is to come again");
                await client.SendHomeAsync(_whenFull).ConfigureAwait(false);
                return;
            }

            _log(string.Create(CultureInfo.InvariantCulture, $"client {client.Number} ({client.Address}) is the federation's client {seat.Number}"));
            Release(seat, client, new(LiveEventKind.Ready, seat.Number, default));
            await client.Departed.ConfigureAwait(false);
            Clear(seat, client);
        }
        catch (ClientGoneException)
        {
            // It was never here.
        }
    }

    private Seat? Place(ConnectedClient client, long? wanted)
    {
        lock (_lock)
        {
            Seat? seat = wanted is { } number && number >= 0 && number < _seats.Length && _seats[number].Client is null
                ? _seats[number] : Array.Find(_seats, seat => seat.Client is null);
            if (seat is not null)
            {
                (seat.Client, seat.HasOrder, seat.IsUntold, seat.IsPromised) = (client, true, true, false);
                Changed();
            }

            return seat;
        }
    }

    private void Clear(Seat seat, ConnectedClient client)
    {
        lock (_lock)
        {
            seat.Client = null;
            Changed();
        }

        WhenGone?.Invoke();
    }

    private void Changed()
    {
        _changed.TrySetResult();
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
