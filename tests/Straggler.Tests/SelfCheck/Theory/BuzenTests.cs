using Straggler.SelfCheck.Theory;

namespace Straggler.Tests.SelfCheck.Theory;

/// <summary>Buzen's algorithm against all states of a small network.</summary>
public sealed class BuzenTests
{
    private static readonly double[] Shares = [0.2, 0.3, 0.5];
    private static readonly double[] Rates = [1, 0.5, 2];
    private static readonly double[] Loads = [.. Shares.Zip(Rates, (share, rate) => share / rate)];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Constants_AnyTasks_SumTheProductsOfAllStates(int tasks)
    {
        double expected = States(tasks).Sum(state => state.Select((queue, client) => Math.Pow(Loads[client], queue)).Aggregate(1.0, (a, b) => a * b));
        Assert.Equal(expected, Buzen.Constants(Loads, tasks)[tasks], 1e-12);
    }

    [Fact]
    public void Throughput_ThreeTasks_IsThatOfTheMarkovChain()
    {
        // A uniformised chain over all states: a busy client i ends a task with its rate and sends it to j with share p_j.
        int[][] states = [.. States(3)];
        double[] stationary = MarkovChain.Stationary(states.Length, state =>
            from i in Enumerable.Range(0, 3)
            where states[state][i] > 0
            from j in Enumerable.Range(0, 3)
            select (To: Array.FindIndex(states, other => other.SequenceEqual(Moved(states[state], i, j))), Rate: Rates[i] * Shares[j]));
        double expected = states.Select((queues, place) => stationary[place] * queues.Select((queue, i) => queue > 0 ? Rates[i] : 0).Sum()).Sum();
        Assert.Equal(expected, Buzen.Throughput(Loads, 3), 1e-10);
    }

    private static int[] Moved(int[] state, int from, int to)
    {
        int[] moved = [.. state];
        moved[from]--;
        moved[to]++;
        return moved;
    }

    private static IEnumerable<int[]> States(int tasks) =>
        from first in Enumerable.Range(0, tasks + 1)
        from second in Enumerable.Range(0, tasks - first + 1)
        select new[] { first, second, tasks - first - second };
}
