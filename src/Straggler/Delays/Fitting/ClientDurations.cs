namespace Straggler.Delays.Fitting;

/// <summary>How long tasks took, by client.</summary>
/// <param name="ByClient">Each client's durations in seconds, all above 0; empty for a client without any.</param>
public sealed record ClientDurations(IReadOnlyList<IReadOnlyList<double>> ByClient)
{
    /// <summary>Gathers what was measured of tasks.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="clientCount">Number of clients n.</param>
    /// <param name="seconds">What of a task, above 0.</param>
    internal static ClientDurations Of(IEnumerable<MeasuredTask> tasks, int clientCount, Func<MeasuredTask, double> seconds)
    {
        List<double>[] byClient = [.. Enumerable.Range(0, clientCount).Select(_ => new List<double>())];
        foreach (MeasuredTask task in tasks)
        {
            byClient[task.Client].Add(seconds(task));
        }

        return new(byClient);
    }

    /// <summary>Number of tasks.</summary>
    public int Count => ByClient.Sum(client => client.Count);

    /// <summary>All durations.</summary>
    public double[] All => [.. ByClient.SelectMany(client => client)];

    /// <summary>Each client's mean; the geometric mean of the others' for a client without any.</summary>
    public double[] Means
    {
        get
        {
            double usual = Math.Exp(ByClient.Where(client => client.Count > 0).Average(client => Math.Log(client.Average())));
            return [.. ByClient.Select(client => client.Count > 0 ? client.Average() : usual)];
        }
    }

    /// <summary>All durations, as multiples of their clients' means; of clients with several only.</summary>
    public double[] Factors => [.. ByClient.Where(client => client.Count > 1).SelectMany(FactorsOf)];

    private static IEnumerable<double> FactorsOf(IReadOnlyList<double> client)
    {
        double mean = client.Average();
        return client.Select(value => value / mean);
    }
}
