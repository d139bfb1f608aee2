using System.IO.Compression;
using System.Text.Json;
using Straggler.Reports.Tracing;

namespace Straggler.Reports.Tests.Tracing;

public sealed class TraceExportTests : IDisposable
{
    private const string Header = "arrival,virtual_time,client,dispatch_virtual_time,base_version,version,staleness,weight,samples,train_loss,outcome\n";

    private readonly TemporaryFolder _folder = new();

    private string Run => _folder.File("run");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_WholeRun_HasEveryTaskOnceAndNoneOverlapsOnItsTrack()
    {
        new FakeRun().Write(Run);

        JsonElement[] events = Export();

        JsonElement[] tasks = [.. events.Where(Is("X"))];
        string[][] rows = [.. File.ReadAllLines(Path.Combine(Run, "updates.csv")).Skip(1).Select(line => line.Split(','))];
        Assert.Equal(rows.Select(row => row[0]), tasks.Select(task => task.GetProperty("args").GetProperty("arrival").GetRawText()));
        for (int place = 0; place < rows.Length; place++)
        {
            Assert.Equal(Micro(rows[place][3]), tasks[place].GetProperty("ts").GetDouble(), 0.001);
            Assert.Equal(Micro(rows[place][1]), End(tasks[place]), 0.002);
            Assert.Equal($"staleness {rows[place][6]}", tasks[place].GetProperty("name").GetString());
            Assert.Equal(rows[place][10], tasks[place].GetProperty("cat").GetString());
            Assert.Equal(rows[place][4], tasks[place].GetProperty("args").GetProperty("base_version").GetRawText());
        }

        AssertNoOverlap(tasks);

        // A task at a time here, so a client has one track, named after it.
        Assert.Equal(rows.Select(row => row[2]).Distinct().Count(), tasks.Select(Track).Distinct().Count());
        Assert.All(tasks, task => Assert.Equal(
            $"client {task.GetProperty("args").GetProperty("client").GetRawText()}", Names(events)[Track(task)]));
    }

    [Fact]
    public void Write_SeveralTasksAtOnce_GetTracksOfTheirOwn()
    {
        // Client 0 has two tasks at once, and starts a third where the first ends.
        WriteUpdates("1,2,0,0,0,0,0,1,10,,applied", "2,3,0,1,0,1,1,1,10,,applied", "3,4,0,2,1,2,1,1,10,,applied");

        JsonElement[] events = Export(), tasks = [.. events.Where(Is("X"))];

        AssertNoOverlap(tasks);
        Assert.Equal(["client 0", "client 0 (2)", "client 0"], tasks.Select(task => Names(events)[Track(task)]));
    }

    [Fact]
    public void Write_ClientsInFlight_AreCountedAfterEachMoment()
    {
        // Dispatches at 0, 0, 1, 1.5; ends at 1, 2, 2, 3: a client that arrives and leaves at 1 changes nothing.
        WriteUpdates("1,1,0,0,0,0,0,1,10,,applied", "2,2,1,0,0,1,1,1,10,,applied", "3,2,2,1.5,1,2,1,1,10,,applied", "4,3,0,1,1,3,2,1,10,,applied");

        Assert.Equal([(0.0, 2.0), (1.5, 3.0), (2.0, 1.0), (3.0, 0.0)], Counter(Export(), "clients in flight"));
    }

    [Fact]
    public void Write_StepsAndBuffer_AreReadOffTheVersions()
    {
        // The second arrival makes version 1, the fourth version 2, which the last evaluation alone shows. The third is refused.
        WriteUpdates("1,1,0,0,0,0,0,1,10,,applied", "2,2,1,0,0,0,0,1,10,,applied", "3,3,2,0,0,1,1,0,10,,refused_stale", "4,4,3,0,0,1,1,1,10,,applied");
        File.WriteAllText(Path.Combine(Run, "metrics.csv"), "arrival,virtual_time,server_steps,loss,accuracy,wall_seconds\n0,0,0,2.5,0.125,0\n4,4,2,,0.5,1\n");

        JsonElement[] events = Export();

        Assert.Equal(
            [(2.0, 1L), (4.0, 2L)],
            events.Where(one => Is("i")(one) && one.GetProperty("cat").GetString() == "step").Select(step => (Time(step), step.GetProperty("args").GetProperty("version").GetInt64())));
        Assert.Equal([(1.0, 1.0), (2.0, 0.0)], Counter(events, "updates since the last step"));
        Assert.Equal([(1.0, 0.0), (2.0, 1.0), (4.0, 2.0)], Counter(events, "server version"));
        JsonElement[] evaluations = [.. events.Where(one => Is("i")(one) && one.GetProperty("cat").GetString() == "evaluation")];
        Assert.Equal([0.125, 0.5], evaluations.Select(evaluation => evaluation.GetProperty("args").GetProperty("accuracy").GetDouble()));
        Assert.False(evaluations[1].GetProperty("args").TryGetProperty("loss", out _));
        Assert.Equal([(0.0, 0.125), (4.0, 0.5)], Counter(events, "test accuracy"));
    }

    [Fact]
    public void Write_PartsAreKnown_LieWithinTheirTask()
    {
        Directory.CreateDirectory(Run);
        File.WriteAllText(Path.Combine(Run, "updates.csv"), Header.TrimEnd('\n') + ",download_time,compute_time,upload_time\n"
            + "1,9,0,1,0,0,0,1,10,,applied,2,5,1\n2,17,0,9,0,1,1,1,10,,applied,,4,\n3,25,0,17,0,2,2,1,10,,applied,0,8,0\n4,33,0,25,0,2,2,0,10,,lost_upload,,,\n");

        JsonElement[] tasks = [.. Export().Where(Is("X"))];

        Assert.Equal(
            [
                ("staleness 0", 1.0, 9e6), ("download", 1, 3e6), ("training", 3, 8e6), ("upload", 8, 9e6),
                ("staleness 1", 9, 17e6), ("network", 9, 11e6), ("training", 11, 15e6), ("network", 15, 17e6),
                ("staleness 2", 17, 25e6), ("lost_upload", 25, 33e6),
            ],
            tasks.Select(task => (task.GetProperty("name").GetString()!, Time(task), End(task))));
        Assert.Single(tasks.Select(Track).Distinct());
    }

    [Fact]
    public void Write_LostTask_IsMarkedAtItsEnd()
    {
        WriteUpdates("0,2.5,7,1,0,0,0,0,10,,lost_upload");

        JsonElement[] events = Export();

        JsonElement task = Assert.Single(events, one => Is("X")(one));
        Assert.Equal("lost_upload", task.GetProperty("name").GetString());
        JsonElement mark = Assert.Single(events, one => Is("i")(one));
        Assert.Equal((2.5, Track(task)), (Time(mark), Track(mark)));
        Assert.Empty(Counter(events, "staleness"));
    }

    [Fact]
    public void Write_TasksInFlightAtTheEnd_LastUntilThen()
    {
        WriteUpdates("1,1,0,0,0,0,0,1,10,,applied", "2,4,1,0,0,1,1,1,10,,applied");
        File.WriteAllText(Path.Combine(Run, "in_flight.csv"), "client,dispatch_virtual_time,base_version\n9,1,1\n0,4,2\n");

        JsonElement[] events = Export(), tasks = [.. events.Where(Is("X"))];

        AssertNoOverlap(tasks);
        Assert.Equal(
            [("in flight", "client 9", 1.0, 4e6), ("in flight", "client 0", 4.0, 4e6)],
            tasks[2..].Select(task => (task.GetProperty("name").GetString()!, Names(events)[Track(task)], Time(task), End(task))));
        Assert.Equal([(0.0, 2.0)], Counter(events, "clients in flight")); // At each moment one leaves for one that comes.
    }

    [Fact]
    public void Write_ChosenClientsAndTime_LeaveTheRestOut()
    {
        new FakeRun().Write(Run);

        TraceContent content = TraceExport.Write(Run, _folder.File("part.json"), new() { Clients = [(0, 4), (17, 17)], From = 20, To = 30 });

        JsonElement[] events = Read(File.ReadAllBytes(content.Path)), tasks = [.. events.Where(Is("X"))];
        string[][] expected = [.. File.ReadAllLines(Path.Combine(Run, "updates.csv")).Skip(1).Select(line => line.Split(','))
            .Where(row => int.Parse(row[2], null) is <= 4 or 17 && Micro(row[1]) >= 20e6 && Micro(row[3]) <= 30e6)];
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Select(row => row[0]), tasks.Select(task => task.GetProperty("args").GetProperty("arrival").GetRawText()));
        Assert.Equal((expected.Length, expected.Select(row => row[2]).Distinct().Count()), (content.Tasks, content.Clients));
        Assert.All(events.Where(Is("C")), counter => Assert.InRange(Time(counter), 20, 30));
    }

    [Fact]
    public void Write_NameEndsWithGz_IsTheSameCompressed()
    {
        new FakeRun { Arrivals = 50 }.Write(Run);
        TraceExport.Write(Run, _folder.File("plain.json"));
        TraceExport.Write(Run, _folder.File("small.json.gz"));

        using GZipStream compressed = new(File.OpenRead(_folder.File("small.json.gz")), CompressionMode.Decompress);
        using MemoryStream unpacked = new();
        compressed.CopyTo(unpacked);

        Assert.Equal(File.ReadAllBytes(_folder.File("plain.json")), unpacked.ToArray());
    }

    [Fact]
    public void Write_NoRecordOfArrivals_SaysWhatIsNeeded()
    {
        new FakeRun().Write(Run);
        File.Delete(Path.Combine(Run, "updates.csv"));

        Assert.Contains("neither updates.csv nor updates.parquet", Assert.Throws<ReportException>(() => Export()).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("trace.json")));
    }

    private void WriteUpdates(params string[] rows)
    {
        Directory.CreateDirectory(Run);
        File.WriteAllText(Path.Combine(Run, "updates.csv"), Header + string.Join('\n', rows) + "\n");
    }

    private JsonElement[] Export() => Read(File.ReadAllBytes(TraceExport.Write(Run, _folder.File("trace.json")).Path));

    private static JsonElement[] Read(byte[] json) => [.. JsonDocument.Parse(json).RootElement.GetProperty("traceEvents").EnumerateArray()];

    private static Func<JsonElement, bool> Is(string phase) => one => one.GetProperty("ph").GetString() == phase;

    private static double Micro(string seconds) => 1e6 * double.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture);

    private static double Time(JsonElement one) => one.GetProperty("ts").GetDouble() / 1e6;

    private static double End(JsonElement task) => task.GetProperty("ts").GetDouble() + task.GetProperty("dur").GetDouble();

    private static (int, long) Track(JsonElement one) => (one.GetProperty("pid").GetInt32(), one.GetProperty("tid").GetInt64());

    private static Dictionary<(int, long), string> Names(JsonElement[] events) => events
        .Where(one => Is("M")(one) && one.GetProperty("name").GetString() == "thread_name")
        .ToDictionary(Track, one => one.GetProperty("args").GetProperty("name").GetString()!);

    private static (double, double)[] Counter(JsonElement[] events, string name) =>
        [.. events.Where(one => Is("C")(one) && one.GetProperty("name").GetString() == name)
            .Select(one => (Time(one), one.GetProperty("args").GetProperty("value").GetDouble()))];

    /// <summary>In whole nanoseconds, as the numbers are written: 0.001 µs.</summary>
    private static void AssertNoOverlap(JsonElement[] tasks)
    {
        foreach (IGrouping<(int, long), JsonElement> track in tasks.GroupBy(Track))
        {
            decimal end = 0;
            foreach (JsonElement task in track.OrderBy(task => task.GetProperty("ts").GetDecimal()))
            {
                Assert.True(task.GetProperty("ts").GetDecimal() >= end, $"{task} begins before {end}");
                end = task.GetProperty("ts").GetDecimal() + task.GetProperty("dur").GetDecimal();
            }
        }
    }
}
