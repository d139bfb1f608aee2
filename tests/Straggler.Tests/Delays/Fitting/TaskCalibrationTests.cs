using Straggler.Delays;
using Straggler.Delays.Fitting;
using Straggler.Tests.Support;

namespace Straggler.Tests.Delays.Fitting;

/// <summary>Computing and network of a simulation are found again, apart, in its record.</summary>
public class TaskCalibrationTests
{
    private const int Clients = 8;

    private static readonly TransferBytes _bytes = new(1000, 400);

    private static readonly DelayOptions _own = Scenario.DelayOf("lognormal", new LognormalOptions { Mu = 1, Sigma = 0.5 }, DelayScope.Client) with
    {
        Bandwidth = new()
        {
            Dist = Scenario.DelayOf("lognormal", new LognormalOptions { Mu = 6, Sigma = 0.5 }).Dist,
            Upload = new() { Dist = Scenario.DelayOf("lognormal", new LognormalOptions { Mu = 5, Sigma = 0.5 }).Dist },
        },
    };

    [Fact]
    public void Of_EveryClientHasItsOwn_TheConfiguredSecondsAndSpeeds()
    {
        TaskCalibration found = Calibrate(_own, 200);
        (double[] down, double[] up) = found.Network!.Speeds(_bytes);

        Assert.Equal(DelayStructure.Client, found.Compute.Structure);
        Assert.Equal(DelayStructure.Client, found.Network.Factor.Structure);
        Assert.All(Enumerable.Range(0, Clients), client =>
        {
            TaskDelay configured = Configured(client);
            Assert.Equal(configured.Compute.Seconds, found.Compute.Durations.Means[client], 1e-9);
            Assert.Equal(_bytes.Down / configured.Download.Seconds, down[client], 1e-6);
            Assert.Equal(_bytes.Up / configured.Upload.Seconds, up[client], 1e-6);
        });
    }

    [Fact]
    public void Of_TransfersVary_TheirFactorAndTheMeanSecondsOfEachClient()
    {
        TaskCalibration found = Calibrate(_own with { NetworkJitter = new() { Dist = GammaOf(4) } }, 8000);
        (double[] down, double[] up) = found.Network!.Speeds(_bytes);

        // Some 2000 transfers a client: a deviation of a half makes means off by 1.6 % in each, of which there are sixteen.
        Assert.Equal(DelayStructure.Client, found.Compute.Structure);
        Assert.Equal("gamma", found.Network.Factor.Candidates[0].Distribution.Name);
        Assert.Equal(4, ((GammaOptions)found.Network.Factor.Candidates[0].Distribution.Options).Shape, 0.2);
        Assert.All(Enumerable.Range(0, Clients), client =>
        {
            Assert.Equal(1, _bytes.Down / Configured(client).Download.Seconds / down[client], 0.07);
            Assert.Equal(1, _bytes.Up / Configured(client).Upload.Seconds / up[client], 0.07);
        });
    }

    [Fact]
    public void Of_OnlyComputingIsTold_OneSpeedBothWaysAndOneFactorForThem()
    {
        // As live clients: both transfers of a task are slow together.
        DelayOptions delay = _own with { Jitter = new() { Dist = GammaOf(9) }, NetworkJitter = new() { Dist = GammaOf(4), Together = true } };
        TaskCalibration found = Calibrate(delay, 8000, parts => TaskDelay.Unknown with { Compute = parts.Compute });
        (double[] down, double[] up) = found.Network!.Speeds(_bytes);

        Assert.Equal((DelayStructure.ClientAndTask, "gamma"), (found.Compute.Structure, found.Compute.Candidates[0].Distribution.Name));
        Assert.Equal(9, ((GammaOptions)found.Compute.Candidates[0].Distribution.Options).Shape, 0.9);
        Assert.Null(found.Network.Up);
        Assert.Equal(4, ((GammaOptions)found.Network.Factor.Candidates[0].Distribution.Options).Shape, 0.4);
        Assert.Equal(down, up);
        Assert.All(Enumerable.Range(0, Clients), client => Assert.Equal(
            1, (_bytes.Down + _bytes.Up) / down[client] / (Configured(client).Download.Seconds + Configured(client).Upload.Seconds), 0.08));
    }

    [Theory]
    [InlineData("lognormal")]
    [InlineData("weibull")]
    public void Speeds_FamilyWhoseLikelyMeanIsNotOne_MeanSecondsAreTheRecords(string family)
    {
        TaskCalibration found = Calibrate(_own with { NetworkJitter = new() { Dist = BuiltIns.Distributions.Choose(family) } }, 300);
        NetworkCalibration network = found.Network!;
        double factor = network.Factor.Candidates[0].Distribution.Create().Mean;

        Assert.Equal(family, network.Factor.Candidates[0].Distribution.Name);
        Assert.NotEqual(1, factor);
        Assert.All(Enumerable.Range(0, Clients), client => Assert.Equal(network.Down[client], _bytes.Down / network.Speeds(_bytes).Down[client] * factor, 1e-9));
    }

    [Fact]
    public void Of_FewTasksOrClientsSayHowLongTheyComputed_WholeTasks()
    {
        MeasuredTask silent = new(0, 5, TaskDelay.Unknown), told = new(0, 5, TaskDelay.Unknown with { Compute = new(3) });

        TaskCalibration few = TaskCalibration.Of([told, silent, silent], 1), half = TaskCalibration.Of([told, silent], 1),
            one = TaskCalibration.Of([told, told, silent with { Client = 1 }], 2);

        Assert.Equal((5.0, null), (few.Compute.Durations.Means[0], few.Network));
        Assert.Equal((3.0, 2.0), (half.Compute.Durations.Means[0], half.Network!.Down[0]));
        Assert.Equal((new TaskSplit(3, 2, 1), false, null), (one.Split, one.Split.IsEnough, one.Network));
    }

    [Fact]
    public void Of_NoNetwork_ComputingAlone() => Assert.Null(Calibrate(_own with { Bandwidth = null }, 100).Network);

    private static Straggler.Configuration.Choice<IDistribution> GammaOf(double shape) =>
        Scenario.DelayOf("gamma", new GammaOptions { Shape = shape, Scale = 1 / shape }).Dist;

    private static TaskDelay Configured(int client) => new DelayModel(_own, new(1), [.. Enumerable.Repeat(10L, Clients)], _bytes).Of(client, 0);

    private static TaskCalibration Calibrate(DelayOptions delay, long rounds, Func<TaskDelay, TaskDelay>? known = null) => TaskCalibration.Of(
        [.. new Scenario { Delay = delay, Rounds = rounds, Clients = Clients, Concurrency = 4, Bytes = _bytes }.Run().Updates
            .Select(update => new MeasuredTask(update.Client, update.VirtualTime - update.DispatchVirtualTime, known?.Invoke(update.Parts) ?? update.Parts))],
        Clients);
}
