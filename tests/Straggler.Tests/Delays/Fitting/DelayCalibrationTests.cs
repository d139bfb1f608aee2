using MathNet.Numerics.Distributions;
using Straggler.Delays;
using Straggler.Delays.Fitting;
using Straggler.Tests.Support;

namespace Straggler.Tests.Delays.Fitting;

/// <summary>The structure of delays is found again in a simulation's record.</summary>
public class DelayCalibrationTests
{
    [Fact]
    public void Of_TasksDrawAnew_OneDistributionForAll()
    {
        DelayCalibration found = Calibrate(Scenario.DelayOf("lognormal", new LognormalOptions { Mu = 0.2, Sigma = 0.5 }), rounds: 4000);

        Assert.Equal((DelayStructure.Task, "lognormal"), (found.Structure, found.Candidates[0].Distribution.Name));
        LognormalOptions options = (LognormalOptions)found.Candidates[0].Distribution.Options;
        Assert.Equal(0.2, options.Mu, 4 * 0.5 / Math.Sqrt(4000));
        Assert.Equal(0.5, options.Sigma, 4 * 0.5 / Math.Sqrt(2 * 4000));
    }

    [Fact]
    public void Of_TasksDrawFromTwoLaws_TheFittedOneIsScaledToTheirMean()
    {
        // Mostly about half a second, a tenth about six: a lognormal distribution is the likeliest of all families, and its mean too small.
        double[] own = [.. Enumerable.Range(0, 40).Select(task => (task % 10 == 9 ? 6 : 0.5) * Math.Exp(0.3 * Normal.InvCDF(0, 1, (task + 0.5) / 40)))];
        DelayCalibration found = DelayCalibration.Of(new([.. Enumerable.Range(0, 5).Select(_ => own)]));

        double fitted = found.Candidates[0].Distribution.Create().Mean;
        Assert.Equal(DelayStructure.Task, found.Structure);
        Assert.Equal("lognormal", found.Candidates[0].Distribution.Name);
        Assert.InRange(fitted, 0, 0.95 * own.Average());
        Assert.Equal(own.Average(), fitted * found.Scale, 1e-12);
    }

    [Fact]
    public void Of_ClientsHaveTheirOwn_EachClientsDuration()
    {
        DelayCalibration found = Calibrate(Scenario.DelayOf("lognormal", per: DelayScope.Client), rounds: 300);

        Assert.Equal(DelayStructure.Client, found.Structure);
        Assert.Empty(found.Candidates);
        Assert.All(found.Durations.ByClient.Where(client => client.Count > 0), client => Assert.Equal(client[0], client.Average(), 1e-9));
    }

    [Fact]
    public void Of_ClientsAndTasksDraw_ClientsMeansAndTheTasksFactor()
    {
        DelayOptions delay = Scenario.DelayOf("lognormal", new LognormalOptions { Mu = 0, Sigma = 1 }, DelayScope.Client) with
        {
            Jitter = new() { Dist = BuiltIns.Distributions.Choose("gamma") with { Options = new GammaOptions { Shape = 4, Scale = 0.25 } } },
        };
        DelayCalibration found = Calibrate(delay, rounds: 8000);

        // Some 800 tasks a client: their mean is off by half of its root, 2 %.
        Assert.Equal((DelayStructure.ClientAndTask, "gamma"), (found.Structure, found.Candidates[0].Distribution.Name));
        GammaOptions options = (GammaOptions)found.Candidates[0].Distribution.Options;
        Assert.Equal(4, options.Shape, 0.3);
        Assert.Equal(1, options.Shape * options.Scale, 1e-9);
    }

    [Fact]
    public void Of_FewTasks_TheFactorsThemselves()
    {
        DelayCalibration found = DelayCalibration.Of(new([[1, 3], [], [5]]));

        Assert.Equal(DelayStructure.ClientAndTask, found.Structure);
        Assert.Empty(found.Candidates);
        Assert.Equal([0.5, 1.5], found.Values);
        Assert.Equal(2, found.Durations.Means[0]);
        Assert.Equal(Math.Sqrt(10), found.Durations.Means[1], 1e-12);
        Assert.Equal(5, found.Durations.Means[2]);
    }

    private static DelayCalibration Calibrate(DelayOptions delay, long rounds)
    {
        Trace trace = new Scenario { Delay = delay, Rounds = rounds, Clients = 10, Concurrency = 4 }.Run();
        return DelayCalibration.Of(new([.. Enumerable.Range(0, 10).Select(client =>
            (IReadOnlyList<double>)[.. trace.Updates.Where(update => update.Client == client).Select(update => update.VirtualTime - update.DispatchVirtualTime)])]));
    }
}
