using Straggler.Strategies;
using Straggler.Tests.Strategies;

namespace Straggler.Tests.Privacy;

/// <summary>Whether the ledger's claim holds for every strategy that takes noise, seen from outside: by its models alone.</summary>
public sealed class SensitivityTests
{
    private const double Clip = 2, Noise = 3;
    private const int Length = 10_000;

    /// <summary>Strategies that average deltas with the plain step, and do not refuse noise as they are configured here.</summary>
    public static TheoryData<string> Noisy =>
        ["fedavg", "fedprox", "fedbuff", "rennala", "malenia", "fednova", "fedfix", "fedcompass", "generalized_asyncsgd", "port without similarity"];

    [Theory]
    [MemberData(nameof(Noisy))]
    public void Steps_OneClientsDeltasLeftOut_MoveTheModelByNoMoreThanTheLedgerSays(string name)
    {
        // Client 0 sends deltas of the full length, all the same way; in the neighbouring run it sends none. The noise is the same in both,
        // so each step's difference d is what its data did. The noise's deviation σ is seen where nobody sends anything. By the Gaussian
        // mechanism the steps spend Σ (d/σ)²/2 at order 1, and the ledger claims releases/(2z²): it must not claim less.
        (IReadOnlyList<float[]> with, double releases) = Run(name, first: 1, others: 1);
        (IReadOnlyList<float[]> without, _) = Run(name, first: 0, others: 1);
        (IReadOnlyList<float[]> nothing, _) = Run(name, first: 0, others: 0);
        Assert.True(with.Count > 1);
        double spent = 0;
        for (int step = 1; step < with.Count; step++)
        {
            double difference = Distance(Step(with, step), Step(without, step));
            double deviation = Distance(Step(nothing, step), new float[Length]) / Math.Sqrt(Length);
            Assert.True(deviation > 0, "There is no noise on a step.");
            spent += difference * difference / (deviation * deviation);
        }

        // σ from 10,000 draws has a relative deviation of 0.7 %, its square twice that.
        Assert.InRange(spent, 0.01, releases / (Noise * Noise) * 1.06);
    }

    [Fact]
    public void Noisy_EveryStrategyThatAveragesDeltas_IsTestedOrRefusesNoise()
    {
        string[] tested = [.. Noisy.Select(row => row.Data.Split(' ')[0])];
        foreach (string name in BuiltIns.Strategies.Entries.Select(entry => entry.Name))
        {
            bool averages = Create(name, services => services).Strategy.AveragesDeltas;
            bool refuses = Record.Exception(() => Create(name, Noised)) is Configuration.InvalidOptionException;
            Assert.True(!averages || refuses || tested.Contains(name) || WithOptimizers.Contains(name), name);
        }
    }

    /// <summary>fedavg with another optimizer, which comes after the noise.</summary>
    private static string[] WithOptimizers => ["fedavgm", "fedadam", "fedyogi", "fedadagrad"];

    private static StrategyServices Noised(StrategyServices services) =>
        services with { Aggregation = new() { ClipNorm = Clip, NoiseMultiplier = Noise } };

    private static (IReadOnlyList<float[]> Models, double Releases) Run(string name, float first, float others)
    {
        StrategyServices? known = null;
        Server server = Create(name, services => known = Noised(services));
        float[] own = new float[Length], other = new float[Length];
        own[0] = (float)Clip * first;
        other[1] = (float)Clip * others;

        // Client 0 comes twice in a row, so that buffers hold two of its updates; those of three fifths of the arrivals are stale by one.
        int[] order = [0, 0, 1, 2];
        for (int arrival = 0; arrival < 40; arrival++)
        {
            int client = order[arrival % order.Length];
            (server.DispatchedAt, server.Probability) = (arrival, new[] { 0.2, 0.3, 0.5 }[client]);
            long sent = Math.Max(0, server.Version - (arrival % 5 < 3 ? 1 : 0));
            sent = server.Admits(sent) ? sent : server.Version;
            server.ArriveDelta(sent, client == 0 ? own : other, samples: client + 1, at: arrival + 1 + client, client, new(1, client + 2));
            if (server.Strategy.IsSynchronous && arrival % 8 == 7)
            {
                server.EndRound();
            }
        }

        return (server.Versions, known!.Privacy.Most);
    }

    private static Server Create(string name, Func<StrategyServices, StrategyServices> services) => new(
        made => name == "port without similarity"
            ? new Port(new() { SimilarityWeight = 0 }, made)
            : BuiltIns.Strategies.Choose(name).Create()(made),
        new float[Length], concurrency: 10, clients: 3, services: plain => services(plain with { Samples = [1, 2, 3] }));

    private static float[] Step(IReadOnlyList<float[]> models, int step) => [.. models[step].Zip(models[step - 1], (after, before) => after - before)];

    private static double Distance(float[] one, float[] other) => Math.Sqrt(one.Zip(other, (a, b) => ((double)a - b) * ((double)a - b)).Sum());
}
