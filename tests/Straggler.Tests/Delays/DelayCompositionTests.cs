using System.ComponentModel.DataAnnotations;
using Straggler.Configuration;
using Straggler.Delays;
using Straggler.Tests.Support;

namespace Straggler.Tests.Delays;

/// <summary>The parts of a delay put together: work, network, jitter, classes and device traces.</summary>
public sealed class DelayCompositionTests : IDisposable
{
    private const int Clients = 50;
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Of_FactorAndWork_MultiplyTheDraw()
    {
        // FedScale: 3 × batch size 20 × 10 steps × 7 ms per sample = 4.2 s.
        DelayOptions options = Scenario.DelayOf("constant", new ConstantOptions { Value = 0.007 }) with { Proportional = true, Factor = 3 };
        Assert.Equal(4.2, new DelayModel(options, new(1), [200], 0).Of(0, 3).Compute.Seconds, 1e-12);

        // Without work: 3 × 7 ms.
        Assert.Equal(0.021, new DelayModel(options with { Proportional = false }, new(1), [200], 0).Duration(0, 3).Seconds, 1e-12);
    }

    [Fact]
    public void Of_UploadSpeedsOfTheirOwn_AreIndependentOfTheDownloads()
    {
        DelayOptions options = Scenario.DelayOf("constant") with
        {
            Bandwidth = new() { Dist = Choose("uniform"), Upload = new() { Dist = Choose("uniform") } },
        };
        DelayModel model = new(options, new(1), new long[Clients], new TransferBytes(1, 1));
        double[] down = [.. Enumerable.Range(0, Clients).Select(client => model.Of(client, 0).Download.Seconds)];
        double[] up = [.. Enumerable.Range(0, Clients).Select(client => model.Of(client, 0).Upload.Seconds)];
        Assert.Equal(2 * Clients, down.Concat(up).Distinct().Count());
        Assert.Equal(down[3], model.Of(3, 9).Download.Seconds);
    }

    [Fact]
    public void Of_UnequalBytes_TakeUnequalTime()
    {
        // 600 bytes down at 100 a second, 50 up at 25 a second.
        DelayOptions options = Scenario.DelayOf("constant") with { Bandwidth = new() { Dist = Constant(100), UploadFraction = 0.25 } };
        TaskDelay delay = new DelayModel(options, new(1), [0], new TransferBytes(600, 50)).Of(0, 0);
        Assert.Equal((6.0, 1.0, 2.0), (delay.Download.Seconds, delay.Compute.Seconds, delay.Upload.Seconds));
        Assert.Equal(9, delay.Total.Seconds);
    }

    [Theory]
    [InlineData(DelayScope.Task)]
    [InlineData(DelayScope.Both)]
    public void Of_BandwidthPerTask_ChangesFromTaskToTask(DelayScope scope)
    {
        DelayOptions options = Scenario.DelayOf("constant") with { Bandwidth = new() { Dist = Choose("uniform"), Per = scope } };
        DelayModel model = new(options, new(1), [0], 10);
        Assert.Equal(20, Enumerable.Range(0, 20).Select(occurrence => model.Of(0, occurrence).Upload).Distinct().Count());
    }

    [Fact]
    public void Of_Jitter_MultipliesComputeAndIsAddedToEachTransfer()
    {
        DelayOptions options = Scenario.DelayOf("constant", new ConstantOptions { Value = 5 }) with
        {
            Bandwidth = new() { Dist = Constant(10) },
            Jitter = new() { Dist = Constant(1.5) },
            NetworkJitter = new() { Dist = Constant(0.25), Mode = JitterMode.Add },
        };
        TaskDelay delay = new DelayModel(options, new(1), [0], 20).Of(0, 0);
        Assert.Equal((2.25, 7.5, 2.25), (delay.Download.Seconds, delay.Compute.Seconds, delay.Upload.Seconds));
    }

    [Fact]
    public void Of_RandomJitter_IsDrawnPerTaskAndPerTransfer()
    {
        DelayOptions options = Scenario.DelayOf("constant") with { Jitter = new(), NetworkJitter = new() { Mode = JitterMode.Add } };
        DelayModel model = new(options, new(1), new long[Clients], 0);
        double[] parts = [.. from client in Enumerable.Range(0, Clients)
                             from occurrence in Enumerable.Range(0, 5)
                             let delay = model.Of(client, occurrence)
                             from part in new[] { delay.Download, delay.Compute, delay.Upload }
                             select part.Seconds];
        Assert.Equal(parts.Length, parts.Distinct().Count());
        Assert.All(parts, seconds => Assert.InRange(seconds, 0.5, 1.5)); // jitter U(0.5, 1.5), of a compute time of 1
        Assert.Equal(model.Of(3, 4).Total, model.Duration(3, 4));
    }

    [Fact]
    public void Of_PerClass_StaysInTheClientsClass()
    {
        // Tiers far apart: the whole number of thousands tells them.
        DelayOptions options = Scenario.DelayOf("tiers", new TiersOptions { Low = [0, 1000, 2000], High = [1, 1001, 2001] }, DelayScope.Class);
        DelayModel model = new(options, new(3), new long[3_000], 0);
        long[] members = new long[3];
        for (int client = 0; client < 3_000; client++)
        {
            int tier = model.ClassOf(client)!.Value;
            members[tier]++;
            Assert.All(Enumerable.Range(0, 4), occurrence => Assert.Equal(tier, (int)(model.Duration(client, occurrence).Seconds / 1000)));
        }

        ChiSquare.AssertUniform(members);
        Assert.NotEqual(model.Duration(0, 0), model.Duration(0, 1));
    }

    [Fact]
    public void Of_PerTaskWithClasses_ChangesTheClass()
    {
        DelayOptions options = Scenario.DelayOf("two_class", new TwoClassOptions { SlowShare = 0.5 });
        DelayModel model = new(options, new(3), [0], 0);
        Assert.Equal(2, Enumerable.Range(0, 40).Select(occurrence => model.Duration(0, occurrence).Seconds >= 0.8).Distinct().Count());
        Assert.Null(model.ClassOf(0));
    }

    [Fact]
    public void Of_Traces_AreTheRowsOfTheFile()
    {
        // 40 ms and 100 ms per sample; 800 and 80 kbit/s down, 400 and 8 up, that is 100,000, 10,000, 50,000 and 1,000 bytes a second.
        DelayModel model = Traced("train_ms_per_sample,down_kbps,up_kbps\n40,800,400\n100,80,8\n", new() { SdColumn = null });
        Assert.Equal((0.2, 4.0, 0.4), Rounded(model.Of(0, 0))); // 100 samples, 20,000 bytes
        Assert.Equal((2.0, 10.0, 20.0), Rounded(model.Of(1, 5)));
        Assert.Equal(model.Of(1, 0), model.Of(3, 7)); // row 3 modulo 2
    }

    [Fact]
    public void Of_TracesWithSpread_DrawATruncatedNormalPerTask()
    {
        DelayModel model = Traced("train_ms_per_sample,train_ms_per_sample_sd\n10,3\n", new() { DownColumn = null, UpColumn = null });
        double[] seconds = [.. Enumerable.Range(0, 20_000).Select(occurrence => model.Of(0, occurrence).Compute.Seconds)];

        // 100 samples of 10 ms: 1 s, of 3 ms: 0.3 s. Truncated at −3.3 σ, which moves the mean by 0.3·φ(10/3)/Φ(10/3) = 0.00046.
        Assert.Equal(1.00046, seconds.Average(), 4 * 0.3 / Math.Sqrt(20_000));
        Assert.All(seconds, each => Assert.InRange(each, 0, 3));
        Assert.Equal(0, model.Of(0, 0).Download.Seconds);
    }

    [Fact]
    public void Of_TracesByTheSeed_AreSpreadOverTheRows()
    {
        DelayModel model = Traced("train_ms_per_sample\n10\n20\n30\n40\n",
            new() { Assign = DeviceAssignment.Random, SdColumn = null, DownColumn = null, UpColumn = null }, clients: 4_000);
        long[] rows = new long[4];
        for (int client = 0; client < 4_000; client++)
        {
            rows[(int)Math.Round(model.Of(client, 0).Compute.Seconds) - 1]++;
        }

        ChiSquare.AssertUniform(rows);
    }

    [Fact]
    public void Of_TracesWithoutCompute_LeaveItToTheDistribution()
    {
        DelayModel model = Traced("down_kbps,up_kbps\n80,80\n", new() { ComputeColumn = null });
        Assert.Equal(7, model.Of(0, 0).Compute.Seconds);
        Assert.Equal(2, model.Of(0, 0).Download.Seconds);
    }

    [Theory]
    [InlineData("train_ms_per_sample,train_ms_per_sample_sd,down_kbps,up_kbps\n1,1,0,1\n", "(2,5): down_kbps: \"0\" is not what belongs here. Expected a number > 0")]
    [InlineData("train_ms_per_sample,down_kbps,up_kbps\n1,1,1\n", "(1,1): there is no column \"train_ms_per_sample_sd\". The columns are train_ms_per_sample, down_kbps, up_kbps")]
    public void Validate_TraceThatIsWrong_SaysWhere(string text, string problem)
    {
        File.WriteAllText(_file, text);
        Assert.Equal(_file + problem, Fault(new() { Traces = new() { File = _file } }));
    }

    [Fact]
    public void Validate_OptionsThatContradict_AreRefused()
    {
        File.WriteAllText(_file, "train_ms_per_sample,down_kbps,up_kbps\n1,1,1\n");
        DeviceTraceOptions traces = new() { File = _file, SdColumn = null };
        Assert.Contains("needs a file", Fault(new() { Traces = new() }), StringComparison.Ordinal);
        Assert.Contains("or neither", Fault(new() { Traces = traces with { UpColumn = null } }), StringComparison.Ordinal);
        Assert.Contains("uses no column", Fault(new() { Traces = traces with { ComputeColumn = null, DownColumn = null, UpColumn = null } }), StringComparison.Ordinal);
        Assert.Contains("bring link speeds too", Fault(new() { Traces = traces, Bandwidth = new() }), StringComparison.Ordinal);
        Assert.Contains("made of classes, which lognormal is not", Fault(new() { Per = DelayScope.Class }), StringComparison.Ordinal);
        BandwidthOptions both = new() { Upload = new(), UploadFraction = 0.5 };
        Assert.Single(both.Validate(new(both)));
        BandwidthOptions classes = new() { Per = DelayScope.Class };
        Assert.Single(classes.Validate(new(classes)));
        UploadSpeedOptions upload = new() { Per = DelayScope.Class };
        Assert.Single(upload.Validate(new(upload)));
    }

    [Fact]
    public void Duration_LinkThatLosesItsSpeedLater_SaysSo()
    {
        // Two of three values are no speed at all; with so many tasks one of them comes.
        DelayOptions options = Scenario.DelayOf("constant") with
        {
            Bandwidth = new() { Dist = BuiltIns.Distributions.Choose("empirical") with { Options = new EmpiricalOptions { Values = [1, 0] } }, Per = DelayScope.Task },
        };
        InvalidOptionException fault = Assert.Throws<InvalidOptionException>(() =>
        {
            DelayModel model = new(options, new(1), [0], 10);
            return Enumerable.Range(0, 100).Select(occurrence => model.Duration(0, occurrence)).ToArray();
        });
        Assert.Equal("delay.bandwidth", fault.Path);
    }

    private static string Fault(DelayOptions options) => Assert.Single(options.Validate(new ValidationContext(options))).ErrorMessage!;

    private static (double, double, double) Rounded(TaskDelay delay) =>
        (Math.Round(delay.Download.Seconds, 9), Math.Round(delay.Compute.Seconds, 9), Math.Round(delay.Upload.Seconds, 9));

    private static Choice<IDistribution> Choose(string name) => BuiltIns.Distributions.Choose(name);

    private static Choice<IDistribution> Constant(double value) => Choose("constant") with { Options = new ConstantOptions { Value = value } };

    /// <summary>Clients of 100 samples with devices from a file, and 20,000 bytes to send; else 7 s of training.</summary>
    private DelayModel Traced(string text, DeviceTraceOptions traces, int clients = 4)
    {
        File.WriteAllText(_file, text);
        DelayOptions options = Scenario.DelayOf("constant", new ConstantOptions { Value = 7 }) with { Traces = traces with { File = _file } };
        return new(options, new(1), [.. Enumerable.Repeat(100L, clients)], 20_000);
    }
}
