using Parquet;
using Parquet.Schema;
using Straggler.Recording;
using static Straggler.Experiments.Tests.TestCatalogs;

namespace Straggler.Experiments.Tests;

public sealed class UpdatesParquetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("straggler-parquet-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Rows_OfMoreThanOneGroup_ComeBackAsTheyWere()
    {
        const int Rows = UpdatesParquet.RowsPerGroup + 3;
        string path = Path.Combine(_folder, "updates.parquet");
        using (UpdatesParquet table = new(path))
        {
            for (int row = 0; row < Rows; row++)
            {
                table.OnUpdate(Update(row));
            }

            Assert.False(File.Exists(path)); // not before it is complete
        }

        await using ParquetReader reader = await ParquetReader.CreateAsync(path, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(UpdatesCsv.Columns, reader.Schema.GetDataFields().Select(field => field.Name));
        Assert.Equal(2, reader.RowGroupCount);
        UpdateRecord[] expected = [.. Enumerable.Range(0, Rows).Select(Update)];
        Assert.Equal(expected.Select(update => update.Arrival), await ReadAsync<long>(reader, "arrival"));
        Assert.Equal(expected.Select(update => update.VirtualTime), await ReadAsync<double>(reader, "virtual_time"));
        Assert.Equal(expected.Select(update => update.Client), await ReadAsync<int>(reader, "client"));
        Assert.Equal(expected.Select(update => update.DispatchVirtualTime), await ReadAsync<double>(reader, "dispatch_virtual_time"));
        Assert.Equal(expected.Select(update => update.BaseVersion), await ReadAsync<long>(reader, "base_version"));
        Assert.Equal(expected.Select(update => update.Version), await ReadAsync<long>(reader, "version"));
        Assert.Equal(expected.Select(update => update.Version - update.BaseVersion), await ReadAsync<long>(reader, "staleness"));
        Assert.Equal(expected.Select(update => update.Weight), await ReadAsync<double>(reader, "weight"));
        Assert.Equal(expected.Select(update => update.Samples), await ReadAsync<int>(reader, "samples"));
        Assert.Equal(expected.Select(update => update.TrainLoss), await ReadAsync<double>(reader, "train_loss"));

        using ParquetRowGroupReader last = reader.OpenRowGroupReader(1);
        string?[] words = new string?[3];
        await last.ReadAsync(reader.Schema.FindDataField("outcome"), words.AsMemory(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["refused_stale", "applied", "applied"], words); // rows 2^18 = 4^9, 4^9 + 1, 4^9 + 2
    }

    [Fact]
    public async Task Rows_None_GiveAnEmptyTable()
    {
        string path = Path.Combine(_folder, "updates.parquet");
        new UpdatesParquet(path).Dispose();
        await using ParquetReader reader = await ParquetReader.CreateAsync(path, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((0, UpdatesCsv.Columns.Count), (reader.RowGroupCount, reader.Schema.GetDataFields().Length));
    }

    [Fact]
    public void Plan_CheckpointsAndParquet_IsRefused()
    {
        ExperimentConfigException refusal = Assert.Throws<ExperimentConfigException>(
            () => Parse("recording: {updates: parquet}\ncheckpoint: {every: 10}"));
        Assert.Contains("cut back", refusal.Message, StringComparison.Ordinal);
    }

    private static UpdateRecord Update(int row) => new(
        row + 1, row / 7.0, row % 1000, row / 9.0, row / 2, row, 1.0 / (row + 1), row % 60, row % 5 == 0 ? double.NaN : row / 3.0,
        row % 4 == 0 ? UpdateOutcome.RefusedStale : UpdateOutcome.Applied);

    private static async Task<List<T>> ReadAsync<T>(ParquetReader reader, string column)
        where T : struct
    {
        List<T> all = [];
        DataField field = reader.Schema.FindDataField(column);
        for (int number = 0; number < reader.RowGroupCount; number++)
        {
            using ParquetRowGroupReader group = reader.OpenRowGroupReader(number);
            T[] values = new T[group.RowCount];
            await group.ReadAsync<T>(field, values.AsMemory(), cancellationToken: TestContext.Current.CancellationToken);
            all.AddRange(values);
        }

        return all;
    }
}
