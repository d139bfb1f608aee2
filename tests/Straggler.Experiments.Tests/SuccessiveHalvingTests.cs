using CsCheck;
using Straggler.Experiments.Sweeps;
using static Straggler.Experiments.Tests.TestCatalogs;

namespace Straggler.Experiments.Tests;

public sealed class SuccessiveHalvingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("straggler-halving-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Rungs_AreMultipliedByEtaUpToTheTrialsOwn()
    {
        Assert.Equal([100, 300, 900], new HalvingOptions { MinRounds = 100, Eta = 3 }.Rungs(900));
        Assert.Equal([100, 300, 900, 1000], new HalvingOptions { MinRounds = 100, Eta = 3 }.Rungs(1000));
        Assert.Equal([4_000_000_000_000_000_000, long.MaxValue], new HalvingOptions { MinRounds = 4_000_000_000_000_000_000, Eta = 4 }.Rungs(long.MaxValue));
    }

    [Fact]
    public void TryNext_Synchronous_BestThirdOfNineThenBestOfThree()
    {
        // Nine candidates worth 0.1 to 0.9 from the start: 7, 8, 9 go on to 3 arrivals, 9 to 9 arrivals.
        List<(int Candidate, int Rung)> ran = RunAll(Search(9, "min_rounds: 1, eta: 3"), (candidate, _) => 0.1 * (candidate + 1), jobs: 1);
        Assert.Equal([.. Enumerable.Range(0, 9).Select(candidate => (candidate, 0)), (8, 1), (7, 1), (6, 1), (8, 2)], ran);
    }

    [Fact]
    public void TryNext_Asynchronous_PromotesAsSoonAsACandidateIsAmongTheBestHalf()
    {
        // η = 2, values 3, 1, 2, 4 at every rung (1, 2, 4 arrivals), one at a time; algorithm 2 by hand:
        // 0 and 1 come to rung 0: ⌊2/2⌋ = 1 is promoted, 0, to rung 1. Of one at rung 1 none goes on. 2 comes: ⌊3/2⌋ = 1, 0 is gone already.
        // 3 comes: of four the best two are 3 and 0, so 3 goes to rung 1. There 3 beats 0: ⌊2/2⌋ = 1 goes to rung 2.
        double[] values = [3, 1, 2, 4];
        List<(int Candidate, int Rung)> ran = RunAll(Search(4, "min_rounds: 1, eta: 2, asynchronous: true", rounds: 4), (candidate, _) => values[candidate], jobs: 1);
        Assert.Equal([(0, 0), (1, 0), (0, 1), (2, 0), (3, 0), (3, 1), (3, 2)], ran);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryNext_FewerCandidatesThanEta_OneIsRunToItsEnd(bool asynchronous)
    {
        List<(int Candidate, int Rung)> ran = RunAll(Search(2, $"min_rounds: 1, eta: 3, asynchronous: {asynchronous}"), (candidate, _) => candidate, jobs: 2);
        Assert.Equal([(0, 0), (1, 0), (1, 1), (1, 2)], ran);
    }

    [Fact]
    public void TryNext_LossAndDivergedModels_LeastLossGoesOnAndNaNLast()
    {
        double[] losses = [double.NaN, 0.5, 0.3, 0.4];
        List<(int Candidate, int Rung)> ran = RunAll(Search(4, "min_rounds: 1, eta: 2, metric: loss", rounds: 2), (candidate, _) => losses[candidate], jobs: 1);
        Assert.Equal([(2, 1), (3, 1)], ran[4..]);
    }

    [Fact]
    public void TryNext_CandidateFails_TheNextBestTakesItsPlace()
    {
        // 2 is promoted first and fails at rung 1.
        List<(int Candidate, int Rung)> ran = RunAll(
            Search(3, "min_rounds: 1, eta: 3"), (candidate, rung) => (candidate, rung) == (2, 1) ? null : candidate, jobs: 1);
        Assert.Equal([(0, 0), (1, 0), (2, 0), (2, 1), (1, 1), (1, 2)], ran);
    }

    [Fact]
    public void TryNext_SeedsOfOneCandidate_AreJudgedByTheirMean()
    {
        // lr = 1: seeds worth 0 and 1, mean 0.5; lr = 2: 0.6 and 0.6.
        Sweep sweep = Load("grid: {model.lr: [1, 2], seed: [0, 1]}\nset: {rounds: 2}\nhalving: {min_rounds: 1, eta: 2}");
        double[] values = [0, 1, 0.6, 0.6];
        SuccessiveHalving search = new(sweep);
        List<(int Trial, int Rung)> ran = RunAll((sweep, search), (trial, _) => values[trial], jobs: 1);
        Assert.Equal([(0, 0), (1, 0), (2, 0), (3, 0), (2, 1), (3, 1)], ran);
        Assert.Equal("model.lr=2: accuracy 0.6 over 2 seeds", search.Best);
    }

    [Fact]
    public void TryNext_SynchronousWithAnyNumberOfJobsAndOrderOfEnds_SamePromotions() =>
        Gen.Select(Gen.Double[0, 1].Array[5, 30], Gen.Int[1, 6], Gen.Int[2, 4], Gen.Int).Sample((values, jobs, eta, order) =>
        {
            (int, int)[] Promoted(int atOnce, int seed) =>
                [.. RunAll(Search(values.Length, $"min_rounds: 2, eta: {eta}", rounds: 100), (candidate, rung) => values[candidate] + (rung * values[^(candidate + 1)]), atOnce, seed).Order()];
            Assert.Equal(Promoted(1, 0), Promoted(jobs, order));
        }, iter: 40);

    [Fact]
    public void ExpectedTrials_SynchronousWithoutFailures_IsTheWorkDone()
    {
        (Sweep sweep, SuccessiveHalving search) = Search(10, "min_rounds: 1, eta: 3");
        double done = RunAll((sweep, search), (candidate, _) => candidate, jobs: 1).Sum(run => search.ShareOf(run.Rung));

        // Ten to 1 of 9 arrivals, three from 1 to 3, one from 3 to 9.
        Assert.Equal((10 + (3 * 2) + 6) / 9.0, done, 12);
        Assert.Equal(done, search.ExpectedTrials, 12);
    }

    [Fact]
    public void RungsCsv_SearchThatWasCutOff_GoesOnWithoutRepeatingAnything()
    {
        string file = Path.Combine(_folder, "rungs.csv");
        (Sweep sweep, SuccessiveHalving search) = Search(9, "min_rounds: 1, eta: 3");
        List<(int Candidate, int Rung)> first = RunAll((sweep, search), Value, jobs: 1, stopAfter: 10);
        RungsCsv.Write(file, search);
        SuccessiveHalving again = new(sweep);
        RungsCsv.Read(file, sweep, again);
        List<(int Candidate, int Rung)> rest = RunAll((sweep, again), Value, jobs: 1);

        Assert.Equal(RunAll(Search(9, "min_rounds: 1, eta: 3"), Value, jobs: 1), [.. first, .. rest]);
        Assert.Equal("trial,rung,rounds,metric,value", File.ReadLines(file).First());

        static double? Value(int candidate, int rung) => candidate == 4 ? double.NaN : candidate * (rung + 1);
    }

    [Theory]
    [InlineData("min_rounds: 9", "halving.min_rounds: 9 leaves nothing to halve")]
    [InlineData("eta: 1", "halving.eta: 1 is out of range")]
    [InlineData("metric: speed", "halving.metric: \"speed\"")]
    [InlineData("eto: 3", "Did you mean \"eta\"?")]
    public void Load_HalvingThatCannotWork_IsRefused(string halving, string complaint) =>
        Assert.Contains(complaint, Assert.Throws<ExperimentConfigException>(() => Search(3, halving)).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_TrialsOfDifferentRounds_IsRefused() => Assert.Contains(
        "Expected one value of rounds",
        Assert.Throws<ExperimentConfigException>(() => Load("grid: {rounds: [200, 300]}\nhalving: {}")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void RungsCsv_OfOtherSettings_IsRefused()
    {
        string file = Path.Combine(_folder, "rungs.csv");
        (Sweep sweep, SuccessiveHalving search) = Search(4, "min_rounds: 1, eta: 3");
        RunAll((sweep, search), (candidate, _) => candidate, jobs: 1);
        RungsCsv.Write(file, search);
        (Sweep other, SuccessiveHalving fresh) = Search(4, "min_rounds: 2, eta: 3");
        Assert.Contains("other settings of halving", Assert.Throws<RunDirectoryException>(() => RungsCsv.Read(file, other, fresh)).Message, StringComparison.Ordinal);
    }

    /// <summary>Runs what is handed out, so many at once, ending in an order drawn from a seed, or first come, first served.</summary>
    private static List<(int Candidate, int Rung)> RunAll(
        (Sweep Sweep, SuccessiveHalving Search) given, Func<int, int, double?> value, int jobs, int order = 0, int stopAfter = int.MaxValue)
    {
        List<(Trial Trial, int Rung)> running = [];
        List<(int, int)> ran = [];
        Straggler.Simulation.RandomStream random = new Straggler.Simulation.RandomStreams((ulong)(uint)order).Open(new("test"), 0, 0);
        while (ran.Count < stopAfter)
        {
            while (running.Count < jobs && given.Search.TryNext() is { } next)
            {
                running.Add(next);
                ran.Add((given.Sweep.Trials.IndexOf(next.Trial), next.Rung));
            }

            if (running.Count == 0)
            {
                break;
            }

            int ends = order == 0 ? 0 : random.NextInt32(running.Count);
            (Trial trial, int rung) = running[ends];
            running.RemoveAt(ends);
            given.Search.Report(trial, rung, value(given.Sweep.Trials.IndexOf(trial), rung));
        }

        return ran;
    }

    private (Sweep Sweep, SuccessiveHalving Search) Search(int candidates, string halving, int rounds = 9)
    {
        Sweep sweep = Load($"set: {{rounds: {rounds}}}\ngrid: {{model.weight_decay: 0..{candidates - 1}}}\nhalving: {{{halving}}}");
        return (sweep, new(sweep));
    }

    private Sweep Load(string yaml)
    {
        string file = Path.Combine(_folder, Path.GetRandomFileName());
        File.WriteAllText(file, yaml);
        return Sweep.Load(Loader, file, null, []);
    }
}
