using Straggler.Recording;
using Straggler.Reports.Records;

namespace Straggler.Reports.Tests.Records;

public sealed class StalenessBySpeedTests
{
    [Fact]
    public void Thirds_SixClients_AreSortedByMeanDuration()
    {
        // Client c takes c + 1 seconds, six times each with staleness c, c, c, c, c, c + 6.
        StalenessBySpeed speeds = new();
        for (int client = 5; client >= 0; client--)
        {
            for (int task = 0; task < 6; task++)
            {
                speeds.Add(Arrival(client, client + 1, task == 5 ? client + 6 : client));
            }
        }

        StalenessBySpeed.SpeedClass[] thirds = [.. speeds.Thirds()];

        Assert.Equal([(1, 2), (3, 4), (5, 6)], thirds.Select(third => (third.Fastest, third.Slowest)));
        Assert.All(thirds, third => Assert.Equal((2, 12), (third.Clients, third.Arrivals)));
        Assert.Equal([1.5, 3.5, 5.5], thirds.Select(third => third.Mean)); // c + 1 each; means of 1 and 2, 3 and 4, 5 and 6

        // 0 five times, 1 five times, 6, 7: ranks 1.1, 2.75, 5.5, 8.25, 9.9 rounded to 1, 3, 6 (to even), 8, 10.
        Assert.Equal([0, 0, 1, 1, 6], thirds[0].Quantiles);
    }

    [Theory]
    [InlineData(15, 15, 15)]
    [InlineData(16, 16, 19)] // quarters of an octave: 16 to 19, 20 to 23, 24 to 27, 28 to 31
    [InlineData(1000, 896, 1023)]
    [InlineData(5_000_000_000, 4_294_967_296, 5_368_709_119)]
    public void Thirds_LargeStaleness_IsKnownToAQuarterOfAnOctave(long staleness, double low, double high)
    {
        StalenessBySpeed speeds = new();
        for (int client = 0; client < 3; client++)
        {
            speeds.Add(Arrival(client, client + 1, staleness));
        }

        Assert.All(speeds.Thirds(), third => Assert.All(third.Quantiles, quantile => Assert.InRange(quantile, low, high)));
        Assert.All(speeds.Thirds(), third => Assert.Equal(staleness, third.Mean));
    }

    [Fact]
    public void Thirds_EquallyFastOrFewClients_AreNone()
    {
        StalenessBySpeed alike = new(), few = new();
        for (int client = 0; client < 9; client++)
        {
            alike.Add(Arrival(client, 2, client));
            few.Add(Arrival(client % 2, 1 + (client % 2), client));
        }

        Assert.Empty(alike.Thirds());
        Assert.Empty(few.Thirds());
    }

    private static UpdateRecord Arrival(int client, double duration, long staleness) =>
        new(1, 100 + duration, client, 100, 0, staleness, 1, 1, 1, UpdateOutcome.Applied);
}
