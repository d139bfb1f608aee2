namespace Straggler.Flower.Server;

/// <summary>A number of bytes that are shared: whoever wants more than are left waits in line.</summary>
/// <param name="capacity">The number; one who wants more than that waits until nobody else has any.</param>
internal sealed class ByteBudget(long capacity)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Claim> _line = [];
    private long _taken;

    /// <summary>Bytes that are out.</summary>
    public long Taken
    {
        get
        {
            lock (_lock)
            {
                return _taken;
            }
        }
    }

    /// <summary>Takes bytes, when it is one's turn and there are enough.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="cancellation">Leaves the line.</param>
    /// <returns>Gives them back when disposed of.</returns>
    public async ValueTask<IDisposable> TakeAsync(long bytes, CancellationToken cancellation)
    {
        Claim claim = new(this, Math.Min(bytes, capacity));
        lock (_lock)
        {
            _line.AddLast(claim);
            Serve();
        }

        using (cancellation.UnsafeRegister(static state => ((Claim)state!).Dispose(), claim))
        {
            await claim.Granted.Task.ConfigureAwait(false);
        }

        // A grant and a cancellation may cross.
        if (cancellation.IsCancellationRequested)
        {
            claim.Dispose();
            throw new OperationCanceledException(cancellation);
        }

        return claim;
    }

    private void Serve()
    {
        while (_line.First is { Value: { } first } && first.Bytes <= capacity - _taken)
        {
            _line.RemoveFirst();
            _taken += first.Bytes;
            first.Granted.SetResult();
        }
    }

    private void Return(Claim claim)
    {
        lock (_lock)
        {
            if (claim.Granted.Task.IsCompletedSuccessfully)
            {
                _taken -= claim.Bytes;
            }
            else
            {
                _line.Remove(claim);
                claim.Granted.SetCanceled();
            }

            Serve();
        }
    }

    private sealed class Claim(ByteBudget budget, long bytes) : IDisposable
    {
        private bool _returned;

        public long Bytes { get; } = bytes;

        public TaskCompletionSource Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref _returned, true))
            {
                budget.Return(this);
            }
        }
    }
}
