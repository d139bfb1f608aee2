namespace Straggler.Tests.SelfCheck.Theory;

/// <summary>Stationary laws by brute force, for the theory to be compared with.</summary>
internal static class MarkovChain
{
    /// <summary>The long-run fraction of time in each state, by iterating the uniformised chain.</summary>
    /// <param name="states">Number of states.</param>
    /// <param name="transitions">From a state: where to, at which rate; may lead back to itself.</param>
    public static double[] Stationary(int states, Func<int, IEnumerable<(int To, double Rate)>> transitions)
    {
        (int To, double Rate)[][] all = [.. Enumerable.Range(0, states).Select(state => transitions(state).ToArray())];
        double uniform = all.Max(from => from.Sum(transition => transition.Rate)) * 1.1;
        double[] now = [.. Enumerable.Repeat(1.0 / states, states)];
        for (int step = 0; step < 20_000; step++)
        {
            double[] next = [.. now];
            for (int from = 0; from < states; from++)
            {
                foreach ((int to, double rate) in all[from])
                {
                    next[to] += now[from] * rate / uniform;
                    next[from] -= now[from] * rate / uniform;
                }
            }

            now = next;
        }

        return now;
    }
}
