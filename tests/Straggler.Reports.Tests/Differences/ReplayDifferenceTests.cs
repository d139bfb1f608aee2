using Straggler.Reports.Differences;

namespace Straggler.Reports.Tests.Differences;

public sealed class ReplayDifferenceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Recorded => _folder.File("recorded");

    private string Replay => _folder.File("replay");

    public void Dispose() => _folder.Dispose();

    /// <summary>What a client sent and how long its parts took is its own; a record of an earlier version lacks the latter.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Find_SameStepsWithOrWithoutTheTasksParts_IsEmpty(bool recordedHasParts, bool replayHasParts)
    {
        Write(Recorded, recordedHasParts, parts: ",1,2,3");
        Write(Replay, replayHasParts, parts: ",0.5,1,");

        Assert.Equal("", ReplayDifference.Find(Recorded, Replay));
    }

    [Fact]
    public void Find_OtherWeight_SaysWhereTheyPart()
    {
        Write(Recorded, hasParts: false);
        Write(Replay, hasParts: true);
        string path = Path.Combine(Replay, "updates.csv");
        string[] rows = File.ReadAllLines(path), cells = rows[5].Split(',');
        string weight = cells[7];
        cells[7] = "0.125";
        rows[5] = string.Join(',', cells);
        File.WriteAllLines(path, rows);

        string difference = ReplayDifference.Find(Recorded, Replay)!;
        Assert.StartsWith("The runs part at row 5 of the updates", difference, StringComparison.Ordinal);
        Assert.EndsWith($": weight is {weight} in the first and 0.125 in the second.", difference, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_OtherSettings_AreNotToBeCompared()
    {
        Write(Recorded, hasParts: true);
        Write(Replay, hasParts: true);
        string path = Path.Combine(Replay, "config.yaml");
        File.WriteAllText(path, File.ReadAllText(path).Replace("eta: 0.6", "eta: 0.9", StringComparison.Ordinal));

        Assert.Null(ReplayDifference.Find(Recorded, Replay));
    }

    private static void Write(string directory, bool hasParts, string parts = ",1,2,3")
    {
        new FakeRun().Write(directory);
        if (hasParts)
        {
            FakeRun.AddParts(directory, parts);
        }
    }
}
