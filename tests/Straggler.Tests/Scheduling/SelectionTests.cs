using CsCheck;
using Straggler.Configuration;
using Straggler.Scheduling;
using Straggler.Tests.Support;

namespace Straggler.Tests.Scheduling;

public sealed class SelectionTests
{
    private const int Seeds = 20_000;

    /// <summary>Samples 1, 2, 3, 4 and tasks of 4, 2, 1, 1 seconds: the shares are by hand.</summary>
    [Theory]
    [InlineData(SelectionWeight.Samples, 1.0, new[] { 1.0, 2, 3, 4 })]
    [InlineData(SelectionWeight.Samples, 2.0, new[] { 1.0, 4, 9, 16 })]
    [InlineData(SelectionWeight.Samples, 0.0, new[] { 1.0, 1, 1, 1 })]
    [InlineData(SelectionWeight.Speed, 1.0, new[] { 1.0, 2, 4, 4 })]
    [InlineData(SelectionWeight.Speed, -1.0, new[] { 4.0, 2, 1, 1 })]
    public void Weighted_FirstTake_FollowsTheWeights(SelectionWeight by, double power, double[] weights)
    {
        long[] counts = SelectionBench.FirstTaken(Seeds, 4, seed => Weighted(by, power, seed));
        ChiSquare.AssertFollows(counts, [.. weights.Select(weight => Seeds * weight / weights.Sum())]);
    }

    [Fact]
    public void Weighted_TwoTakes_FollowTheWeightsOfThoseStillIdle()
    {
        // P(i, then j) = w_i/10 · w_j/(10 − w_i) for the weights 1, 2, 3, 4.
        long[] counts = new long[16];
        double[] expected = new double[16];
        for (int seed = 0; seed < Seeds; seed++)
        {
            IClientSelection selection = Weighted(SelectionWeight.Samples, 1, (ulong)seed);
            counts[(selection.Take() * 4) + selection.Take()]++;
        }

        for (int pair = 0; pair < 16; pair++)
        {
            (double first, double second) = ((pair / 4) + 1, (pair % 4) + 1);
            expected[pair] = first == second ? 0 : Seeds * first / 10 * second / (10 - first);
        }

        Assert.All(Enumerable.Range(0, 4), client => Assert.Equal(0, counts[(client * 4) + client]));
        ChiSquare.AssertFollows([.. counts.Where((_, pair) => expected[pair] > 0)], [.. expected.Where(count => count > 0)]);
    }

    [Fact]
    public void RoundRobin_AllReturnInOrder_GoesRoundByNumber()
    {
        RoundRobinSelection turns = new([.. Enumerable.Range(0, 5)]);
        List<int> taken = [];
        for (int round = 0; round < 5; round++)
        {
            int[] pair = [turns.Take(), turns.Take()];
            taken.AddRange(pair);
            Array.ForEach(pair, turns.Return);
        }

        Assert.Equal([0, 1, 2, 3, 4, 0, 1, 2, 3, 4], taken);
    }

    [Theory]
    [InlineData("uniform")]
    [InlineData("round_robin")]
    [InlineData("weighted")]
    public void Take_AnyHistory_NeverGivesOneThatIsOut(string name) => Gen.Select(Gen.ULong, Gen.Bool.Array[1, 100]).Sample((seed, takes) =>
    {
        IClientSelection idle = BuiltIns.Selections.Choose(name).Create()(SelectionBench.Services([1, 2, 3, 4, 5, 6, 7], seed: seed), 0, [1, 2, 4, 6]);
        List<int> held = [];
        foreach (bool take in takes)
        {
            if (take && idle.Count > 0)
            {
                int client = idle.Take();
                Assert.Contains(client, new[] { 1, 2, 4, 6 });
                Assert.DoesNotContain(client, held);
                held.Add(client);
            }
            else if (held.Count > 0)
            {
                idle.Return(held[0]);
                held.RemoveAt(0);
            }

            Assert.Equal(4 - held.Count, idle.Count);
        }

        Assert.Equal((false, 0.0), (idle.TakesBusy, idle.Probability));
    });

    [Theory]
    [InlineData("round_robin")]
    [InlineData("weighted")]
    public void Take_NobodyIdle_Throws(string name)
    {
        IClientSelection idle = BuiltIns.Selections.Choose(name).Create()(SelectionBench.Services([1]), 0, [0]);
        idle.Take();
        Assert.Throws<InvalidOperationException>(() => idle.Take());
    }

    [Fact]
    public void Weighted_WeightsOutOfRange_AreRefused() => Assert.Equal("scheduler.selection",
        Assert.Throws<InvalidOptionException>(() => Weighted(SelectionWeight.Speed, 100, 1, seconds: [1, 1, 1, 1_000_000])).Path);

    [Fact]
    public void Queued_Listed_DrawsWithTheseProbabilitiesWhoeverIsBusy()
    {
        // 2 : 1 : 5 : 2, scaled to sum 1; nobody ever returns.
        IClientSelection queued = Queued(new() { Probabilities = [2, 1, 5, 2] });
        double[] expected = [0.2, 0.1, 0.5, 0.2];
        long[] counts = new long[4];
        for (int task = 0; task < Seeds; task++)
        {
            int client = queued.Take();
            Assert.Equal(expected[client], queued.Probability, 1e-15);
            counts[client]++;
        }

        Assert.Equal((4, true), (queued.Count, queued.TakesBusy));
        ChiSquare.AssertFollows(counts, [.. expected.Select(share => Seeds * share)]);
    }

    [Fact]
    public void Queued_BySamples_IsByTheirShares() =>
        Assert.Equal([0.1, 0.2, 0.3, 0.4], ((QueuedSelection)Queued(new() { By = DrawBy.Samples })).Probabilities.Select(p => Math.Round(p, 12)));

    [Fact]
    public void Queued_ListOfAnotherLength_IsRefused()
    {
        InvalidOptionException fault = Assert.Throws<InvalidOptionException>(() => Queued(new() { Probabilities = [0.5, 0.5] }));
        Assert.Equal("scheduler.selection.probabilities", fault.Path);
        Assert.Contains("2 probabilities for 4 clients", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Queued_TooManyToOptimise_IsRefused() => Assert.Throws<InvalidOptionException>(() =>
        SelectionBench.Create("queued", new QueuedSelectionOptions { By = DrawBy.Optimal }, SelectionBench.Services(new int[20_000], concurrency: 1000)));

    private static IClientSelection Weighted(SelectionWeight by, double power, ulong seed, long[]? seconds = null) => SelectionBench.Create(
        "weighted", new WeightedSelectionOptions { By = by, Power = power }, SelectionBench.Services([1, 2, 3, 4], seconds ?? [4, 2, 1, 1], seed: seed));

    private static IClientSelection Queued(QueuedSelectionOptions options) =>
        SelectionBench.Create("queued", options, SelectionBench.Services([1, 2, 3, 4]));
}
