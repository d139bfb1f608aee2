using Straggler.Flower.Client;
using Straggler.Flower.Live;
using Straggler.Flower.Models;
using Straggler.Flower.Server;
using Straggler.Flower.Tests.Support;
using Straggler.Simulation;

namespace Straggler.Flower.Tests.Live;

/// <summary>Which client's parameters a run begins with.</summary>
public class ParameterSearchTests
{
    private const int Limit = 60_000;

    private static readonly float[] _ones = [1, 1, 1, 1, 1, 1];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task AskParametersAsync_FirstClientHasNone_AsksTheNext()
    {
        await using LiveServer server = await LiveServer.StartAsync(2);
        await server.JoinAsync(new FreeMember(), new ScriptedClient(Example.Layout));
        Assert.Equal(_ones, await server.Roster.AskParametersAsync(Read, Cancellation));
    }

    [Fact(Timeout = Limit)]
    public async Task AskParametersAsync_FirstClientsAreOfNoUse_IsDroppedAndTheNextAsked()
    {
        await using LiveServer server = await LiveServer.StartAsync(2);
        await server.JoinAsync(new ScriptedClient(Example.Layout, float.NaN), new ScriptedClient(Example.Layout));

        Assert.Equal(_ones, await server.Roster.AskParametersAsync(Read, Cancellation));
        string line = await server.Running.Log.WhenAsync("was dropped");
        Assert.StartsWith("client 1 (", line, StringComparison.Ordinal);
        Assert.EndsWith("was dropped: its parameters are of no use: not finite", line, StringComparison.Ordinal);

        // Its order ends after its parameters have been read.
        await server.Roster.WaitForAsync(1, Cancellation);
        Assert.True(server.Clients.IsReady(1));
    }

    [Fact(Timeout = Limit)]
    public async Task AskParametersAsync_FirstClientIsSilent_TheNextIsAskedMeanwhileAndNobodyIsLost()
    {
        await using LiveServer server = await LiveServer.StartAsync(2);
        SilentMember silent = new();
        await server.JoinAsync(silent, new ScriptedClient(Example.Layout));
        Task<float[]> search = server.Roster.AskParametersAsync(Read, Cancellation);
        await silent.Asked.Task;
        await server.Running.Clock.WhenTimerAsync(ParameterSearch<float[]>.Patience);
        Assert.False(search.IsCompleted);
        server.Running.Clock.Advance(ParameterSearch<float[]>.Patience);
        Assert.Equal(_ones, await search);

        // It has an order until it answers, and can have a task from then on. The other's order ends after its parameters have been read.
        await server.Roster.WaitForAsync(1, Cancellation);
        Assert.Equal([false, true], [server.Clients.IsReady(0), server.Clients.IsReady(1)]);
        server.Clients.Begin(VirtualTime.Zero);
        silent.Answer.SetResult(null);
        Assert.Equal((LiveEventKind.Ready, 0), await server.HeardAsync());
        Assert.True(server.Clients.IsReady(0));
    }

    /// <summary>Where the run waits for as many clients as there are, a silent one would hold it up for as long as a task may take.</summary>
    [Fact(Timeout = Limit)]
    public async Task AskParametersAsync_ClientStaysSilent_IsSentAwayLongBeforeATasksTime()
    {
        FlowerServerOptions options = new() { IntroductionTimeout = TimeSpan.FromMinutes(2), TransferTimeout = TimeSpan.FromMinutes(3), ReplyTimeout = TimeSpan.FromHours(1) };
        await using LiveServer server = await LiveServer.StartAsync(2, options);
        SilentMember silent = new();
        await server.JoinAsync(silent, new ScriptedClient(Example.Layout));
        Task<float[]> search = server.Roster.AskParametersAsync(Read, Cancellation);
        await server.Running.Clock.WhenTimerAsync(ParameterSearch<float[]>.Patience);
        await server.Running.Clock.WhenTimerAsync(TimeSpan.FromMinutes(5));
        server.Running.Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(_ones, await search);
        Assert.Contains("it did not answer \"GetParameters\" within 00:05:00", await server.Running.Log.WhenAsync("took too long"), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task AskParametersAsync_ReadingFails_IsThrown()
    {
        await using LiveServer server = await LiveServer.StartAsync(1);
        await server.JoinAsync(new ScriptedClient(Example.Layout));
        await Assert.ThrowsAsync<NotSupportedException>(() => server.Roster.AskParametersAsync<int>(_ => throw new NotSupportedException(), Cancellation));
    }

    [Fact(Timeout = Limit)]
    public async Task AskParametersAsync_NobodyHasAny_EndsWhenItIsCancelled()
    {
        await using LiveServer server = await LiveServer.StartAsync(1);
        await server.JoinAsync(new FreeMember());
        using CancellationTokenSource end = new();
        Task<float[]> search = server.Roster.AskParametersAsync(Read, end.Token);
        await server.Running.Log.WhenAsync("has no parameters to give");
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);
    }

    private static float[] Read(WireModel model)
    {
        float[] values = new float[6];
        Example.Layout.Read(model, values);
        return values.All(float.IsFinite) ? values : throw new FlowerException("not finite");
    }

    /// <summary>A client that takes its time to give parameters.</summary>
    private sealed class SilentMember : IFlowerClient
    {
        public TaskCompletionSource Asked { get; } = new();

        public TaskCompletionSource<WireModel?> Answer { get; } = new();

        public Task<WireModel?> GetParametersAsync(IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation)
        {
            Asked.SetResult();
            return Answer.Task.WaitAsync(cancellation);
        }

        public Task<FitReport> FitAsync(WireModel model, IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation) =>
            throw new NotSupportedException();
    }
}
