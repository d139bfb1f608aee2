namespace Straggler.Scheduling;

/// <summary>Mean queue lengths of a closed network of single exponential servers, with 0 to C tasks.</summary>
/// <remarks>
/// Source: M. Reiser, S. Lavenberg, "Mean-value analysis of closed multichain queuing networks", Journal of the ACM 27(2), 1980: with k
/// tasks, R_i = x_i (1 + L_i(k − 1)), throughput k/Σ R_j, L_i(k) = throughput · R_i. Only quotients: nothing can overflow.
/// </remarks>
internal sealed class QueueLengths
{
    private readonly double[] _loads;
    private readonly double[][] _lengths;

    /// <summary>Computes the lengths.</summary>
    /// <param name="loads">x_i = p_i E[D_i], above 0.</param>
    /// <param name="tasks">C, at least 0.</param>
    public QueueLengths(double[] loads, int tasks)
    {
        _loads = loads;
        _lengths = new double[tasks + 1][];
        _lengths[0] = new double[loads.Length];
        for (int count = 1; count <= tasks; count++)
        {
            double[] before = _lengths[count - 1];
            double[] lengths = [.. loads.Select((load, client) => load * (1 + before[client]))];
            double throughput = count / lengths.Sum();
            for (int client = 0; client < lengths.Length; client++)
            {
                lengths[client] *= throughput;
            }

            _lengths[count] = lengths;
        }
    }

    /// <summary>Mean number of tasks at each client, with all tasks in the network.</summary>
    public ReadOnlySpan<double> Last => _lengths[^1];

    /// <summary>Given a function's derivatives by the lengths <see cref="Last"/>, its derivatives by log x_i.</summary>
    /// <param name="byLength">The derivatives; overwritten.</param>
    public double[] Derivatives(double[] byLength)
    {
        double[] byLoad = new double[_loads.Length];
        for (int count = _lengths.Length - 1; count > 0; count--)
        {
            // L_i = λ R_i with λ = k/Σ R_j, hence ∂L_i/∂R_j = λ (δ_ij − L_i/k).
            double[] before = _lengths[count - 1], lengths = _lengths[count];
            double all = 0, times = 0;
            for (int client = 0; client < lengths.Length; client++)
            {
                all += byLength[client] * lengths[client];
                times += _loads[client] * (1 + before[client]);
            }

            double throughput = count / times;
            for (int client = 0; client < lengths.Length; client++)
            {
                double byTime = throughput * (byLength[client] - (all / count));
                byLoad[client] += byTime * (1 + before[client]) * _loads[client];
                byLength[client] = byTime * _loads[client];
            }
        }

        return byLoad;
    }
}
