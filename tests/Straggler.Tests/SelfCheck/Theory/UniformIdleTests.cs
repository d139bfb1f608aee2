using System.Numerics;
using Straggler.SelfCheck.Laws;
using Straggler.SelfCheck.Theory;

namespace Straggler.Tests.SelfCheck.Theory;

/// <summary>The law of the in-flight set against the chain itself, state by state.</summary>
public sealed class UniformIdleTests
{
    private const int Clients = 5;
    private const int Concurrency = 2;
    private static readonly double[] Durations = [1, 2.5, 3, 0.5, 7];
    private static readonly UniformIdle Theory = new(Durations, Concurrency);
    private static readonly int[] Sets = [.. Enumerable.Range(0, 1 << Clients).Where(set => BitOperations.PopCount((uint)set) == Concurrency)];

    [Fact]
    public void ElementarySymmetric_ThreeValues_IsTheExpansionByHand() =>
        Assert.Equal([1, 6, 11, 6], UniformIdle.ElementarySymmetric([1, 2, 3], 3)); // (1 + t)(1 + 2t)(1 + 3t)

    [Fact]
    public void Probability_EverySet_IsThatOfTheMarkovChain()
    {
        double[] stationary = Stationary();
        Assert.Equal(Sets, Theory.Sets);
        Assert.All(Sets, (set, place) => Assert.Equal(stationary[place], Theory.Probability(set), 1e-9));
    }

    [Fact]
    public void ThroughputAndShares_AreThoseOfTheMarkovChain()
    {
        double[] stationary = Stationary();
        double[] arrivals = [.. Enumerable.Range(0, Clients).Select(client =>
            Sets.Select((set, place) => (set >> client & 1) * stationary[place] / Durations[client]).Sum())];
        Assert.Equal(arrivals.Sum(), Theory.Throughput, 1e-9);
        Assert.All(arrivals, (rate, client) => Assert.Equal(rate / arrivals.Sum(), Theory.Share(client), 1e-9));
        Assert.Equal(1, Sets.Sum(Theory.ProbabilityAtArrival), 1e-12);
    }

    [Fact]
    public void Law6_BetweenTwoLooks_TheSetForgetsTheFirst()
    {
        // The chain from arrival to arrival of the law's own setting, started in each set: its distance from the limit after a stride.
        UniformIdle law = UniformIdleLaw.Theory;
        double[] durations = [.. UniformIdleLaw.Durations];
        int[] sets = [.. law.Sets];
        foreach (int start in sets)
        {
            double[] now = [.. sets.Select(set => set == start ? 1.0 : 0)];
            for (int step = 0; step < UniformIdleLaw.Stride; step++)
            {
                double[] next = new double[sets.Length];
                for (int from = 0; from < sets.Length; from++)
                {
                    (int To, double Rate)[] moves = [.. Moves(sets, durations, from)];
                    double all = moves.Sum(move => move.Rate);
                    Array.ForEach(moves, move => next[move.To] += now[from] * move.Rate / all);
                }

                now = next;
            }

            Assert.True(sets.Select((set, place) => Math.Abs(now[place] - law.ProbabilityAtArrival(set))).Sum() / 2 < 1e-6);
        }
    }

    private static double[] Stationary() => MarkovChain.Stationary(Sets.Length, from => Moves(Sets, Durations, from));

    /// <summary>Client i of the set arrives at its rate, and each of the n − C + 1 then idle (i among them) is sent alike.</summary>
    private static IEnumerable<(int To, double Rate)> Moves(int[] sets, double[] durations, int from)
    {
        for (int i = 0; i < durations.Length; i++)
        {
            if ((sets[from] >> i & 1) == 0)
            {
                continue;
            }

            int left = sets[from] & ~(1 << i);
            int[] idle = [.. Enumerable.Range(0, durations.Length).Where(client => (left >> client & 1) == 0)];
            foreach (int sent in idle)
            {
                yield return (Array.IndexOf(sets, left | 1 << sent), 1 / durations[i] / idle.Length);
            }
        }
    }
}
