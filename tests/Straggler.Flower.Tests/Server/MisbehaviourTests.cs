using System.Net.Sockets;
using CsCheck;
using Grpc.Core;
using Straggler.Flower.Server;
using Straggler.Flower.Tests.Support;
using Straggler.Flower.Wire;
using Straggler.Tests.Arrays;

namespace Straggler.Flower.Tests.Server;

/// <summary>Whoever does not keep to the protocol is dropped, with a line that says why; the others go on.</summary>
public sealed class MisbehaviourTests
{
    private const int Limit = 60_000;

    private static readonly Marshaller<byte[]> _raw = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);

    public static TheoryData<string, string> UnusableReplies { get; } = new()
    {
        { "no arrays", "the model has 0 arrays, expected 2" },
        { "an array too many", "the model has 3 arrays, expected 2" },
        { "another shape", "array 1 (\"fc.bias\"): it is <f4 (3,), expected <f4 (2,)" },
        { "another type", "array 0 (\"fc.weight\"): it is <i8 (2, 2), expected <f4 (2, 2)" },
        { "a pickle", "never read" },
        { "a cut array", "Expected 8: <f4 of shape (2,)" },
        { "another format", "tensor type is \"pickle\"" },
        { "not a number", "array \"fc.bias\" holds values that are not finite" },
        { "beyond singles", "array \"fc.bias\" holds values that are not finite" },
        { "fewer samples than none", "it reports -1 samples" },
        { "a status", "status 3 \"no\"" },
        { "a text that forges lines", "status 3 \"x\\u000aclient 7 joined\\u001b[2J\"" },
        { "a text without end", "status 3 \"xxx" },
        { "a metric without value", "the value of \"x\" is missing" },
        { "another kind", "it answered \"Fit\" with \"Evaluate\"" },
        { "nothing", "it answered \"Fit\" with \"None\"" },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Timeout = Limit)]
    [MemberData(nameof(UnusableReplies))]
    public async Task Fit_UnusableReply_DropsTheClientAndNobodyElse(string what, string reason)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        (ConnectedClient proper, _) = await server.JoinAsync(new ScriptedClient(Example.Layout));
        (ConnectedClient client, AsyncDuplexStreamingCall<ToServer, ToClient> call) = await server.JoinAsync();

        Task<FitResult> task = Fit(client);
        await call.RequestStream.WriteAsync(Reply(what), Cancellation);

        ClientGoneException gone = await Assert.ThrowsAsync<ClientGoneException>(() => task);
        Assert.Equal(DepartureKind.Dropped, gone.Departure.Kind);
        Assert.Contains(reason, gone.Message, StringComparison.Ordinal);
        string line = await server.Log.WhenAsync("was dropped");
        Assert.StartsWith("client 2 (127.0.0.1:", line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.InRange(line.Length, 1, 300);
        RpcException told = await Assert.ThrowsAsync<RpcException>(async () => { while (await call.ResponseStream.MoveNext(Cancellation)) { } });
        Assert.Contains(reason, told.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(10, (await Fit(proper)).Samples);
    }

    [Fact(Timeout = Limit)]
    public async Task Fit_NotFiniteButAllowed_IsTaken()
    {
        await using RunningServer server = await RunningServer.StartAsync(new() { AllowNonFinite = true });
        (ConnectedClient client, AsyncDuplexStreamingCall<ToServer, ToClient> call) = await server.JoinAsync();

        float[] trained = new float[6];
        Task<FitResult> task = client.FitAsync(Example.Model, Example.Layout, Example.NoConfig, trained, Cancellation);
        await call.RequestStream.WriteAsync(Reply("not a number"), Cancellation);
        _ = await task;

        Assert.True(float.IsNaN(trained[4]));
    }

    [Fact(Timeout = Limit)]
    public async Task Reply_Unasked_DropsTheClient()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        (ConnectedClient client, AsyncDuplexStreamingCall<ToServer, ToClient> call) = await server.JoinAsync();

        await call.RequestStream.WriteAsync(new() { Evaluate = new() { Loss = 1 } }, Cancellation);

        Assert.Equal(new(DepartureKind.Dropped, "it sent \"Evaluate\" without being asked"), await client.Departed);
    }

    [Fact(Timeout = Limit)]
    public async Task Reply_Twice_DropsTheClientAfterTheFirst()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        (ConnectedClient client, AsyncDuplexStreamingCall<ToServer, ToClient> call) = await server.JoinAsync();

        Task<FitResult> task = Fit(client);
        await call.RequestStream.WriteAsync(Example.Fitted(), Cancellation);
        Assert.Equal(3, (await task).Samples);
        await call.RequestStream.WriteAsync(Example.Fitted(), Cancellation);

        Assert.Contains("without being asked", (await client.Departed).Reason, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData(1000, 2000)]
    [InlineData(2000, 1000)]
    public async Task Message_TooBig_IsNotEvenRead(int atFirst, int later)
    {
        await using RunningServer server = await RunningServer.StartAsync(new() { MaximumMessageBytes = atFirst });
        server.Server.LimitMessages(later);
        (ConnectedClient client, AsyncDuplexStreamingCall<byte[], ToClient> call) = await server.JoinAsync(_raw);

        Task<FitResult> task = Fit(client);
        Task writing = call.RequestStream.WriteAsync(new byte[100 << 20], Cancellation);

        Assert.Equal(
            "it sent a message of 104857600 bytes, allowed are 1000",
            (await Assert.ThrowsAsync<ClientGoneException>(() => task)).Message);
        await Assert.ThrowsAnyAsync<Exception>(() => writing);
    }

    [Fact(Timeout = Limit)]
    public async Task Message_BigAndUnasked_IsNotEvenRead()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        (ConnectedClient client, AsyncDuplexStreamingCall<byte[], ToClient> call) = await server.JoinAsync(_raw);

        Task writing = call.RequestStream.WriteAsync(new byte[100 << 20], Cancellation);

        Assert.Equal(new(DepartureKind.Dropped, "it sent a message of 104857600 bytes without being asked"), await client.Departed);
        await Assert.ThrowsAnyAsync<Exception>(() => writing);
    }

    /// <summary>Who has only been asked who it is must not take room from those who send models.</summary>
    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Message_TooBigForAnAnswerWithoutArrays_IsNotEvenRead(bool evaluates)
    {
        await using RunningServer server = await RunningServer.StartAsync(new() { MaximumDescriptionBytes = 10_000 });
        using RawClient raw = await RawClient.JoinAsync(server.Server.Port);
        ConnectedClient client = await server.NextClientAsync();

        Task task = evaluates ? client.EvaluateAsync(Example.Model, Example.NoConfig, Cancellation) : client.GetPropertiesAsync(Example.NoConfig, Cancellation);
        await raw.SendMessageAsync(10_001, new byte[10]);

        Assert.Equal("it sent a message of 10001 bytes, allowed are 10000", (await Assert.ThrowsAsync<ClientGoneException>(() => task)).Message);
    }

    [Fact(Timeout = Limit)]
    public async Task Message_ManySmallThings_IsNotParsed()
    {
        await using RunningServer server = await RunningServer.StartAsync(new() { MaximumDescriptionBytes = 10_000 });
        (ConnectedClient client, AsyncDuplexStreamingCall<ToServer, ToClient> call) = await server.JoinAsync();
        ToServer reply = Example.Fitted();
        for (int i = 0; i < 2000; i++)
        {
            reply.Fit.Metrics.Add($"{i}", new() { Real = i });
        }

        Task<FitResult> task = Fit(client);
        await call.RequestStream.WriteAsync(reply, Cancellation);

        Assert.Contains("all but the arrays' contents takes", (await Assert.ThrowsAsync<ClientGoneException>(() => task)).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Message_RandomBytes_DropsTheClientAndNobodyElse()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        (ConnectedClient proper, _) = await server.JoinAsync(new ScriptedClient(Example.Layout));
        await Gen.Byte.Array[1, 100].SampleAsync(
            async message =>
            {
                (ConnectedClient client, AsyncDuplexStreamingCall<byte[], ToClient> call) = await server.JoinAsync(_raw);
                Task<FitResult> task = Fit(client);
                await call.RequestStream.WriteAsync(message, Cancellation);

                return (await Assert.ThrowsAsync<ClientGoneException>(() => task)).Departure.Kind != DepartureKind.Lost;
            },
            iter: 60,
            threads: 1);

        Assert.Equal(10, (await Fit(proper)).Samples);
    }

    [Fact(Timeout = Limit)]
    public async Task Message_NumberThatRunsPastItsMessage_DropsTheClient()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        (ConnectedClient client, AsyncDuplexStreamingCall<byte[], ToClient> call) = await server.JoinAsync(_raw);

        await call.RequestStream.WriteAsync([0x22, 1, 0x80, 1], Cancellation);

        Assert.Equal(DepartureKind.Dropped, (await client.Departed).Kind);
    }

    [Fact(Timeout = Limit)]
    public async Task Token_MissingOrWrong_IsNotLetIn()
    {
        await using RunningServer server = await RunningServer.StartAsync(new() { Token = "secret" });

        Assert.Contains("shows no token", (await Join(server, null)).Message, StringComparison.Ordinal);
        Assert.Contains("shows another token", (await Join(server, "secret2")).Message, StringComparison.Ordinal);
        Task stay = Join(server, "secret");
        _ = await server.NextClientAsync();
        Assert.False(stay.IsCompleted);
    }

    [Fact(Timeout = Limit)]
    public async Task Clients_MoreThanAllowed_AreNotLetIn()
    {
        await using RunningServer server = await RunningServer.StartAsync(new() { MaximumClients = 1 });
        (_, Task first) = await server.JoinAsync(new ScriptedClient(Example.Layout));

        Assert.Contains("there are 1 clients already", (await Join(server, null)).Message, StringComparison.Ordinal);
        Assert.False(first.IsCompleted);
    }

    /// <summary>Only those make room who do not tell their properties, in the order in which they came.</summary>
    [Fact(Timeout = Limit)]
    public async Task Clients_MoreThanAllowed_TheSilentOnesMakeRoomInTheOrderInWhichTheyCame()
    {
        await using RunningServer server = await RunningServer.StartAsync(new() { MaximumClients = 3 });
        (ConnectedClient proper, Task stay) = await server.JoinAsync(new ScriptedClient(Example.Layout));
        await proper.GetPropertiesAsync(Example.NoConfig, Cancellation);
        List<(Task Introduction, AsyncDuplexStreamingCall<ToServer, ToClient> Call)> silent = [];
        for (int guest = 0; guest < 2; guest++)
        {
            (ConnectedClient client, AsyncDuplexStreamingCall<ToServer, ToClient> call) = await server.JoinAsync();
            silent.Add((client.GetPropertiesAsync(Example.NoConfig, Cancellation), call));
        }

        (ConnectedClient third, _) = await server.JoinAsync(new ScriptedClient(Example.Layout));
        ClientGoneException gone = await Assert.ThrowsAsync<ClientGoneException>(() => silent[0].Introduction);
        Assert.Equal(new(DepartureKind.Left, "it did not tell its properties while others waited to be let in"), gone.Departure);
        Assert.Equal([10], await ReconnectsAsync(silent[0].Call));
        Assert.False(silent[1].Introduction.IsCompleted);

        (ConnectedClient fourth, _) = await server.JoinAsync(new ScriptedClient(Example.Layout));
        await Assert.ThrowsAsync<ClientGoneException>(() => silent[1].Introduction);
        Assert.Equal([10], await ReconnectsAsync(silent[1].Call));
        Assert.Contains("there are 3 clients already", (await Join(server, null)).Message, StringComparison.Ordinal);
        Assert.False(stay.IsCompleted);
        Assert.All([proper, third, fourth], client => Assert.False(client.Departed.IsCompleted));
    }

    /// <summary>Of 20 there are two proper ones in the end, so 18 of the 60 silent ones are left.</summary>
    [Fact(Timeout = Limit)]
    public async Task Clients_CrowdOfSilentOnes_KeepsNobodyOut()
    {
        await using RunningServer server = await RunningServer.StartAsync(new() { MaximumClients = 20 });
        (ConnectedClient early, _) = await server.JoinAsync(new ScriptedClient(Example.Layout));
        RawClient[] crowd = new RawClient[60];
        Task[] introductions = new Task[crowd.Length];
        for (int guest = 0; guest < crowd.Length; guest++)
        {
            crowd[guest] = await RawClient.JoinAsync(server.Server.Port);
            introductions[guest] = (await server.NextClientAsync()).GetPropertiesAsync(Example.NoConfig, Cancellation);
        }

        (ConnectedClient late, _) = await server.JoinAsync(new ScriptedClient(Example.Layout));

        foreach (Task introduction in introductions[..42])
        {
            await Assert.ThrowsAsync<ClientGoneException>(() => introduction);
        }

        Assert.All(introductions[42..], introduction => Assert.False(introduction.IsCompleted));
        Assert.Equal(10, (await Fit(early)).Samples);
        Assert.Equal(10, (await Fit(late)).Samples);
        Array.ForEach(crowd, guest => guest.Dispose());
    }

    [Fact(Timeout = Limit)]
    public async Task Connections_MoreThanAllowed_AreClosed()
    {
        await using RunningServer server = await RunningServer.StartAsync(new() { MaximumConnections = 3, JoinTimeout = TimeSpan.FromHours(1) });
        (ConnectedClient proper, _) = await server.JoinAsync(new ScriptedClient(Example.Layout));
        TcpClient[] flood = [.. Enumerable.Range(0, 50).Select(_ => new TcpClient())];
        foreach (TcpClient visitor in flood)
        {
            try
            {
                await visitor.ConnectAsync("127.0.0.1", server.Server.Port, Cancellation);
            }
            catch (SocketException)
            {
                // Closed before the connection was noticed here.
            }
        }

        // Two fit beside the proper client, not always the first two that came; the others' streams end.
        List<Task> ends = [.. flood.Select(visitor => visitor.Connected ? EndsAsync(visitor) : Task.CompletedTask)];
        for (int ended = 0; ended < flood.Length - 2; ended++)
        {
            ends.Remove(await Task.WhenAny(ends));
        }

        Assert.All(ends, stays => Assert.False(stays.IsCompleted));
        Assert.Contains("there are 3 connections already", await server.Log.WhenAsync("was not let in"), StringComparison.Ordinal);
        Assert.Equal(10, (await Fit(proper)).Samples);
        Array.ForEach(flood, visitor => visitor.Dispose());
    }

    /// <summary>Bytes that might still become something are waited for, as long as is allowed.</summary>
    [Theory(Timeout = Limit)]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("\x16\x03\x01\x00\xA5garbage that is long enough for a frame of its own")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnot a frame at all, whatever one may say")]
    public async Task Socket_Garbage_EndsThatConnectionAlone(string bytes)
    {
        await using RunningServer server = await RunningServer.StartAsync(new() { JoinTimeout = TimeSpan.FromSeconds(1) });

        // In real time, as the limit is: who does not get to join within it, on a busy machine, comes again.
        _ = new Flower.Client.FlowerMember(new() { Server = server.Address }, TimeProvider.System, () => 0, _ => { })
            .RunAsync(new ScriptedClient(Example.Layout), Cancellation);
        ConnectedClient proper = await server.NextClientAsync();
        using TcpClient visitor = new();
        await visitor.ConnectAsync("127.0.0.1", server.Server.Port, Cancellation);
        await visitor.GetStream().WriteAsync(System.Text.Encoding.Latin1.GetBytes(bytes), Cancellation);

        Assert.True(await EndsAsync(visitor));
        Assert.EndsWith("connected, but did not join", await server.Log.WhenAsync("did not join"), StringComparison.Ordinal);
        Assert.Equal(10, (await Fit(proper)).Samples);
    }

    private static Task<FitResult> Fit(ConnectedClient client) =>
        client.FitAsync(Example.Model, Example.Layout, Example.NoConfig, new float[6], Cancellation);

    private static async Task<FlowerException> Join(RunningServer server, string? token) => await Assert.ThrowsAsync<FlowerException>(() =>
        new Flower.Client.FlowerMember(new() { Server = server.Address, Token = token, MaximumFailures = 1 }, server.Clock, () => 0, _ => { })
            .RunAsync(new ScriptedClient(Example.Layout), Cancellation));

    /// <summary>After how many seconds a client was told to come again, before its stream ended well.</summary>
    private static async Task<List<long>> ReconnectsAsync(AsyncDuplexStreamingCall<ToServer, ToClient> call)
    {
        List<long> seconds = [];
        while (await call.ResponseStream.MoveNext(Cancellation))
        {
            if (call.ResponseStream.Current is { OrderCase: ToClient.OrderOneofCase.Reconnect, Reconnect.Seconds: var wait })
            {
                seconds.Add(wait);
            }
        }

        return seconds;
    }

    /// <summary>Reads to the end that the server makes.</summary>
    private static async Task<bool> EndsAsync(TcpClient visitor)
    {
        byte[] buffer = new byte[1000];
        try
        {
            while (await visitor.GetStream().ReadAsync(buffer, Cancellation) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Reset, rather than closed: as good.
        }

        return true;
    }

    private static ToServer Reply(string what)
    {
        ToServer reply = new() { Fit = new() { Parameters = Example.Tensors(Example.Matrix(), Example.Vector()), NumExamples = 1 } };
        Google.Protobuf.Collections.RepeatedField<Google.Protobuf.ByteString> images = reply.Fit.Parameters.Images;
        switch (what)
        {
            case "no arrays":
                images.Clear();
                break;
            case "an array too many":
                images.Add(images[1]);
                break;
            case "another shape":
                images[1] = Image(Npy.File("<f4", "(3,)", new byte[12]));
                break;
            case "another type":
                images[0] = Image(Npy.File("<i8", "(2, 2)", new byte[32]));
                break;
            case "a pickle":
                images[1] = Image(Npy.File("|O", "(2,)", new byte[8]));
                break;
            case "a cut array":
                images[1] = Image(Npy.File("<f4", "(2,)", new byte[7]));
                break;
            case "another format":
                reply.Fit.Parameters.Format = "pickle";
                break;
            case "not a number":
                images[1] = Image(Npy.File("<f4", "(2,)", Npy.Bytes(float.NaN, 1)));
                break;
            case "beyond singles":
                images[1] = Image(Npy.File("<f8", "(2,)", [.. BitConverter.GetBytes(1e300), .. new byte[8]]));
                break;
            case "fewer samples than none":
                reply.Fit.NumExamples = -1;
                break;
            case "a status":
                reply.Fit.Status = new() { Code = ReplyCode.NoFit, Text = "no" };
                break;
            case "a text that forges lines":
                reply.Fit.Status = new() { Code = ReplyCode.NoFit, Text = "x\nclient 7 joined\u001b[2J" };
                break;
            case "a text without end":
                reply.Fit.Status = new() { Code = ReplyCode.NoFit, Text = new('x', 500_000) };
                break;
            case "a metric without value":
                reply.Fit.Metrics.Add("x", new());
                break;
            case "another kind":
                return new() { Evaluate = new() };
            default:
                return new();
        }

        return reply;
    }

    private static Google.Protobuf.ByteString Image(byte[] file) => Google.Protobuf.ByteString.CopyFrom(file);
}
