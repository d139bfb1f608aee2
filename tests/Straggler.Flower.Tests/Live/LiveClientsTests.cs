using Straggler.Arrays;
using Straggler.Federation;
using Straggler.Flower.Models;
using Straggler.Flower.Tests.Support;
using Straggler.Recording;
using Straggler.Simulation;
using Straggler.Training;

namespace Straggler.Flower.Tests.Live;

/// <summary>Who is who, and how tasks end, over a real server.</summary>
public class LiveClientsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task IsReady_ClientsWithAndWithoutNumbers_HaveTheirOwnOrTheLowestFree()
    {
        await using LiveServer server = await LiveServer.StartAsync(5);
        await server.JoinAsync(new FreeMember { Number = 2 }, new FreeMember { Number = 2 }, new FreeMember(), new FreeMember { Number = 99 });
        Assert.Equal([true, true, true, true, false], Enumerable.Range(0, 5).Select(server.Clients.IsReady));
        Assert.Contains(server.Running.Log.Lines, line => line.StartsWith("client 1 ", StringComparison.Ordinal) && line.EndsWith("is the federation's client 2", StringComparison.Ordinal));
        Assert.Contains(server.Running.Log.Lines, line => line.StartsWith("client 2 ", StringComparison.Ordinal) && line.EndsWith("is the federation's client 0", StringComparison.Ordinal));
        Assert.Contains(server.Running.Log.Lines, line => line.StartsWith("client 4 ", StringComparison.Ordinal) && line.EndsWith("is the federation's client 3", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_ClientAnswers_ResultAndReport()
    {
        await using LiveServer server = await LiveServer.StartAsync(1);
        FreeMember member = new();
        await server.JoinAsync(member);
        server.Clients.Begin(new(10));
        ITraining training = server.Send(0);
        Assert.False(server.Clients.IsReady(0));
        server.Running.Clock.Advance(TimeSpan.FromSeconds(4));
        member.Answer(FreeMember.Proper);

        LiveEvent heard = await server.NextAsync();
        using TrainedModel trained = await training.Result;
        Assert.Equal(new(LiveEventKind.Answered, 0, new(14)) { Samples = 3 }, heard);
        Assert.Equal([1, 2, 3, 4, 5, 6], trained.Parameters.ToArray());
        Assert.Equal((0.5, 6L * 4), (trained.Outcome.MeanLoss, trained.Outcome.UploadBytes));

        // One epoch of three samples in batches of 32; from a model of zeros the norm is √(1 + 4 + 9 + 16 + 25 + 36).
        Assert.Equal(1, trained.Outcome.GradientSteps);
        Assert.Equal(Math.Sqrt(91), trained.Outcome.UpdateNorm, 1e-6);
        Assert.True(server.Clients.IsReady(0));
    }

    /// <summary>
    /// Asked are two epochs of 10 samples in batches of 4, six steps; who says nothing that could be is taken to have made those. The samples
    /// are the client's word too: two epochs have 2·10⁶ batches at most.
    /// </summary>
    [Theory]
    [InlineData(4.0, 10, 4)]
    [InlineData(20.0, 10, 20)]
    [InlineData(600.0, 10, 600)]
    [InlineData(601.0, 10, 6)]
    [InlineData(2147483647.0, 10, 6)]
    [InlineData(0.0, 10, 6)]
    [InlineData(-5.0, 10, 6)]
    [InlineData(double.NaN, 10, 6)]
    [InlineData(double.PositiveInfinity, 10, 6)]
    [InlineData(2e6, int.MaxValue, 2_000_000)]
    [InlineData(2e6 + 1, int.MaxValue, 2_000_000)]
    [InlineData(1e8, int.MaxValue, 2_000_000)]
    [InlineData(1e9, int.MaxValue, 2_000_000)]
    [InlineData(1999.0, int.MaxValue, 1999)]
    public async Task Start_ClientTellsSteps_BelievedIfTheyCouldBe(double said, int samples, int expected)
    {
        await using LiveServer server = await LiveServer.StartAsync(1, recipe: new() { Epochs = 2, BatchSize = 4 });
        FreeMember member = new();
        await server.JoinAsync(member);
        server.Clients.Begin(VirtualTime.Zero);
        ITraining training = server.Send(0);
        member.Answer(() => new(Example.Model, samples, new Dictionary<string, Scalar> { ["gradient_steps"] = said, ["loss_drop"] = double.NaN }));

        using TrainedModel trained = await training.Result;
        Assert.Equal((expected, 0.0), (trained.Outcome.GradientSteps, trained.Outcome.LossDrop));
    }

    [Fact]
    public async Task Start_ClientFallsOver_IsLostOfflineAndItsNumberFree()
    {
        FreeMember member = new() { Number = 0 };
        await using LiveServer server = await LiveServer.BeginAsync(member);
        server.Send(0);
        member.Answer(() => throw new InvalidOperationException("The power fails."));

        LiveEvent heard = await server.NextAsync();
        Assert.Equal((LiveEventKind.Lost, UpdateOutcome.LostOffline), (heard.Kind, heard.Loss));
        _ = await server.Running.Log.WhenAsync("client 1 (");
        _ = server.Running.StayAsync(new FreeMember { Number = 0 });
        Assert.Equal((LiveEventKind.Ready, 0), await server.HeardAsync());
        Assert.True(server.Clients.IsReady(0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_AnswerIsOfNoUse_IsLostOnTheWayUp(bool wrongShape)
    {
        FreeMember member = new();
        await using LiveServer server = await LiveServer.BeginAsync(member);
        server.Send(0);
        member.Answer(() => wrongShape ? FreeMember.Proper() with { Model = new(Example.Tensors(Example.Vector())) } : FreeMember.Proper() with { Samples = 0 });

        LiveEvent heard = await server.NextAsync();
        Assert.Equal((LiveEventKind.Lost, UpdateOutcome.LostUpload), (heard.Kind, heard.Loss));
        Assert.False(server.Clients.IsReady(0));
    }

    [Fact]
    public async Task Start_ClientTakesTooLong_IsLostByTimeout()
    {
        await using LiveServer server = await LiveServer.StartAsync(1, new() { ReplyTimeout = TimeSpan.FromSeconds(100) });
        await server.JoinAsync(new FreeMember());
        server.Clients.Begin(VirtualTime.Zero);
        server.Send(0);
        await server.Running.Clock.WhenTimerAsync(TimeSpan.FromSeconds(100));
        server.Running.Clock.Advance(TimeSpan.FromSeconds(100));

        LiveEvent heard = await server.NextAsync();
        Assert.Equal((LiveEventKind.Lost, UpdateOutcome.LostTimeout, 100.0), (heard.Kind, heard.Loss, heard.At.Seconds));
    }

    [Fact]
    public async Task GiveUp_ClientIsBusyUntilItHasAnswered_ThenReady()
    {
        FreeMember member = new();
        await using LiveServer server = await LiveServer.BeginAsync(member);
        ITraining training = server.Send(0);
        training.GiveUp();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => training.Result);
        Assert.False(server.Clients.IsReady(0));
        member.Answer(FreeMember.Proper);

        Assert.Equal((LiveEventKind.Ready, 0), await server.HeardAsync());
        Assert.True(server.Clients.IsReady(0));
    }

    [Fact]
    public async Task Start_NobodyIsThere_IsLostAtOnce()
    {
        await using LiveServer server = await LiveServer.StartAsync(2);
        server.Clients.Begin(VirtualTime.Zero);
        server.Send(1);
        LiveEvent heard = await server.NextAsync();
        Assert.Equal((LiveEventKind.Lost, 1, UpdateOutcome.LostOffline), (heard.Kind, heard.Client, heard.Loss));
    }

    [Fact]
    public async Task Start_StrategySendsVectors_IsADefect()
    {
        await using LiveServer server = await LiveServer.StartAsync(1);
        await server.JoinAsync(new FreeMember());
        Assert.Throws<InvalidOperationException>(() => server.Clients.Start(
            new(0, 0, new() { Correction = new float[6] }), server.Versions.Current, VirtualTime.Never));
    }

    [Theory]
    [InlineData(0, float.NaN)]
    [InlineData(1, float.NegativeInfinity)]
    [InlineData(2, float.PositiveInfinity)]
    [InlineData(3, float.NaN)]
    public async Task Start_AnswersThatAreNotFinite_AreNamedInTheLogOnce(int place, float value)
    {
        float[] answer = [float.MaxValue, float.MinValue, 3, 4];
        answer[place] = value;

        Assert.Equal(1, await NotFiniteAsync(new float[4], answer));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Start_FiniteAnswerToAModelThatIsNot_IsNotNamed(int place)
    {
        float[] sent = new float[4];
        sent[place] = float.PositiveInfinity;

        Assert.Equal(0, await NotFiniteAsync(sent, [float.MaxValue, float.MinValue, 3, 4]));
    }

    [Fact]
    public async Task Open_ClientThatDoesNotIntroduceItself_IsSentAway()
    {
        await using LiveServer server = await LiveServer.StartAsync(1, new() { IntroductionTimeout = TimeSpan.FromSeconds(50) });
        using RawClient silent = await RawClient.JoinAsync(server.Running.Server.Port);
        await server.Running.Clock.WhenTimerAsync(TimeSpan.FromSeconds(50));
        server.Running.Clock.Advance(TimeSpan.FromSeconds(50));

        Assert.EndsWith("took too long: it did not answer \"GetProperties\" within 00:00:50", await server.Running.Log.WhenAsync("took too long"), StringComparison.Ordinal);
    }

    /// <summary>How many lines of the log say so of a client that answers twice the same; the model is two weights and two buffers.</summary>
    private static async Task<int> NotFiniteAsync(float[] sent, float[] answer)
    {
        WireLayout layout = WireLayout.Of(new ParameterLayout([new("weight", [2], ParameterKind.Parameter, 0), new("mean", [2], ParameterKind.Buffer, 2)]));
        await using LiveServer server = await LiveServer.StartAsync(layout, sent);
        FreeMember member = new();
        await server.JoinAsync(member);
        server.Clients.Begin(VirtualTime.Zero);
        for (int task = 0; task < 2; task++)
        {
            ITraining training = server.Send(0);
            member.Answer(() => FreeMember.Proper() with { Model = layout.Write(answer) });
            (await training.Result).Dispose();
            Assert.Equal((LiveEventKind.Answered, 0), await server.HeardAsync());
        }

        return server.Running.Log.Lines.Count(line => line.EndsWith("answered with values that are not finite: such updates are refused", StringComparison.Ordinal));
    }
}
