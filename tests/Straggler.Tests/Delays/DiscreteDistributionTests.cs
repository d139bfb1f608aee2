using System.ComponentModel.DataAnnotations;
using Straggler.Delays;
using Straggler.Simulation;
using Straggler.Tables;
using Straggler.Tests.Support;

namespace Straggler.Tests.Delays;

/// <summary>Distributions of single values: chi-square tests at confidence 0.9999, fixed seeds.</summary>
public sealed class DiscreteDistributionTests : IDisposable
{
    private const int Draws = 100_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("straggler-delays-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1.2)]
    [InlineData(2.5)]
    public void Zipf_Sample_FollowsThePowerLaw(double exponent)
    {
        double[] weights = [.. Enumerable.Range(1, 20).Select(k => 1 / Math.Pow(k, exponent))];
        AssertCounts(new Zipf(new() { Exponent = exponent, Max = 20, Scale = 0.5 }),
            [.. weights.Select((weight, i) => (0.5 * (i + 1), weight / weights.Sum()))]);
    }

    [Fact]
    public void Zipf_Mean_IsTheWeightedOne() =>
        Assert.Equal(2 * 18 / 11.0, new Zipf(new() { Exponent = 1, Max = 3, Scale = 2 }).Mean, 1e-12); // (1 + 2/2 + 3/3)/(1 + 1/2 + 1/3) = 18/11

    [Fact]
    public void Zipf_LargestTable_DrawsItsLastMultipleToo()
    {
        Zipf law = new(new() { Exponent = 0, Max = 1_000_000 });
        double[] sample = Sample(law);
        Assert.InRange(sample.Max(), 999_000, 1_000_000);
        Assert.InRange(sample.Min(), 1, 1_000);
        Assert.Equal(500_000.5, law.Mean, 1e-6);
    }

    [Fact]
    public void Empirical_Sample_RepeatsTheValuesAsOftenAsTheyStandThere()
    {
        Empirical law = new(new() { Values = [4, 1, 4, 7], Scale = 0.5 });
        AssertCounts(law, [(0.5, 0.25), (2, 0.5), (3.5, 0.25)]);
        Assert.Equal(2, law.Mean);
    }

    [Fact]
    public void Empirical_File_IsReadByItsColumn()
    {
        string file = Write("phone,ms\nA,1500\nB,500\n");
        Empirical law = new(new() { File = file, Column = "ms", Scale = 0.001 });
        AssertCounts(law, [(0.5, 0.5), (1.5, 0.5)]);
        Assert.Equal(1, law.Mean, 1e-12);
    }

    [Fact]
    public void Empirical_RealTrace_HasTheColumnsMean()
    {
        string? data = Environment.GetEnvironmentVariable("STRAGGLER_DATA");
        Assert.SkipWhen(string.IsNullOrEmpty(data), "needs STRAGGLER_DATA, the folder with traces/flash_train_time.csv");
        string file = Path.Combine(data!, "traces/flash_train_time.csv");

        // Two of the twelve measurements belong to each of the tasks' devices; added up by hand from the file's lines.
        double[] column = [.. File.ReadLines(file).Skip(1).Select(line => double.Parse(line.Split(',')[4], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(column.Average(), new Empirical(new() { File = file, Column = "ms_per_batch_mean" }).Mean, 1e-9);
    }

    [Theory]
    [InlineData("ms\n1\n-2\n", "(3,1): ms: \"-2\" is not what belongs here. Expected a number >= 0")]
    [InlineData("ms\n1\nNaN\n", "(3,1): ms: \"NaN\" is not what belongs here. Expected a number >= 0")]
    [InlineData("a,ms\n1,\n", "(2,3): ms: an empty field is not what belongs here. Expected a number >= 0")]
    [InlineData("a,b\n1,2\n", "(1,1): there is no column \"ms\". The columns are a, b")]
    [InlineData("ms\n", ": the table has no rows below its header line")]
    public void Validate_EmpiricalFileThatIsWrong_SaysWhere(string text, string problem)
    {
        string file = Write(text);
        ValidationResult fault = Assert.Single(Faults(new EmpiricalOptions { File = file, Column = "ms" }));
        Assert.Equal(file + problem, fault.ErrorMessage);
        Assert.Throws<TableException>(() => new Empirical(new() { File = file, Column = "ms" }));
    }

    [Fact]
    public void Validate_Options_RefusesWhatCannotBeDrawnFrom()
    {
        Assert.Single(Faults(new EmpiricalOptions { Values = [] }));
        Assert.Single(Faults(new EmpiricalOptions { Column = "ms" }));
        Assert.Single(Faults(new TwoClassOptions { SlowLow = 3 }));
        Assert.Single(Faults(new TwoClassOptions { FastLow = 1 }));
        Assert.Single(Faults(new TiersOptions { Low = [1, 2] }));
        Assert.Single(Faults(new TiersOptions { Low = [1, 3, 9] }));
        Assert.Single(Faults(new TiersOptions { Shares = [1, 2] }));
        Assert.Single(Faults(new TiersOptions { Shares = [0, 0, 0] }));
        Assert.Single(Faults(new MixtureOptions { Components = [] }));
        Assert.Single(Faults(new MixtureOptions { Components = [new() { Weight = 0 }] }));
    }

    private static IEnumerable<ValidationResult> Faults(IValidatableObject options) => options.Validate(new(options));

    private static double[] Sample(IDistribution law)
    {
        RandomStream random = new RandomStreams(5).Open(new("test.discrete"));
        double[] sample = new double[Draws];
        foreach (ref double draw in sample.AsSpan())
        {
            draw = law.Sample(ref random);
        }

        return sample;
    }

    private static void AssertCounts(IDistribution law, (double Value, double Probability)[] expected)
    {
        double[] sample = Sample(law);
        long[] counts = [.. expected.Select(each => (long)sample.Count(x => Math.Abs(x - each.Value) < 1e-9))];
        Assert.Equal(Draws, counts.Sum());
        ChiSquare.AssertFollows(counts, [.. expected.Select(each => each.Probability * Draws)]);
    }

    private string Write(string text)
    {
        string file = Path.Combine(_folder, "values.csv");
        File.WriteAllText(file, text);
        return file;
    }
}
