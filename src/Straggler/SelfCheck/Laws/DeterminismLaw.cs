using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Straggler.Checkpoints;
using Straggler.Recording;
using Straggler.Simulation;
using Straggler.Strategies;

namespace Straggler.SelfCheck.Laws;

/// <summary>Law 11: the same bits for any number of workers, any timing, and after save and resume; simultaneous events in order.</summary>
/// <remarks>The learner is a fake whose training times vary from run to run: what is checked is the engine, not libtorch.</remarks>
internal static class DeterminismLaw
{
    private const int Clients = 20;
    private const int Arrivals = 400;

    /// <summary>Where the run is saved, at an arrival that is no flush of the buffer and no evaluation.</summary>
    private const int SavedAt = 170;

    private static readonly (string Name, StrategyFactory Create)[] _strategies =
    [
        ("fedasync", _ => new FedAsync(new())),
        ("fedbuff", services => new FedBuff(new() { BufferSize = 3 }, services)),
        ("dynstale", services => new DynStale(new(), services)),
    ];

    /// <summary>Checks the law.</summary>
    public static async IAsyncEnumerable<Finding> CheckAsync(Laboratory laboratory)
    {
        foreach ((string name, StrategyFactory create) in _strategies)
        {
            ulong seed = laboratory.NextSeed();
            string one = await FingerprintAsync(laboratory, Run(create, seed, workers: 1)).ConfigureAwait(false);
            string again = await FingerprintAsync(laboratory, Run(create, seed, workers: 1)).ConfigureAwait(false);
            string two = await FingerprintAsync(laboratory, Run(create, seed, workers: 2)).ConfigureAwait(false);
            string five = await FingerprintAsync(laboratory, Run(create, seed, workers: 5)).ConfigureAwait(false);
            yield return Finding.Exact($"{name}: 1 worker again, 2 and 5 workers", one, string.Join(", ", new[] { again, two, five }.Distinct()),
                again == one && two == one && five == one);
            string other = await FingerprintAsync(laboratory, Run(create, laboratory.NextSeed(), workers: 2)).ConfigureAwait(false);
            yield return Finding.Exact($"{name}: another seed, another run", $"not {one}", other, other != one);

            // Constant delays of 1 to 3 times the work: the checkpoint must keep the order of arrivals that tie, too.
            foreach (string distribution in new[] { "lognormal", "constant" })
            {
                Timeline run = Run(create, seed, workers: 2) with { Delay = Timeline.DelayOf(distribution, proportional: true) };
                yield return await ResumedAsync(laboratory, $"{name}, {distribution}", run).ConfigureAwait(false);
            }
        }

        yield return SimultaneousEvents(laboratory);
    }

    /// <summary>The rest of a run from its checkpoint, against the rest of the run that went on.</summary>
    private static async Task<Finding> ResumedAsync(Laboratory laboratory, string name, Timeline run)
    {
        MemoryKeeper keeper = new();
        string whole = await FingerprintAsync(laboratory, run with { Checkpoints = (keeper, SavedAt) }, after: SavedAt).ConfigureAwait(false);
        using MemoryStream checkpoint = new(keeper.Checkpoint);
        string resumed = await FingerprintAsync(laboratory, run with { From = checkpoint }, after: SavedAt).ConfigureAwait(false);
        return Finding.Exact($"{name} delays: saved at arrival {SavedAt}, resumed", whole, resumed, whole == resumed);
    }

    /// <summary>Events of few times and kinds, added in random order, come by time, then kind, then order of addition.</summary>
    private static Finding SimultaneousEvents(Laboratory laboratory)
    {
        (double Time, short Kind)[] events = [.. Enumerable.Range(0, 3000).Select(i => ((double)(i % 10), (short)(i % 3)))];
        laboratory.Shuffle(events.AsSpan());
        EventQueue<int> queue = new();
        for (int number = 0; number < events.Length; number++)
        {
            queue.Add(new(events[number].Time), number, events[number].Kind);
        }

        int[] expected = [.. Enumerable.Range(0, events.Length).OrderBy(number => events[number].Time).ThenBy(number => events[number].Kind)];
        int right = expected.Count(number => queue.Take() == number);
        return Finding.Exact("simultaneous events: kind, then order of dispatch", $"{expected.Length} in place", $"{right}", right == expected.Length);
    }

    private static Timeline Run(StrategyFactory strategy, ulong seed, int workers) => new()
    {
        Clients = Clients,
        Concurrency = 8,
        Arrivals = Arrivals,
        Work = [.. Enumerable.Range(0, Clients).Select(client => 1 + (client % 3))],
        Delay = Timeline.DelayOf("lognormal"),
        Strategy = strategy,
        Seed = seed,
        Learning = (new PullingProblem(), workers),
    };

    /// <summary>The beginning of a SHA-256 over the records of arrivals, the last evaluation and the last model.</summary>
    private static async Task<string> FingerprintAsync(Laboratory laboratory, Timeline run, long after = 0)
    {
        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes);
        (SimulationResult result, float[] parameters) = await laboratory.RunWithModelAsync(run, update =>
        {
            if (update.Arrival > after)
            {
                Write(writer, update);
            }
        }).ConfigureAwait(false);
        writer.Write(result.VirtualTime.Seconds);
        writer.Write(result.ServerSteps);
        writer.Write(result.LastEvaluation.Loss);
        writer.Write(result.LastEvaluation.Accuracy);
        writer.Write(MemoryMarshal.AsBytes(parameters.AsSpan()));
        return Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray()))[..12];
    }

    private static void Write(BinaryWriter writer, in UpdateRecord update)
    {
        writer.Write(update.Arrival);
        writer.Write(update.VirtualTime);
        writer.Write(update.Client);
        writer.Write(update.DispatchVirtualTime);
        writer.Write(update.BaseVersion);
        writer.Write(update.Version);
        writer.Write(update.Weight);
        writer.Write(update.TrainLoss);
        writer.Write((int)update.Outcome);
    }

    /// <summary>Keeps the checkpoint of arrival <see cref="SavedAt"/>.</summary>
    private sealed class MemoryKeeper : ICheckpointKeeper
    {
        public byte[] Checkpoint { get; private set; } = [];

        public void Keep(IStateful run, long arrivals)
        {
            if (arrivals == SavedAt)
            {
                using MemoryStream file = new();
                CheckpointFile.Write(file, run.Save);
                Checkpoint = file.ToArray();
            }
        }
    }
}
