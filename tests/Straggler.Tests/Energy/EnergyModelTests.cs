using Straggler.Configuration;
using Straggler.Delays;
using Straggler.Energy;
using Straggler.Tests.Support;

namespace Straggler.Tests.Energy;

public sealed class EnergyModelTests
{
    [Fact]
    public void Joules_HandComputed_AreWattsTimesSeconds()
    {
        // 2 s down, 4 s of training, 8 s up: 2·1 + 4·3 + 8·0.5 = 18 J; with a quarter of the work 2 + 3 + 4 = 9 J.
        DelayOptions delay = Scenario.DelayOf("constant", new ConstantOptions { Value = 4 }) with
        {
            Bandwidth = new() { Dist = BuiltIns.Distributions.Choose("constant") with { Options = new ConstantOptions { Value = 50 } }, UploadFraction = 0.25 },
        };
        EnergyModel model = new(new() { Devices = [new() { ComputeWatts = 3, DownloadWatts = 1, UploadWatts = 0.5 }] }, new(delay, new(1), [0], 100), new(1), 1);
        Assert.Equal(18, model.Joules(0, 0), 1e-12);
        Assert.Equal(9, model.Joules(0, 5, 0.25), 1e-12);
    }

    [Fact]
    public void DeviceOf_Shares_AreMet()
    {
        EnergyModel model = new(new() { Devices = [new() { Share = 3 }, new() { Share = 0 }, new() { Share = 1 }] },
            new(Scenario.DelayOf("constant"), new(1), new long[4_000], 0), new(1), 4_000);
        long[] counts = new long[3];
        for (int client = 0; client < 4_000; client++)
        {
            counts[model.DeviceOf(client)]++;
        }

        Assert.Equal(0, counts[1]);
        ChiSquare.AssertFollows([counts[0], counts[2]], [3_000, 1_000]);
    }

    [Fact]
    public void DeviceOf_DelayClass_IsTheClientsClass()
    {
        DelayOptions delay = Scenario.DelayOf("two_class", new TwoClassOptions { SlowShare = 0.5 }, DelayScope.Class);
        DelayModel delays = new(delay, new(1), new long[50], 0);
        EnergyOptions two = new() { By = DeviceClassRule.DelayClass, Devices = [new(), new()] }, one = two with { Devices = [new()] };
        EnergyModel model = new(two, delays, new(1), 50);
        Assert.All(Enumerable.Range(0, 50), client => Assert.Equal(delays.ClassOf(client), model.DeviceOf(client)));
        Assert.Throws<InvalidOptionException>(() => new EnergyModel(one, delays, new(1), 50));
        Assert.Null(two.Fault(delay));
        Assert.Contains("each of the 2 classes of delay, and there are 1", one.Fault(delay), StringComparison.Ordinal);
        Assert.Contains("needs clients with a class of delay", two.Fault(new()), StringComparison.Ordinal);
        Assert.Null((one with { By = DeviceClassRule.Share }).Fault(new()));
    }

    [Fact]
    public void Run_WithEnergy_SumsEveryArrivalsTask()
    {
        Scenario scenario = new() { Delay = Scenario.DelayOf("exponential"), Rounds = 80, Energy = new() { Devices = [new() { ComputeWatts = 2 }] } };
        Trace run = scenario.Run();

        // Training alone takes time, so a task's joules are twice its duration.
        double[] joules = [.. Enumerable.Range(0, 10).Select(client =>
            2 * run.Updates.Where(update => update.Client == client).Sum(update => update.VirtualTime - update.DispatchVirtualTime))];
        Assert.All(Enumerable.Range(0, 10), client => Assert.Equal(joules[client], run.Result.Statistics.EnergyOf(client), 1e-9));
        Assert.Equal(joules.Sum(), run.Result.Statistics.EnergyJoules, 1e-9);
        Assert.Equal(double.NaN, (scenario with { Energy = null }).Run().Result.Statistics.EnergyJoules);
        Assert.Single(new EnergyOptions { Devices = [] }.Validate(new(new())));
    }
}
