using System.Threading.Channels;
using Straggler.Federation;
using Straggler.Simulation;
using Straggler.Training;

namespace Straggler.Flower.Tests.Support;

/// <summary>Live clients of which a test hears what the loop hears.</summary>
internal sealed class HeardClients(ILiveClients clients) : ILiveClients
{
    private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<LiveEvent> _heard = Channel.CreateUnbounded<LiveEvent>();

    /// <summary>The next event that the loop has been told.</summary>
    public Task<LiveEvent> NextAsync() => _heard.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();

    /// <summary>Completes when the clock has started.</summary>
    public Task Began => _began.Task;

    public void Begin(VirtualTime now)
    {
        clients.Begin(now);
        _began.SetResult();
    }

    public bool IsReady(int client) => clients.IsReady(client);

    public ITraining Start(in LocalTask task, ModelVersion dispatched, VirtualTime due) => clients.Start(task, dispatched, due);

    public async ValueTask<LiveEvent?> NextAsync(VirtualTime until, CancellationToken cancellation)
    {
        LiveEvent? next = await clients.NextAsync(until, cancellation);
        if (next is { } heard)
        {
            _heard.Writer.TryWrite(heard);
        }

        return next;
    }
}
