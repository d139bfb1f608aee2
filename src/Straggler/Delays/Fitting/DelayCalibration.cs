namespace Straggler.Delays.Fitting;

/// <summary>How durations come about.</summary>
public enum DelayStructure
{
    /// <summary>Every task draws anew, whoever's it is.</summary>
    Task,

    /// <summary>Each client has a duration of its own, and every task takes that long.</summary>
    Client,

    /// <summary>Each client has a mean of its own, and every task a factor.</summary>
    ClientAndTask,
}

/// <summary>Finds the delays of a simulation in measured durations.</summary>
/// <param name="Structure">How they come about.</param>
/// <param name="Durations">What was measured.</param>
/// <param name="Candidates">What was fitted to the durations, or to the factors, best first; empty where all are the same or too few.</param>
public sealed record DelayCalibration(DelayStructure Structure, ClientDurations Durations, IReadOnlyList<DistributionFit> Candidates)
{
    /// <summary>Fewest values to which a family of distributions is fitted; fewer are drawn again as they are.</summary>
    public const int FewestForFamilies = 30;

    private const double SameFactor = 1e-6;

    /// <summary>The values that the candidates were fitted to: durations, or multiples of the clients' means.</summary>
    public double[] Values => Structure == DelayStructure.ClientAndTask ? Durations.Factors : Durations.All;

    /// <summary>Calibrates, by Akaike's criterion over structures and families.</summary>
    /// <param name="durations">What was measured; at least one.</param>
    public static DelayCalibration Of(ClientDurations durations)
    {
        ArgumentNullException.ThrowIfNull(durations);
        double[] factors = durations.Factors;
        if (factors.Length == 0 || factors.All(factor => Math.Abs(factor - 1) < SameFactor))
        {
            return new(DelayStructure.Client, durations, []);
        }

        if (factors.Length < FewestForFamilies)
        {
            return new(DelayStructure.ClientAndTask, durations, []);
        }

        // The durations of clients with a single task tell nothing of factors, so both structures are judged by the others'.
        IReadOnlyList<double>[] several = [.. durations.ByClient.Where(client => client.Count > 1)];
        IReadOnlyList<DistributionFit> pooled = MaximumLikelihood.FitAll([.. several.SelectMany(client => client)]), split = MaximumLikelihood.FitAll(factors);
        double ownMeans = several.Sum(client => 1 + (client.Count * Math.Log(client.Average())));
        return pooled[0].Aic <= split[0].Aic + (2 * ownMeans)
            ? new(DelayStructure.Task, durations, MaximumLikelihood.FitAll(durations.All))
            : new(DelayStructure.ClientAndTask, durations, split);
    }
}
