using Straggler.Checkpoints;
using Straggler.Recording;

namespace Straggler.Tests.Recording;

public sealed class RunTimesTests
{
    /// <summary>Times in the order of the record's fields.</summary>
    public static RunTimes Seconds(params double[] seconds)
    {
        TimeSpan[] times = [.. seconds.Select(TimeSpan.FromSeconds)];
        return new(times[0], times[1], times[2], times[3], times[4], times[5], times[6], times[7]);
    }

    [Fact]
    public void Load_SavedTimes_AreTheSame()
    {
        RunTimes times = Seconds(8, 7, 1, 2, 3, 4, 5, 6);
        MemoryStream stream = new();
        using (StateWriter writer = new(stream))
        {
            times.Save(writer);
        }

        stream.Position = 0;
        using StateReader reader = new(stream);
        Assert.Equal(times, RunTimes.Load(reader));
    }

    [Fact]
    public void Add_TwoProcesses_SumsEachField()
    {
        RunTimes sum = Seconds(8, 7, 1, 2, 3, 4, 5, 6) + Seconds(1, 2, 0.25, 0.5, 0.75, 3, 2, 1);
        Assert.Equal(Seconds(9, 9, 1.25, 2.5, 3.75, 7, 7, 7), sum);
        Assert.Equal(9 - 1.25 - 2.5 - 3.75, sum.Other.TotalSeconds);
    }
}
