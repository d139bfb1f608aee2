namespace Straggler.SelfCheck.Theory;

/// <summary>A closed network of single servers and one place without queues: the machine-repair model where there is one server.</summary>
/// <remarks>
/// Source: F. Baskett, K. Chandy, R. Muntz, F. Palacios, "Open, closed, and mixed networks of queues with different classes of customers",
/// Journal of the ACM 22(2), 1975. G(c) = Σ over all (q_1, ..., q_m, k) with Σ q_i + k = c of Π s_i^{q_i} · z^k/k!, s_i being the mean
/// service times and z the mean time without queues. Servers are exponential and first come, first served, or share their time equally,
/// whatever the service times are like then; so is the time without queues.
/// </remarks>
internal static class MachineRepair
{
    /// <summary>Rounds per unit of time, each through all servers: G(C − 1)/G(C).</summary>
    /// <param name="services">s_i.</param>
    /// <param name="think">z.</param>
    /// <param name="tasks">C.</param>
    public static double Throughput(IReadOnlyList<double> services, double think, int tasks)
    {
        double[] queued = Buzen.Constants(services, tasks);
        return Constant(tasks - 1) / Constant(tasks);

        double Constant(int count)
        {
            (double sum, double term) = (0, 1);
            for (int thinking = 0; thinking <= count; thinking++)
            {
                sum += term * queued[count - thinking];
                term *= think / (thinking + 1);
            }

            return sum;
        }
    }
}
