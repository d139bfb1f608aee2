using Straggler.Scheduling;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Scheduling;

/// <summary>Oort and Pisces; each expected choice follows from arithmetic in the comments.</summary>
public sealed class UtilitySelectionTests
{
    private const int Seeds = 20_000;

    [Fact]
    public void Pisces_AllKnown_TakesTheLargestUtilityDiscountedByStaleness()
    {
        // n = 10, 20, 5 with RMS losses 1, 1, 3: 10, 20, 15. Staleness 0, 3, 0 and β = 0.5: 10, 20/√4 = 10, 15. So 2, then 0 (the lower of
        // two equals), then 1.
        IClientSelection selection = Pisces();
        See(selection, 0, 10, 1, staleness: 0);
        See(selection, 1, 20, 1, staleness: 3);
        See(selection, 2, 5, 3, staleness: 0);
        Assert.Equal([2, 0, 1], new[] { selection.Take(), selection.Take(), selection.Take() });
    }

    [Fact]
    public void Pisces_ManyUpdates_GoesByTheMeanStalenessOfTheLastFive()
    {
        // Client 0 was very stale long ago, 0 in the last five: 10. Client 1: mean of 1, 2, 3, 4, 5 = 3: 18/√4 = 9. Client 2: 9.5.
        IClientSelection selection = Pisces();
        long[] stale = [900, 0, 0, 0, 0, 0];
        Array.ForEach(stale, staleness => See(selection, 0, 10, 1, staleness));
        Array.ForEach([1L, 2, 3, 4, 5], staleness => See(selection, 1, 18, 1, staleness));
        See(selection, 2, 19, 0.5, staleness: 0);
        Assert.Equal([0, 2, 1], new[] { selection.Take(), selection.Take(), selection.Take() });
    }

    [Theory]
    [InlineData("oort")]
    [InlineData("pisces")]
    public void Take_ExploresOnceInAWhile_AtTheRateOfTheRound(string name)
    {
        // ε = 0.4 · 0.5 = 0.2 in the first round; client 0 is known, 1 and 2 are not and equally fast.
        object options = name == "oort"
            ? new OortSelectionOptions { Exploration = 0.4, ExplorationDecay = 0.5, ExplorationMin = 0 }
            : new PiscesSelectionOptions { Exploration = 0.4, ExplorationDecay = 0.5, ExplorationMin = 0 };
        long[] counts = SelectionBench.FirstTaken(Seeds, 3, seed =>
        {
            IClientSelection selection = SelectionBench.Create(name, options, SelectionBench.Services([1, 1, 1], seed: seed));
            See(selection, 0, 1, 1, staleness: 0);
            return selection;
        });
        ChiSquare.AssertFollows(counts, [0.8 * Seeds, 0.1 * Seeds, 0.1 * Seeds]);
    }

    [Fact]
    public void Oort_Unknown_AreDrawnByTheirSpeed()
    {
        // Tasks of 1, 2 and 4 seconds: 4 : 2 : 1.
        long[] counts = SelectionBench.FirstTaken(Seeds, 3, seed =>
            SelectionBench.Create("oort", new OortSelectionOptions(), SelectionBench.Services([1, 1, 1], [1, 2, 4], seed: seed)));
        ChiSquare.AssertFollows(counts, [Seeds * 4 / 7.0, Seeds * 2 / 7.0, Seeds / 7.0]);
    }

    [Fact]
    public void Oort_Known_AreDrawnByScaledUtilityAndTheDurationPenalty()
    {
        // Utilities n · RMS: 10, 5, 10; least = 5 · 0.999 = 4.995, scale 10 − 4.995 = 5.005, R = 1 so ln R = 0. Durations 1, 1, 4 and T = the
        // 10 % quantile = 1, so client 2 counts (1/4)² as much. Scores: 1, 0.005/5.005 = 0.000999, 0.0625. No cut-off.
        double[] scores = [1, 0.005 / 5.005, 0.0625];
        long[] counts = SelectionBench.FirstTaken(Seeds, 3, seed => Known(new() { CutOff = 0 }, seed));
        ChiSquare.AssertFollows(counts, [.. scores.Select(score => Seeds * score / scores.Sum())]);
    }

    [Fact]
    public void Oort_CutOff_LeavesOutWhoFallsShortOfTheLastOfTheRound()
    {
        // ε = 0 and C = 2: the second best sets the mark (place (1 − ε)C is clamped to the list, as the third of three): 0.95 · 0.000999. With
        // C = 1 the mark is 0.95 of the second best, 0.0625: client 1 falls short.
        long[] counts = SelectionBench.FirstTaken(Seeds, 3, seed => Known(new() { CutOff = 0.95 }, seed, concurrency: 1));
        Assert.Equal(0, counts[1]);
        ChiSquare.AssertFollows([counts[0], counts[2]], [Seeds / 1.0625, Seeds * 0.0625 / 1.0625]);
    }

    [Fact]
    public void Oort_LongAgo_CountsForAClient()
    {
        // Equal utilities 1, so that U = (1 − 0.999)/0.001 = 1 each (clipping changes nothing). C = 1: client 0 was seen in round 1; client 1
        // again in round 4. In round 5 the longing is √(0.1 ln 5/1) = 0.40118 and √(0.1 ln 5/4) = 0.20059.
        double[] scores = [1.40118, 1.20059];
        long[] counts = new long[2];
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            IClientSelection selection = Create(new OortSelectionOptions { CutOff = 0, DurationPercentile = 100 }, [1, 1], seed, 1);
            selection.Return(selection.Take());
            See(selection, 0, 1, 1, staleness: 0);
            Array.ForEach([2, 3, 4], _ => selection.Return(selection.Take()));
            See(selection, 1, 1, 1, staleness: 0);
            counts[selection.Take()]++;
        }

        ChiSquare.AssertFollows(counts, [.. scores.Select(score => Seeds * score / scores.Sum())]);
    }

    [Fact]
    public void Oort_UtilityFalls_PrefersLongerTasksFromThenOn()
    {
        // W = 2 rounds of one selection: 9, 9, then 1, 1. At the end of round 4 the last two are below the two before: 10 % + 50 % of four
        // durations 1, 2, 3, 4, so T goes from the first to the third.
        OortSelectionOptions options = new() { PacerStep = 2, PacerDelta = 50 };
        OortSelection selection = (OortSelection)SelectionBench.Create("oort", options, SelectionBench.Services([1, 1, 1, 1], [1, 2, 3, 4], concurrency: 1));
        Assert.Equal(1, selection.Preferred);
        foreach (double loss in new[] { 9.0, 9, 1, 1 })
        {
            int client = selection.Take();
            selection.Return(client);
            See(selection, client, 1, loss, staleness: 0, seconds: client + 1);
            Assert.Equal(1, selection.Preferred);
        }

        selection.Take();
        Assert.Equal(3, selection.Preferred);
    }

    [Fact]
    public void Observe_NoLoss_CountsTheSamplesAlone()
    {
        // A timeline without training: utilities 4 and 9.
        IClientSelection selection = Pisces();
        See(selection, 0, 4, double.NaN, staleness: 0);
        See(selection, 1, 9, double.NaN, staleness: 0);
        Assert.Equal([1, 0], new[] { selection.Take(), selection.Take() });
    }

    private static IClientSelection Pisces() =>
        SelectionBench.Create("pisces", new PiscesSelectionOptions { Exploration = 0, ExplorationMin = 0 }, SelectionBench.Services([1, 1, 1]));

    private static IClientSelection Create(OortSelectionOptions options, int[] samples, ulong seed, int concurrency) => SelectionBench.Create(
        "oort", options with { Exploration = 0, ExplorationMin = 0, ClipQuantile = 1 }, SelectionBench.Services(samples, seed: seed, concurrency: concurrency));

    private static IClientSelection Known(OortSelectionOptions options, ulong seed, int concurrency = 2)
    {
        IClientSelection selection = Create(options, [10, 5, 10], seed, concurrency);
        See(selection, 0, 10, 1, staleness: 0);
        See(selection, 1, 5, 1, staleness: 0);
        See(selection, 2, 10, 1, staleness: 0, seconds: 4);

        // One more selection of the same round would do; T is taken anew at the next round, so it is set by the durations expected at first.
        return selection;
    }

    private static void See(IClientSelection selection, int client, int samples, double loss, long staleness, double seconds = 1) =>
        selection.Observe(new Arrival(client, samples, 0, staleness, new(0), new(seconds)), new(loss, 1) { RootMeanSquareLoss = double.IsNaN(loss) ? 0 : loss });
}
