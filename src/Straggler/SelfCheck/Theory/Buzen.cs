namespace Straggler.SelfCheck.Theory;

/// <summary>Buzen's algorithm: normalising constants of a closed queueing network with single servers.</summary>
/// <remarks>
/// Source: J. Buzen, "Computational algorithms for closed queueing networks with exponential servers", Communications of the ACM 16(9),
/// 1973. G(c) = Σ over all (q_1, ..., q_n) with Σ q_i = c of Π x_i^{q_i}: the complete homogeneous symmetric polynomial of the loads.
/// </remarks>
internal static class Buzen
{
    /// <summary>G(0), ..., G(tasks).</summary>
    /// <param name="loads">x_i = (share of tasks that go to client i) / (its service rate).</param>
    /// <param name="tasks">Tasks in the network.</param>
    public static double[] Constants(IEnumerable<double> loads, int tasks)
    {
        double[] constants = new double[tasks + 1];
        constants[0] = 1;
        foreach (double load in loads)
        {
            for (int count = 1; count <= tasks; count++)
            {
                constants[count] += load * constants[count - 1];
            }
        }

        return constants;
    }

    /// <summary>Tasks that are over per unit of time: G(C − 1)/G(C), when loads are shares of all tasks over rates.</summary>
    public static double Throughput(IReadOnlyList<double> loads, int tasks)
    {
        double[] constants = Constants(loads, tasks);
        return constants[tasks - 1] / constants[tasks];
    }

    /// <summary>π(q) = Π x_i^{q_i} / G, the long-run fraction of time with so many tasks at each client.</summary>
    public static double Probability(IReadOnlyList<double> loads, IReadOnlyList<int> queues) =>
        loads.Zip(queues, (load, tasks) => Math.Pow(load, tasks)).Aggregate(1.0, (product, factor) => product * factor) / Constants(loads, queues.Sum())[^1];

    /// <summary>The mean number of tasks at a client: Σ_{k ≥ 1} P(at least k) = Σ x_i^k G(C − k)/G(C).</summary>
    public static double MeanQueue(IReadOnlyList<double> loads, int tasks, int client)
    {
        double[] constants = Constants(loads, tasks);
        return Enumerable.Range(1, tasks).Sum(k => Math.Pow(loads[client], k) * constants[tasks - k] / constants[tasks]);
    }
}
