using Straggler.Configuration;
using Straggler.Delays;
using Straggler.Tests.Support;

namespace Straggler.Tests.Delays;

public sealed class DelayModelTests
{
    private const int Clients = 200;
    private static readonly DelayOptions Lognormal = Scenario.DelayOf("lognormal");

    [Fact]
    public void Duration_PerClient_IsDrawnOnce()
    {
        DelayModel model = Model(Lognormal with { Per = DelayScope.Client });
        Assert.All(Enumerable.Range(0, Clients), client => Assert.Equal(model.Duration(client, 0), model.Duration(client, 7)));
        Assert.Equal(Clients, Enumerable.Range(0, Clients).Select(client => model.Duration(client, 0)).Distinct().Count());
    }

    [Fact]
    public void Duration_PerTask_IsDrawnAnewAndRepeatsByName()
    {
        DelayModel model = Model(Lognormal with { Per = DelayScope.Task }), again = Model(Lognormal with { Per = DelayScope.Task });
        Assert.Equal(100, Enumerable.Range(0, 100).Select(occurrence => model.Duration(3, occurrence)).Distinct().Count());

        // Any order, any number of times: a duration belongs to its name.
        Assert.Equal(model.Duration(3, 50), again.Duration(3, 50));
        Assert.Equal(again.Duration(9, 1), model.Duration(9, 1));
        Assert.NotEqual(model.Duration(3, 50), new DelayModel(Lognormal with { Per = DelayScope.Task }, new(2), new long[Clients], 0).Duration(3, 50));
    }

    [Fact]
    public void Duration_Both_IsTheClientsDrawTimesTheTasksDraw()
    {
        DelayModel client = Model(Lognormal with { Per = DelayScope.Client });
        DelayModel task = Model(Lognormal with { Per = DelayScope.Task });
        DelayModel both = Model(Lognormal with { Per = DelayScope.Both });
        for (int i = 0; i < Clients; i++)
        {
            double expected = client.Duration(i, 4).Seconds * task.Duration(i, 4).Seconds;
            Assert.Equal(expected, both.Duration(i, 4).Seconds, expected * 1e-12);
        }
    }

    [Theory]
    [InlineData(DelayScope.Client)]
    [InlineData(DelayScope.Task)]
    [InlineData(DelayScope.Both)]
    public void Duration_Proportional_IsTheDrawForEverySample(DelayScope scope)
    {
        DelayModel plain = Model(Lognormal with { Per = scope }), proportional = Model(Lognormal with { Per = scope, Proportional = true });
        for (int client = 0; client < Clients; client++)
        {
            double expected = plain.Duration(client, 2).Seconds * (client + 1);
            Assert.Equal(expected, proportional.Duration(client, 2).Seconds, expected * 1e-12);
        }
    }

    [Fact]
    public void Duration_Bandwidth_AddsBothWaysToTheComputeTime()
    {
        // 3 s of compute; 1,000 bytes at 500 bytes/s down (2 s) and at a quarter of it up (8 s).
        DelayOptions options = Scenario.DelayOf("constant", new ConstantOptions { Value = 3 }) with
        {
            Bandwidth = new() { Dist = Constant(500), UploadFraction = 0.25 },
        };
        Assert.Equal(13, Model(options, modelBytes: 1_000).Duration(0, 0).Seconds, 1e-12);
        Assert.Equal(3, Model(options, modelBytes: 0).Duration(0, 0).Seconds);
    }

    [Fact]
    public void Duration_RandomBandwidth_IsDrawnOncePerClientAndLeavesComputeAlone()
    {
        DelayOptions network = Lognormal with { Bandwidth = new() { Dist = BuiltIns.Distributions.Choose("uniform") } };
        DelayModel plain = Model(Lognormal), model = Model(network, modelBytes: 10);
        double[] seconds = [.. Enumerable.Range(0, Clients).Select(client => model.Duration(client, 0).Seconds - plain.Duration(client, 0).Seconds)];
        Assert.All(seconds, extra => Assert.InRange(extra, 20 / 1.5 - 1e-9, 20 / 0.5 + 1e-9));
        Assert.Equal(Clients, seconds.Distinct().Count());
        Assert.Equal(seconds[5], model.Duration(5, 1).Seconds - plain.Duration(5, 1).Seconds, 1e-9);
    }

    [Fact]
    public void Constructor_LinkWithoutSpeed_SaysSo()
    {
        DelayOptions options = Scenario.DelayOf("constant") with
        {
            Bandwidth = new() { Dist = BuiltIns.Distributions.Choose("uniform") with { Options = new UniformOptions { Low = 0, High = 0 } } },
        };
        InvalidOptionException problem = Assert.Throws<InvalidOptionException>(() => Model(options, modelBytes: 10));
        Assert.Equal("delay.bandwidth", problem.Path);
    }

    private static Choice<IDistribution> Constant(double value) =>
        BuiltIns.Distributions.Choose("constant") with { Options = new ConstantOptions { Value = value } };

    private static DelayModel Model(DelayOptions options, long modelBytes = 0) =>
        new(options, new(1), [.. Enumerable.Range(1, Clients).Select(samples => (long)samples)], modelBytes);
}
