using CsCheck;
using Straggler.Checkpoints;
using Straggler.Metrics;
using Straggler.Recording;

namespace Straggler.Tests.Metrics;

public sealed class RunStatisticsTests
{
    [Fact]
    public void ParticipationGini_AnyArrivals_IsTheGiniOfTheCounts() => Gen.Int[0, 6].Array[0, 80].Sample(clients =>
    {
        RunStatistics statistics = new(7, 1);
        double[] counts = new double[7];
        foreach (int client in clients)
        {
            statistics.Count(Update(client), 2);
            counts[client]++;
        }

        Assert.Equal(counts, Enumerable.Range(0, counts.Length).Select(client => (double)statistics.ArrivalsOf(client)));
        Assert.Equal(Statistics.Gini(counts), statistics.ParticipationGini, 1e-12);
        Assert.Equal((clients.Length, 2L * clients.Length), (statistics.Arrivals, statistics.GradientSteps));
    });

    [Fact]
    public void ParticipationGini_OneOfFourDoesAll_IsThreeQuarters()
    {
        RunStatistics statistics = new(4, 1);
        Assert.Equal(0, statistics.ParticipationGini);
        statistics.Count(Update(2), 1);
        statistics.Count(Update(2), 1);
        Assert.Equal(0.75, statistics.ParticipationGini, 1e-15);
    }

    /// <summary>Of four clients three were sent a task, and two of them came back, with 1 and 3: (2·3 − 3 − 1)·3 + (2·2 − 3 − 1)·1 over 3·4.</summary>
    [Fact]
    public void ParticipationGini_OnlyClientsSentCount_LeavesTheOthersOut()
    {
        RunStatistics live = new(4, 1) { CountsOnlyClientsSent = true }, simulated = new(4, 1);
        foreach (RunStatistics statistics in (RunStatistics[])[live, simulated])
        {
            statistics.CountDispatch(3);
            Assert.Equal(0, statistics.ParticipationGini);
            Array.ForEach([1, 2, 2, 2], client => statistics.Count(Update(client), 1));
        }

        Assert.Equal(6.0 / 12, live.ParticipationGini, 1e-15);
        Assert.Equal(Statistics.Gini([0, 0, 1, 3]), simulated.ParticipationGini, 1e-15);
    }

    /// <summary>An update takes 7 bytes unless it is known to have taken others; those are known to a run that goes on as well.</summary>
    [Fact]
    public void BytesUp_SomeUpdatesTookOthers_AreSummed()
    {
        RunStatistics statistics = new(4, 10, 7), resumed = new(4, 10, 7);
        statistics.Count(Update(2), 1);
        statistics.Count(Update(1), 1, 100);
        Assert.Equal(107, statistics.BytesUp);

        using MemoryStream file = new();
        using (StateWriter writer = new(file))
        {
            statistics.Save(writer);
        }

        file.Position = 0;
        using StateReader reader = new(file);
        resumed.Load(reader);
        resumed.Count(Update(0), 1);
        Assert.Equal(114, resumed.BytesUp);
    }

    private static UpdateRecord Update(int client) => new(1, 1, client, 0, 0, 0, 1, 1, 1, UpdateOutcome.Applied);
}
