using Straggler.Federation;
using Straggler.Simulation;
using Straggler.Training;

namespace Straggler.Lab.Tests.Running;

/// <summary>Live clients with a model of their own, on a clock that goes on as fast as it is listened to.</summary>
/// <remarks>Each task's update, sample count and metrics are other ones; client 2 sends NaN at first, and client 3 loses a task.</remarks>
internal sealed class ForeignClients : ILiveClients
{
    private readonly PriorityQueue<LiveEvent, double> _heard = new();
    private readonly HashSet<int> _busy = [];
    private VirtualTime _now;

    public void Begin(VirtualTime now) => _now = now;

    public bool IsReady(int client) => !_busy.Contains(client);

    public ITraining Start(in LocalTask task, ModelVersion dispatched, VirtualTime due)
    {
        (int client, int occurrence) = (task.Client, task.Occurrence);
        _busy.Add(client);
        VirtualTime ends = new(_now.Seconds + 1 + (0.37 * client) + (0.11 * ((occurrence * 7) % 5)) + (0.0001 * occurrence));
        bool isLost = task is { Client: 3, Occurrence: 2 };
        _heard.Enqueue(new(isLost ? LiveEventKind.Lost : LiveEventKind.Answered, client, ends) { Samples = isLost ? null : 5 + (((client * 7) + (occurrence * 5)) % 13) }, ends.Seconds);
        return new Answer(Train(task, dispatched));
    }

    public ValueTask<LiveEvent?> NextAsync(VirtualTime until, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!_heard.TryPeek(out LiveEvent next, out double at) || at > until.Seconds)
        {
            _now = until;
            return new((LiveEvent?)null);
        }

        _heard.Dequeue();
        _busy.Remove(next.Client);
        _now = next.At;
        return new(next);
    }

    private static TrainedModel Train(LocalTask task, ModelVersion dispatched)
    {
        using VersionLease sent = dispatched.Read();
        float[] local = sent.Parameters.ToArray();
        for (int element = 0; element < local.Length; element++)
        {
            local[element] += 0.01f * ((((task.Client + 2) * (element + 1)) + (3 * task.Occurrence)) % 11 - 4);
        }

        local[1] = task is { Client: 2, Occurrence: 0 or 1 } ? float.NaN : local[1];
        return new(local, new(0.1 * task.Client, 1 + (((task.Client * 3) + task.Occurrence) % 5))
        {
            LossDrop = 0.3 - (0.1 * ((task.Client + task.Occurrence) % 7)),
            RootMeanSquareLoss = 0.7 / (1 + task.Client),
            UpdateNorm = FlatVector.Distance(local, sent.Parameters),
            UploadBytes = 100 + task.Occurrence,
        }, _ => { });
    }

    private sealed class Answer(TrainedModel trained) : ITraining
    {
        public Task<TrainedModel> Result { get; } = Task.FromResult(trained);

        public void Hurry()
        {
        }

        public void GiveUp()
        {
        }
    }
}
