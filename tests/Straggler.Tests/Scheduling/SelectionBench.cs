using Straggler.Delays;
using Straggler.Scheduling;
using Straggler.Simulation;
using Straggler.Tests.Support;

namespace Straggler.Tests.Scheduling;

/// <summary>Makes selections outside of a run.</summary>
internal static class SelectionBench
{
    /// <summary>A run in which client i has samples[i] samples and takes seconds[i] virtual seconds for each task.</summary>
    public static SchedulingServices Services(int[] samples, long[]? seconds = null, int concurrency = 2, ulong seed = 1)
    {
        RandomStreams streams = new(seed);
        DelayOptions delay = Scenario.DelayOf("constant", new ConstantOptions { Value = 1 }) with { Proportional = true };
        return new(new(), false, concurrency, samples, streams)
        {
            Delays = new DelayModel(delay, streams, seconds ?? [.. samples.Select(_ => 1L)], 0L),
        };
    }

    /// <summary>A selection among all clients of such a run, chosen as a configuration does.</summary>
    public static IClientSelection Create(string name, object options, SchedulingServices services) =>
        (BuiltIns.Selections.Choose(name) with { Options = options }).Create()(services, 0, [.. Enumerable.Range(0, services.ClientCount)]);

    /// <summary>How often each client is the first to be taken, over many seeds.</summary>
    public static long[] FirstTaken(int seeds, int clients, Func<ulong, IClientSelection> create)
    {
        long[] counts = new long[clients];
        for (int seed = 0; seed < seeds; seed++)
        {
            counts[create((ulong)seed).Take()]++;
        }

        return counts;
    }
}
