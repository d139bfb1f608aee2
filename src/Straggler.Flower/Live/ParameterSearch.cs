using Straggler.Flower.Models;
using Straggler.Flower.Server;

namespace Straggler.Flower.Live;

/// <summary>Looks for a client that gives parameters to begin with.</summary>
/// <param name="roster">The clients.</param>
/// <param name="read">Reads what a client gives.</param>
/// <param name="log">Told of clients that have nothing to give.</param>
internal sealed class ParameterSearch<T>(ClientRoster roster, Func<WireModel, T> read, Action<string> log)
{
    /// <summary>How long a client is waited for before the next is asked as well.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HashSet<ConnectedClient> _asked = [];
    private readonly TaskCompletionSource<T> _found = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Asks until parameters of use have come.</summary>
    public async Task<T> RunAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            _ = AskAllAsync(over.Token);
            return await _found.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task AskAllAsync(CancellationToken over)
    {
        try
        {
            while (true)
            {
                (Seat seat, ConnectedClient client) = await roster.TakeAsync(_asked, over).ConfigureAwait(false);
                _asked.Add(client);
                Task asked = AskAsync(seat, client);
                await Task.WhenAny(asked, Task.Delay(Patience, roster.Clock, over)).ConfigureAwait(false);
                over.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException)
        {
            // There are parameters, or nobody wants any more.
        }
    }

    private async Task AskAsync(Seat seat, ConnectedClient client)
    {
        try
        {
            WireModel? model = await client.GetParametersAsync(ClientRoster.Nothing, CancellationToken.None).ConfigureAwait(false);
            if (model is not { ByteCount: > 0 })
            {
                log($"client {client.Number} ({client.Address}) has no parameters to give");
            }
            else if (!_found.Task.IsCompleted)
            {
                _found.TrySetResult(read(model));
            }
        }
        catch (ClientGoneException)
        {
            // Somebody else may have some.
        }
        catch (FlowerException fault)
        {
            client.Drop($"its parameters are of no use: {fault.Message}");
        }
#pragma warning disable CA1031 // Whatever else fails is thrown again where the parameters are awaited.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            _found.TrySetException(defect);
        }

        if (!client.Departed.IsCompleted)
        {
            roster.ReleaseTaken(seat, client);
        }
    }
}
