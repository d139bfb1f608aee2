using Straggler.Flower.Server;
using Straggler.Simulation;

namespace Straggler.Flower.Live;

/// <content>
/// How clients are taken for tasks. The run looks whether a client is ready and sends it a task a little later; in between the client may have
/// been asked to evaluate, which is no reason to lose the task.
/// </content>
public sealed partial class ClientRoster
{
    /// <summary>Promises a client that was ready to a task, before all other orders; null if it has gone since.</summary>
    internal (Seat Seat, ConnectedClient Client)? Promise(int number)
    {
        lock (_lock)
        {
            Seat seat = _seats[number];
            if (seat.Client is null || seat.IsUntold)
            {
                return null;
            }

            (seat.IsPromised, seat.IsUntold) = (true, true);
            return (seat, seat.Client);
        }
    }

    /// <summary>Takes a client for the task that it is promised to: at once, unless it was given another order since it was seen to be ready.</summary>
    /// <exception cref="ClientGoneException">The client is gone.</exception>
    /// <exception cref="OperationCanceledException">The task is not wanted any more; the promise is to be withdrawn.</exception>
    internal async Task TakePromisedAsync(Seat seat, ConnectedClient client, CancellationToken cancellation)
    {
        bool isThere = false;
        await WaitAsync(
            () =>
            {
                isThere = seat.Client == client;
                if (isThere && !seat.HasOrder)
                {
                    (seat.IsPromised, seat.HasOrder) = (false, true);
                    return true;
                }

                return !isThere;
            },
            cancellation).ConfigureAwait(false);
        if (!isThere)
        {
            throw new ClientGoneException(await client.Departed.ConfigureAwait(false));
        }
    }

    /// <summary>The task that a client is promised to is not wanted any more; the client may have another order, which goes on.</summary>
    internal void Withdraw(Seat seat, ConnectedClient client)
    {
        lock (_lock)
        {
            seat.IsPromised &= seat.Client != client;
        }

        Offer(seat, client, new(LiveEventKind.Ready, seat.Number, default));
    }
}
