using Straggler.Delays;
using Straggler.Federation;
using Straggler.Simulation;
using Straggler.Training;

namespace Straggler.Tests.Support;

/// <summary>Live clients that answer when delays say so, on a clock that goes on as fast as it is listened to.</summary>
/// <param name="trainer">Who trains.</param>
/// <param name="delays">How long tasks take.</param>
/// <param name="comings">When which client comes and goes; null for clients that are always there.</param>
internal sealed class ScriptedClients(IClientTrainer trainer, DelayModel delays, IReadOnlyList<ScriptedClients.Coming>? comings = null) : ILiveClients
{
    private readonly EventQueue<Func<Task<LiveEvent?>>> _script = new();
    private readonly HashSet<int> _away = [.. (comings ?? []).Where(coming => coming.Comes).Select(coming => coming.Client)];
    private readonly HashSet<int> _busy = [];
    private readonly HashSet<int> _lost = [];
    private VirtualTime _now;

    /// <summary>A client comes or goes.</summary>
    internal sealed record Coming(int Client, double At, bool Comes);

    /// <summary>On how many samples a client says that it trained.</summary>
    public Func<LocalTask, int> Samples { get; init; } = _ => 10;

    /// <summary>When the clock started.</summary>
    public VirtualTime Began { get; private set; }

    public void Begin(VirtualTime now)
    {
        Began = _now = now;
        foreach (Coming coming in comings ?? [])
        {
            _script.Add(new(coming.At), () => Task.FromResult(Move(coming)));
        }
    }

    public bool IsReady(int client) => !_away.Contains(client) && !_busy.Contains(client);

    public ITraining Start(in LocalTask task, ModelVersion dispatched, VirtualTime due)
    {
        Assert.Equal(VirtualTime.Never, due);
        ITraining training = trainer.Start(task, dispatched, due);
        (int client, int samples) = (task.Client, Samples(task));
        Assert.True(IsReady(client));
        _busy.Add(client);
        VirtualTime ends = _now + delays.Duration(client, task.Occurrence, 1);
        _script.Add(ends, () => AnswerAsync(client, ends, training, samples));
        return training;
    }

    public async ValueTask<LiveEvent?> NextAsync(VirtualTime until, CancellationToken cancellation)
    {
        while (_script.NextTime <= until && _script.Count > 0)
        {
            _now = _script.NextTime;
            if (await _script.Take()() is { } happened)
            {
                return happened;
            }
        }

        Assert.NotEqual(VirtualTime.Never, until);
        _now = until;
        return null;
    }

    private LiveEvent? Move(Coming coming)
    {
        if (coming.Comes)
        {
            _away.Remove(coming.Client);
            return new(LiveEventKind.Ready, coming.Client, _now);
        }

        _away.Add(coming.Client);
        if (_busy.Remove(coming.Client))
        {
            _lost.Add(coming.Client);
            return new(LiveEventKind.Lost, coming.Client, _now);
        }

        return null;
    }

    private async Task<LiveEvent?> AnswerAsync(int client, VirtualTime ends, ITraining training, int samples)
    {
        if (_lost.Remove(client))
        {
            return null;
        }

        _busy.Remove(client);
        try
        {
            await training.Result;
        }
        catch (OperationCanceledException)
        {
            return new(LiveEventKind.Ready, client, ends);
        }

        return new(LiveEventKind.Answered, client, ends) { Samples = samples };
    }
}
