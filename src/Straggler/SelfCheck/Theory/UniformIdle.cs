namespace Straggler.SelfCheck.Theory;

/// <summary>C of n clients in flight, exponential durations; whoever arrives is replaced by one of the idle clients, each alike.</summary>
/// <remarks>
/// With mean durations x_i, the chain of in-flight sets S is reversible with π(S) = Π_{i∈S} x_i / e_C(x), e_C being the elementary
/// symmetric polynomial: detailed balance, π(S)·(1/x_i)/(n − C + 1) = π(S − i + j)·(1/x_j)/(n − C + 1).
/// Source: F. Kelly, "Reversibility and stochastic networks", 1979, chapter 1. The arriving client may be chosen again.
/// </remarks>
/// <param name="durations">x_i, the mean durations.</param>
/// <param name="concurrency">C.</param>
internal sealed class UniformIdle(IReadOnlyList<double> durations, int concurrency)
{
    private readonly double[] _e = ElementarySymmetric(durations, concurrency);

    /// <summary>The polynomials e_0, ..., e_degree of some values: e_k sums the products of all k-element subsets.</summary>
    public static double[] ElementarySymmetric(IEnumerable<double> values, int degree)
    {
        double[] polynomials = new double[degree + 1];
        polynomials[0] = 1;
        foreach (double value in values)
        {
            for (int k = degree; k > 0; k--)
            {
                polynomials[k] += value * polynomials[k - 1];
            }
        }

        return polynomials;
    }

    /// <summary>All in-flight sets, as bit masks, ascending.</summary>
    public IEnumerable<int> Sets =>
        Enumerable.Range(0, 1 << durations.Count).Where(set => System.Numerics.BitOperations.PopCount((uint)set) == concurrency);

    /// <summary>Arrivals per unit of time: Σ_i P(i ∈ S)/x_i = (n − C + 1) e_{C−1}/e_C.</summary>
    public double Throughput => (durations.Count - concurrency + 1) * _e[^2] / _e[^1];

    /// <summary>π(S), the long-run fraction of time.</summary>
    public double Probability(int set) => Members(set).Aggregate(1.0, (product, client) => product * durations[client]) / _e[^1];

    /// <summary>The long-run fraction of arrivals that find S in flight, the arriving client included: ∝ π(S) Σ_{i∈S} 1/x_i.</summary>
    public double ProbabilityAtArrival(int set) => Probability(set) * Members(set).Sum(client => 1 / durations[client]) / Throughput;

    /// <summary>A client's share of arrivals: P(i ∈ S)/x_i over the throughput; the rest of its sets is counted by e_{C−1} of the others.</summary>
    public double Share(int client) =>
        ElementarySymmetric(durations.Where((_, other) => other != client), concurrency - 1)[^1] / _e[^1] / Throughput;

    private IEnumerable<int> Members(int set) => Enumerable.Range(0, durations.Count).Where(client => (set >> client & 1) == 1);
}
