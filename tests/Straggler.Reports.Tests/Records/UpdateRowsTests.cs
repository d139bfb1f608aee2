using Parquet;
using Parquet.Schema;
using Straggler.Delays;
using Straggler.Recording;
using Straggler.Reports.Records;

namespace Straggler.Reports.Tests.Records;

public sealed class UpdateRowsTests
{
    private const string Header = "arrival,virtual_time,client,dispatch_virtual_time,base_version,version,staleness,weight,samples,train_loss,outcome\n";

    private static readonly UpdateRecord[] _rows =
    [
        new(1, 0.25, 7, 0, 0, 0, 0.6, 40, 2.25, UpdateOutcome.Applied),
        new(1, 1.5, 3, 0.25, 0, 1, 0, 12, double.NaN, UpdateOutcome.LostTimeout),
        new(2, 1E+22, 2147483647, 0.5, 3, 5000000000, 0, 0, 1e-7, UpdateOutcome.RefusedStale),
    ];

    [Fact]
    public void Read_Csv_GivesTheRowsOfTheFile()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("updates.csv"), Header +
            "1,0.25,7,0,0,0,0,0.6,40,2.25,applied\n1,1.5,3,0.25,0,1,1,0,12,,lost_timeout\n2,1E+22,2147483647,0.5,3,5000000000,4999999997,0,0,1E-07,refused_stale\n");

        Assert.Equal(_rows, ReadAll(folder, "updates.csv"));
    }

    [Fact]
    public void Read_CsvWithTheTasksParts_GivesThoseThatAreThere()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("updates.csv"), Header.TrimEnd('\n') + ",download_time,compute_time,upload_time\n" +
            "1,0.25,7,0,0,0,0,0.6,40,2.25,applied,0.05,0.1,0.1\n1,1.5,3,0.25,0,1,1,0,12,,lost_timeout,,,\n" +
            "2,1E+22,2147483647,0.5,3,5000000000,4999999997,0,0,1E-07,refused_stale,,3.5,\n");
        UpdateRecord[] expected = [
            _rows[0] with { Parts = new(new(0.05), new(0.1), new(0.1)) }, _rows[1], _rows[2] with { Parts = TaskDelay.Unknown with { Compute = new(3.5) } }];

        Assert.Equal(expected, ReadAll(folder, "updates.csv"));
    }

    [Fact]
    public async Task Read_ParquetWithTheTasksParts_GivesThoseThatAreThere()
    {
        using TemporaryFolder folder = new();
        UpdateRecord[] rows = [_rows[0] with { Parts = new(new(0.05), new(0.1), new(0.1)) }, _rows[1], _rows[2] with { Parts = TaskDelay.Unknown with { Compute = new(3.5) } }];
        await WriteParquet(folder.File("updates.parquet"), 2, rows);

        Assert.Equal(rows, ReadAll(folder, "updates.parquet"));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(2)]
    [InlineData(1)]
    public async Task Read_Parquet_GivesTheSameRowsWhateverTheGroups(int rowsPerGroup)
    {
        using TemporaryFolder folder = new();
        await WriteParquet(folder.File("updates.parquet"), rowsPerGroup);

        Assert.Equal(_rows, ReadAll(folder, "updates.parquet"));
    }

    [Fact]
    public void Open_NothingRecordedOrNotComplete_IsNull()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("updates.parquet.part"), "PAR1");

        Assert.Null(UpdateRows.Open(folder.Path));
        Assert.Null(UpdateRows.Open(folder.File("none")));
    }

    [Theory]
    [InlineData("1,0,0,0,0,0,0,1,1,,applied\n2,0,0,0", "updates.csv(3): the row has 4 fields")]
    [InlineData("1,0,0,0,0,0,0,1,1,,late\n", "updates.csv(2): outcome: \"late\" is none. Allowed: applied, refused_stale, ")]
    [InlineData("1,0,0,0,5,4,-1,1,1,,applied\n", "updates.csv(2): base_version: 5 is out of range")]
    [InlineData("1,0,2147483648,0,0,0,0,1,1,,applied\n", "updates.csv(2): client: 2147483648 is out of range")]
    public void Read_DamagedCsv_NamesTheLine(string rows, string message)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("updates.csv"), Header + rows);

        ReportException fault = Assert.Throws<ReportException>(() => ReadAll(folder, "updates.csv"));

        Assert.StartsWith(folder.File(message), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_ParquetCutAtAnyPlace_IsRefusedWithItsName()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("updates.parquet");
        await WriteParquet(path, 2);
        byte[] whole = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);

        for (int length = 0; length < whole.Length; length += 37)
        {
            await File.WriteAllBytesAsync(path, whole[..length], TestContext.Current.CancellationToken);
            ReportException fault = Assert.Throws<ReportException>(() => ReadAll(folder, "updates.parquet"));
            Assert.StartsWith(path + ": cannot be read as Parquet", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Open_ParquetWithoutAColumn_SaysWhich()
    {
        using TemporaryFolder folder = new();
        await using (FileStream file = File.Create(folder.File("updates.parquet")))
        {
            await using ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(new DataField<long>("arrival")), file, cancellationToken: TestContext.Current.CancellationToken);
        }

        ReportException fault = Assert.Throws<ReportException>(() => UpdateRows.Open(folder.Path));

        Assert.Equal(folder.File("updates.parquet") + ": the column \"virtual_time\" of type Double is missing. Found: arrival (Int64).", fault.Message);
    }

    private static List<UpdateRecord> ReadAll(TemporaryFolder folder, string file)
    {
        using UpdateRows rows = UpdateRows.Open(folder.Path)!;
        Assert.Equal(file, rows.FileName);
        List<UpdateRecord> all = [];
        while (rows.Read())
        {
            all.Add(rows.Current);
        }

        return all;
    }

    /// <summary>Writes a file as it was before tasks had parts, or with the rows' parts.</summary>
    private static async Task WriteParquet(string path, int rowsPerGroup, UpdateRecord[]? withParts = null)
    {
        DataField<long> arrival = new("arrival"), baseVersion = new("base_version"), version = new("version"), staleness = new("staleness");
        DataField<double> virtualTime = new("virtual_time"), dispatched = new("dispatch_virtual_time"), weight = new("weight"), loss = new("train_loss");
        DataField<int> client = new("client"), samples = new("samples");
        DataField outcome = new("outcome", typeof(string), isNullable: false);
        DataField<double>[] parts = withParts is null ? [] : [new("download_time"), new("compute_time"), new("upload_time")];
        ParquetSchema schema = new([arrival, virtualTime, client, dispatched, baseVersion, version, staleness, weight, samples, loss, outcome, .. parts]);
        await using FileStream file = File.Create(path);
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(schema, file);
        foreach (UpdateRecord[] rows in (withParts ?? _rows).Chunk(rowsPerGroup))
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await group.WriteAsync<long>(arrival, rows.Select(row => row.Arrival).ToArray());
            await group.WriteAsync<double>(virtualTime, rows.Select(row => row.VirtualTime).ToArray());
            await group.WriteAsync<int>(client, rows.Select(row => row.Client).ToArray());
            await group.WriteAsync<double>(dispatched, rows.Select(row => row.DispatchVirtualTime).ToArray());
            await group.WriteAsync<long>(baseVersion, rows.Select(row => row.BaseVersion).ToArray());
            await group.WriteAsync<long>(version, rows.Select(row => row.Version).ToArray());
            await group.WriteAsync<long>(staleness, rows.Select(row => row.Staleness).ToArray());
            await group.WriteAsync<double>(weight, rows.Select(row => row.Weight).ToArray());
            await group.WriteAsync<int>(samples, rows.Select(row => row.Samples).ToArray());
            await group.WriteAsync<double>(loss, rows.Select(row => row.TrainLoss).ToArray());
            await group.WriteAsync(outcome, rows.Select(row => row.Outcome == UpdateOutcome.Applied ? "applied" : row.Outcome == UpdateOutcome.LostTimeout ? "lost_timeout" : "refused_stale").ToArray());
            for (int part = 0; part < parts.Length; part++)
            {
                await group.WriteAsync<double>(parts[part], rows.Select(row => part switch
                {
                    0 => row.Parts.Download.Seconds,
                    1 => row.Parts.Compute.Seconds,
                    _ => row.Parts.Upload.Seconds,
                }).ToArray());
            }
        }
    }
}
