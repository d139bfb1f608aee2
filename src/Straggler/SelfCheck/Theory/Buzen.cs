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
}
