using System.Collections.Immutable;
using System.Text;
using Straggler.Reports.Records;

namespace Straggler.Reports.Tests.Records;

public sealed class ClientRowTests
{
    [Fact]
    public void ReadAll_SamplesAreNotKnown_AreNaN()
    {
        ClientRow[] rows = [.. Read("0,12,,3,1,0.5\n1,,,0,,\n")];

        Assert.Equal([12, double.NaN], rows.Select(row => row.Samples));
        Assert.Equal([3.0, 0], rows.Select(row => row.Arrivals));
    }

    /// <summary>Records of before the column came.</summary>
    [Fact]
    public void ReadAll_DispatchesWereNotWritten_AreNaN() => Assert.True(double.IsNaN(Read("0,12,,3,1,0.5\n")[0].Dispatches));

    [Fact]
    public void ReadAll_SamplesAreNoInteger_IsRefused() =>
        Assert.Equal("clients.csv(2): samples: \"many\" is not an integer.", Assert.Throws<ReportException>(() => { Read("0,many,,3,1,0.5\n"); }).Message);

    private static ImmutableArray<ClientRow> Read(string rows)
    {
        using CsvReader csv = new(
            new MemoryStream(Encoding.UTF8.GetBytes("client,samples,test_samples,arrivals,mean_staleness,accuracy\n" + rows)), "clients.csv");
        return ClientRow.ReadAll(csv);
    }
}
