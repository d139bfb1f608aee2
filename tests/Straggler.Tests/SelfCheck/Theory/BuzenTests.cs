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

    [Fact]
    public void ProbabilityAndMeanQueue_FourTasks_AreThoseOfAllStates()
    {
        int[][] states = [.. States(4)];
        double[] products = [.. states.Select(state => Math.Pow(Loads[0], state[0]) * Math.Pow(Loads[1], state[1]) * Math.Pow(Loads[2], state[2]))];
        for (int place = 0; place < states.Length; place++)
        {
            Assert.Equal(products[place] / products.Sum(), Buzen.Probability(Loads, states[place]), 1e-12);
        }

        for (int client = 0; client < 3; client++)
        {
            double mean = states.Zip(products, (state, product) => state[client] * product).Sum() / products.Sum();
            Assert.Equal(mean, Buzen.MeanQueue(Loads, 4, client), 1e-12);
        }
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
