namespace Straggler.Cli.Tests.Fuzzing;

/// <summary>What is tried: below gRPC, in gRPC's frames, in the messages, and in their order.</summary>
internal static class Attacks
{
    /// <summary>0, 1 and 2, who are there, and two that nobody can be, zigzag.</summary>
    private static readonly long[] _claims = [0, 2, 4, -1, long.MaxValue];

    private static readonly byte[][] _wrongFits = [.. Replies.BuiltWrong()];
    private static readonly byte[] _modelOfOneArray = Replies.FitOfOneArray();
    private static readonly byte[][] _wrongEvaluations = [.. Replies.EvaluationsBuiltWrong()];

    /// <summary>Those that are made one by one, many at the same time.</summary>
    public static Attack[] Single { get; } =
    [
        new("random bytes", async visit => await SendAsync(visit, Random(visit, visit.Dice.Next(1, 3000)))),
        new("HTTP/1.1", async visit => await SendAsync(visit, "GET /flwr.proto.FlowerService/Join HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray())),
        new("a TLS hello that is cut", async visit => await SendAsync(visit, [0x16, 3, 1, 0, 0xA5, 1, 0, 0, 0xA1, 3, 3, .. Random(visit, visit.Dice.Next(150))])),
        new("a preface that is cut", async visit => await SendAsync(visit, Bytes.Preface[..visit.Dice.Next(Bytes.Preface.Length)])),
        new("random frames", RandomFramesAsync),
        new("frames that lie about their length", async visit => await visit.SayAsync(
            Bytes.Frame((byte)visit.Dice.Next(12), (byte)visit.Dice.Next(256), 1, Random(visit, visit.Dice.Next(50)), visit.Dice.Next(1 << 24)), Random(visit, 500))),
        new("an HPACK bomb", HeaderBombAsync),
        new("headers that are no headers", async visit => await visit.SayAsync(Bytes.Frame(Bytes.Headers, Bytes.EndHeaders, 1, Random(visit, 200)))),
        new("headers without an end", async visit => await visit.SayAsync(
            [Bytes.Frame(Bytes.Headers, 0, 1, visit.Request()), .. Repeat(visit, 2000, i => Bytes.Frame(Bytes.Continuation, 0, 1, i % 2 == 0 ? [] : Bytes.Header($"x{i}", "y")))])),
        new("a flood of settings", async visit => await visit.SayAsync(Repeat(visit, 3000, i => Bytes.Frame(Bytes.Settings, 0, 0, Bytes.Setting((ushort)(1 + (i % 6)), 1))))),
        new("a flood of pings", async visit => await visit.SayAsync(Repeat(visit, 3000, _ => Bytes.Frame(Bytes.Ping, 0, 0, new byte[8])))),
        new("joins that are reset at once", RapidResetAsync),
        new("window updates", async visit => await visit.SayAsync(Repeat(visit, 100, _ => Bytes.Frame(Bytes.WindowUpdate, 0, 0, Bytes.BigEndian(0x7FFFFFFF))))),
        new("frames on streams that are not there", async visit => await visit.SayAsync(
            Bytes.Frame(Bytes.Data, 0, (uint)visit.Dice.Next(), new byte[10]), Bytes.Frame(Bytes.PushPromise, 0, 2, new byte[10]), Bytes.Frame(Bytes.GoAway, 0, 0, new byte[8]))),
        new("another path", async visit => await RequestAsync(visit, Bytes.Request(path: "/flwr.proto.FlowerService/Leave"))),
        new("another method", async visit => await RequestAsync(visit, Bytes.Request(method: "GET"))),
        new("another content type", async visit => await RequestAsync(visit, Bytes.Request(contentType: "text/html"))),
        new("no path", async visit => await RequestAsync(visit, Bytes.Request(path: null))),
        new("headers in capitals", async visit => await RequestAsync(visit, [.. visit.Request(), .. Bytes.Header("UPPER", "x")])),
        new("long headers", async visit => await RequestAsync(visit, [.. visit.Request(), .. Bytes.Header("x-long", new string('a', 15_000))])),
        new("another token", async visit => await RequestAsync(visit, Bytes.Request(token: "nonsense\u0000"))),
        new("nothing after a join", async visit => await (await visit.JoinAsync()).NextOrderAsync(visit.Cancellation)),
        new("half a goodbye of the socket", async visit => await FallAsync(visit)),
        new("a window of nothing", async visit => await (await visit.JoinAsync([.. Bytes.Setting(4, 0), .. Bytes.Setting(5, 1 << 14)])).UntilOverAsync(visit.Cancellation)),
        new("empty frames", async visit => await FramesAsync(visit, Repeat(visit, 3000, _ => Bytes.Frame(Bytes.Data, 0, 1, [])))),
        new("a compressed message", async visit => await MessageAsync(visit, Bytes.Message(Replies.Proper(2), compressed: (byte)visit.Dice.Next(1, 256)))),
        new("a message that is shorter than it says", async visit => await MessageAsync(visit, Bytes.Message(Replies.Proper(2), length: (uint)visit.Dice.Next(60, 5000)))),
        new("a message that is longer than it says", async visit => await MessageAsync(visit, Bytes.Message(Replies.Proper(2), length: (uint)visit.Dice.Next(30)))),
        new("a message of 4 GB, it says", async visit => await MessageAsync(visit, Bytes.Message(Replies.Proper(2), length: uint.MaxValue))),
        new("an empty message", async visit => await MessageAsync(visit, Bytes.Message([]))),
        new("several messages", async visit => await MessageAsync(visit, [.. Bytes.Message(Replies.Proper(2)), .. Bytes.Message(Replies.Proper(2)), .. Bytes.Message([])])),
        new("a message byte by byte", async visit => await FramesAsync(visit, [.. Bytes.Message(Replies.Proper(2)).Select(part => Bytes.Frame(Bytes.Data, 0, 1, [part]))])),
        new("padding that is longer than the frame", async visit => await FramesAsync(visit, Bytes.Frame(Bytes.Data, 8, 1, [200, 1, 2, 3]))),
        new("changed properties", visit => AnswerAsync(visit, 2, Replies.Mutate(Replies.Proper(2), visit.Dice))),
        new("a changed fit", visit => AnswerAsync(visit, 4, Replies.Mutate(Replies.Fit(), visit.Dice))),
        new("a changed file", visit => AnswerAsync(visit, 4, Replies.FitOfChangedFile(visit.Dice))),
        new("a changed evaluation", visit => AnswerAsync(visit, 5, Replies.Mutate(Replies.Proper(5), visit.Dice))),
        new("a fit built wrong", visit => AnswerAsync(visit, 4, visit.Dice.GetItems(_wrongFits, 1)[0])),
        new("an evaluation built wrong", visit => AnswerAsync(visit, 5, visit.Dice.GetItems(_wrongEvaluations, 1)[0])),
        new("an answer to another order", visit => AnswerAsync(visit, 2, Replies.Proper(visit.Dice.Next(3, 6)))),
        new("an answer before any order", async visit => await FramesAsync(visit, Bytes.Frame(Bytes.Data, 0, 1, Bytes.Message(Replies.Proper(visit.Dice.Next(2, 6)))))),
        new("an answer twice", visit => AnswerAsync(visit, visit.Dice.Next(2, 6), null, times: 2)),
        new("a goodbye, and then more", visit => AnswerAsync(visit, 2, Bytes.Field(1, Bytes.Integer(1, visit.Dice.Next(-3, 9))), times: 3)),
        new("the number of somebody else, again and again", ClaimAsync),
        new("a stream that ends when asked", EndWhenAskedAsync),
        new("many clients on one connection", async visit => await FramesAsync(
            visit, Repeat(visit, 60, i => Bytes.Frame(Bytes.Headers, Bytes.EndHeaders, 3 + (2 * (uint)i), visit.Request())))),
    ];

    /// <summary>A model to begin with that is of no use.</summary>
    public static Attack AtTheStart { get; } = new("parameters that are of no use", visit => AnswerAsync(
        visit, 3, visit.Dice.Next(2) == 0 ? Replies.Proper(3) : Replies.Mutate(Replies.Proper(3), visit.Dice)));

    /// <summary>Those that are about tasks: some leave with theirs, some answer with a model that does not fit, and some with one that is not finite.</summary>
    public static Attack[] OfTasks { get; } =
    [
        .. Enumerable.Range(0, 10).SelectMany(_ => (Attack[])
        [
            new("leaves with a task", LeaveWithTaskAsync),
            new("a model of one array", visit => AnswerAsync(visit, 4, _modelOfOneArray)),
            new("a model that is not finite", visit => AnswerAsync(visit, 4, null)),
        ]),
    ];

    /// <summary>Holds a great many connections at once, as they come and a while.</summary>
    public static Attack Crowd(int size) => new("a crowd", async visit =>
    {
        for (int i = 0; i < size; i++)
        {
            RawPeer peer = await visit.ConnectAsync(plain: true);
            await peer.SendAsync(i % 3 == 0 ? Bytes.Preface : [], visit.Cancellation);
        }
    });

    /// <summary>Every reply that is built wrong, once.</summary>
    public static IEnumerable<Attack> BuiltWrong() =>
    [
        .. _wrongFits.Select((reply, index) => new Attack($"fit built wrong {index}", visit => AnswerAsync(visit, 4, reply))),
        .. _wrongEvaluations.Select((reply, index) => new Attack($"evaluation built wrong {index}", visit => AnswerAsync(visit, 5, reply))),
    ];

    private static byte[] Random(Visit visit, int count)
    {
        byte[] bytes = new byte[count];
        visit.Dice.NextBytes(bytes);
        return bytes;
    }

    private static byte[][] Repeat(Visit visit, int most, Func<int, byte[]> frame) => [.. Enumerable.Range(0, visit.Dice.Next(1, most)).Select(frame)];

    private static async Task SendAsync(Visit visit, byte[] bytes)
    {
        RawPeer peer = await visit.ConnectAsync(plain: visit.Dice.Next(2) == 0);
        await peer.SendAsync(bytes, visit.Cancellation);
        await peer.UntilOverAsync(visit.Cancellation);
    }

    private static async Task FallAsync(Visit visit)
    {
        RawPeer peer = await visit.JoinAsync();
        peer.Fall();
        await peer.UntilOverAsync(visit.Cancellation);
    }

    private static Task RandomFramesAsync(Visit visit) => visit.SayAsync(Repeat(visit, 30, _ => Bytes.Frame(
        (byte)visit.Dice.Next(11), (byte)visit.Dice.Next(256), (uint)visit.Dice.Next(4), Random(visit, visit.Dice.Next(100)))));

    /// <summary>A header of 3,900 letters that is put in the table once, and then named thousands of times by one byte each.</summary>
    private static Task HeaderBombAsync(Visit visit) => visit.SayAsync(
        Bytes.Frame(Bytes.Headers, 0, 1, [.. visit.Request(), .. Bytes.Header("x", new string('a', 3900), indexed: true)]),
        Bytes.Frame(Bytes.Continuation, Bytes.EndHeaders, 1, [.. Enumerable.Repeat((byte)(0x80 | 62), 16_000)]));

    private static Task RapidResetAsync(Visit visit) => visit.SayAsync(Repeat(visit, 80, i =>
    {
        uint stream = 1 + (2 * (uint)i);
        return [.. Bytes.Frame(Bytes.Headers, Bytes.EndHeaders, stream, visit.Request()), .. Bytes.Frame(Bytes.Reset, 0, stream, Bytes.BigEndian(8))];
    }));

    private static Task RequestAsync(Visit visit, byte[] headers) => visit.SayAsync(Bytes.Frame(Bytes.Headers, Bytes.EndHeaders | Bytes.EndStream, 1, headers));

    private static async Task FramesAsync(Visit visit, params byte[][] frames)
    {
        RawPeer peer = await visit.JoinAsync();
        foreach (byte[] frame in frames)
        {
            await peer.SendAsync(frame, visit.Cancellation);
        }

        await peer.UntilOverAsync(visit.Cancellation);
    }

    /// <summary>Sends the bytes of messages when asked for properties.</summary>
    private static async Task MessageAsync(Visit visit, byte[] message)
    {
        RawPeer peer = await visit.JoinAsync();
        _ = await peer.NextOrderAsync(visit.Cancellation);
        await peer.SendAsync(Bytes.Frame(Bytes.Data, 0, 1, message), visit.Cancellation);
        await peer.UntilOverAsync(visit.Cancellation);
    }

    /// <summary>Answers properly until an order of this kind comes, and to that with this; null for what is proper.</summary>
    private static async Task AnswerAsync(Visit visit, int kind, byte[]? answer, int times = 1)
    {
        RawPeer peer = await visit.JoinAsync();
        while (await peer.NextOrderAsync(visit.Cancellation) is { } order)
        {
            for (int time = 0; time < (order == kind ? times : 1); time++)
            {
                await peer.SendMessageAsync(order == kind && answer is not null ? answer : Replies.Proper(order), visit.Cancellation);
            }

            if (order == kind && visit.Dice.Next(4) == 0)
            {
                break;
            }
        }

        await peer.UntilOverAsync(visit.Cancellation);
    }

    /// <summary>Comes again and again with the number of a client that is there.</summary>
    private static async Task ClaimAsync(Visit visit)
    {
        for (int time = 0; time < 10; time++)
        {
            RawPeer peer = await visit.JoinAsync();
            _ = await peer.NextOrderAsync(visit.Cancellation);
            byte[] number = Bytes.Field(2, Bytes.Text(1, "client"), Bytes.Field(2, Bytes.Integer(8, _claims[time % _claims.Length])));
            await peer.SendMessageAsync(Bytes.Field(2, number), visit.Cancellation);
            peer.Dispose();
        }
    }

    private static async Task LeaveWithTaskAsync(Visit visit)
    {
        RawPeer peer = await visit.JoinAsync();
        while (await peer.NextOrderAsync(visit.Cancellation) is { } order and not 4)
        {
            await peer.SendMessageAsync(Replies.Proper(order), visit.Cancellation);
        }

        peer.Dispose();
    }

    private static async Task EndWhenAskedAsync(Visit visit)
    {
        RawPeer peer = await visit.JoinAsync();
        _ = await peer.NextOrderAsync(visit.Cancellation);
        await peer.SendMessageAsync(Replies.Proper(2), visit.Cancellation);
        _ = await peer.NextOrderAsync(visit.Cancellation);
        await peer.SendAsync(Bytes.Frame(Bytes.Data, Bytes.EndStream, 1, []), visit.Cancellation);
        await peer.UntilOverAsync(visit.Cancellation);
    }
}
