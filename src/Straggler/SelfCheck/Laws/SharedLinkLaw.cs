using Straggler.Delays;
using Straggler.SelfCheck.Theory;

namespace Straggler.SelfCheck.Laws;

/// <summary>Law 12: C tasks that share the server's link are a closed network of queues with a product form.</summary>
/// <remarks>
/// Processor sharing is insensitive: models of one size take the same mean time as transfers of random length would. First come, first
/// served is not, so its transfers are made exponential. One direction and exponential work is the machine-repair model of old.
/// </remarks>
internal static class SharedLinkLaw
{
    private const int Concurrency = 6;
    private const double Work = 3;
    private const long BatchLength = 2_000;
    private const long Arrivals = 100 * BatchLength;

    /// <summary>Checks the law.</summary>
    public static async IAsyncEnumerable<Finding> CheckAsync(Laboratory laboratory)
    {
        // 100 bytes at 200 a second down and at 125 up; the clients' own links are faster by far.
        ServerLinkOptions fair = new() { Download = 200, Upload = 125 };
        yield return await RunAsync(laboratory, "processor sharing, models of one size", fair, speed: 1e9, jitter: null, [0.5, 0.8]).ConfigureAwait(false);

        // An own link that takes 0.6 s on average for each transfer, one after another on the way up.
        ServerLinkOptions inTurn = new() { Upload = 1e9, Discipline = LinkDiscipline.Fifo };
        NetworkJitterOptions exponential = new() { Dist = BuiltIns.Distributions.Choose("exponential") };
        yield return await RunAsync(laboratory, "fifo, exponential uploads", inTurn, 100 / 0.6, exponential, [0.6], think: Work + 0.6).ConfigureAwait(false);
    }

    private static async Task<Finding> RunAsync(
        Laboratory laboratory, string claim, ServerLinkOptions link, double speed, NetworkJitterOptions? jitter, double[] stations, double think = Work)
    {
        BatchMeans gaps = new(BatchLength);
        double last = 0;
        await laboratory.RunAsync(
            new()
            {
                Clients = Concurrency + 2,
                Concurrency = Concurrency,
                Arrivals = Arrivals,
                Bytes = 100,
                Delay = Timeline.DelayOf("exponential", options: new ExponentialOptions { Mean = Work }) with
                {
                    Bandwidth = new() { Dist = BuiltIns.Distributions.Choose("constant") with { Options = new ConstantOptions { Value = speed } } },
                    NetworkJitter = jitter,
                    ServerLink = link,
                },
            },
            update =>
            {
                gaps.Add(update.VirtualTime - last);
                last = update.VirtualTime;
            }).ConfigureAwait(false);
        double expected = MachineRepair.Throughput(stations, think, Concurrency);
        return Finding.Statistical(Text.Of($"throughput, {claim}"), Text.Of(expected), Text.Of(1 / gaps.Mean), gaps.Test(1 / expected));
    }
}
