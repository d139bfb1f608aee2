using Parquet;
using Parquet.Schema;
using Straggler.Checkpoints;
using Straggler.Delays;
using Straggler.Recording;

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
        Assert.Equal(expected.Select(update => update.Parts.Download.Seconds), await ReadAsync<double>(reader, "download_time"));
        Assert.Equal(expected.Select(update => update.Parts.Compute.Seconds), await ReadAsync<double>(reader, "compute_time"));
        Assert.Equal(expected.Select(update => update.Parts.Upload.Seconds), await ReadAsync<double>(reader, "upload_time"));

        using ParquetRowGroupReader last = reader.OpenRowGroupReader(1);
        string?[] words = new string?[3];
        await last.ReadAsync(reader.Schema.FindDataField("outcome"), words.AsMemory(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["refused_stale", "applied", "applied"], words); // rows 2^16 = 4^8, 4^8 + 1, 4^8 + 2
    }

    [Fact]
    public async Task Rows_None_GiveAnEmptyTable()
    {
        string path = Path.Combine(_folder, "updates.parquet");
        new UpdatesParquet(path).Dispose();
        await using ParquetReader reader = await ParquetReader.CreateAsync(path, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((0, UpdatesCsv.Columns.Count), (reader.RowGroupCount, reader.Schema.GetDataFields().Length));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 0)]
    [InlineData(5, 3)]
    [InlineData(UpdatesParquet.RowsPerGroup - 1, 2)]
    [InlineData(UpdatesParquet.RowsPerGroup, 1)]
    [InlineData((2 * UpdatesParquet.RowsPerGroup) + 7, UpdatesParquet.RowsPerGroup)]
    public void Load_RowsCameAfterTheCheckpoint_EndsWithTheBytesOfOneThatWasNeverCut(int before, int after)
    {
        const int Rest = UpdatesParquet.RowsPerGroup + 1;
        string whole = Path.Combine(_folder, "whole.parquet"), cut = Path.Combine(_folder, "cut.parquet");
        using (UpdatesParquet table = new(whole))
        {
            Record(table, 0, before + Rest);
        }

        using MemoryStream early = new(), late = new();
        using (UpdatesParquet table = new(cut))
        {
            Record(table, 0, before / 2);
            Save(table, early);
            Record(table, before / 2, before);
            Save(table, late);
            Record(table, before, before + after);
            Save(table, new MemoryStream());
        }

        // From the older checkpoint the file is complete; it is left incomplete by the one that is not disposed of before the newer.
        UpdatesParquet killed = Load(cut, early);
        Record(killed, before / 2, before + after);
        Save(killed, new MemoryStream());
        Assert.False(File.Exists(cut));
        killed.Dispose();
        using (UpdatesParquet table = Load(cut, late))
        {
            Record(table, before, before + Rest);
        }

        Assert.Equal([cut, whole], Directory.GetFiles(_folder).Order());
        Assert.True(File.ReadAllBytes(whole).AsSpan().SequenceEqual(File.ReadAllBytes(cut)));
    }

    [Fact]
    public void Load_FileShorterThanTheCheckpoint_IsRefused()
    {
        string path = Path.Combine(_folder, "updates.parquet");
        using MemoryStream state = new();
        using (UpdatesParquet table = new(path))
        {
            Record(table, 0, UpdatesParquet.RowsPerGroup);
            Save(table, state);
        }

        File.WriteAllText(path, "PAR1");

        Assert.Contains("updates.parquet.part\", which has 4", Assert.Throws<CheckpointException>(() => Load(path, state)).Message, StringComparison.Ordinal);
    }

    private static void Record(UpdatesParquet table, int from, int to)
    {
        for (int row = from; row < to; row++)
        {
            table.OnUpdate(Update(row));
        }
    }

    private static void Save(UpdatesParquet table, Stream state)
    {
        using StateWriter writer = new(state);
        table.Save(writer);
    }

    private static UpdatesParquet Load(string path, MemoryStream state)
    {
        using StateReader reader = new(new MemoryStream(state.ToArray()));
        UpdatesParquet table = new(path, continued: true);
        table.Load(reader);
        return table;
    }

    private static UpdateRecord Update(int row) => new(
        row + 1, row / 7.0, row % 1000, row / 9.0, row / 2, row, 1.0 / (row + 1), row % 60, row % 5 == 0 ? double.NaN : row / 3.0,
        row % 4 == 0 ? UpdateOutcome.RefusedStale : UpdateOutcome.Applied)
    {
        Parts = row % 3 == 0 ? TaskDelay.Unknown : new(new(row / 11.0), new(row / 13.0), new(row / 17.0)),
    };

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
