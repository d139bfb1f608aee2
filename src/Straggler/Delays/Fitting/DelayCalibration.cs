using Straggler.Configuration;

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

    /// <summary>What is drawn for every task, a duration or a factor; null where nothing is.</summary>
    /// <param name="again">Makes a distribution that draws the values again as they are, where they are too few for a family.</param>
    public Choice<IDistribution>? Draw(Func<double[], Choice<IDistribution>> again)
    {
        ArgumentNullException.ThrowIfNull(again);
        return Structure == DelayStructure.Client ? null : Candidates.Count > 0 ? Candidates[0].Distribution : again(Values);
    }

    /// <summary>The mean of the factor: 1 but for what likelihood's estimate of the family is off, by which clients' means are divided.</summary>
    public double FactorMean => FittedMean(DelayStructure.ClientAndTask) ?? 1;

    /// <summary>
    /// By what durations that are drawn anew for every task are multiplied so that they have the measured mean, which likelihood's estimate
    /// of a family need not have; 1 where each client has a mean of its own.
    /// </summary>
    public double Scale
    {
        get
        {
            double scale = FittedMean(DelayStructure.Task) is { } fitted ? Durations.All.Average() / fitted : 1;
            return Math.Abs(scale - 1) < 1e-12 ? 1 : scale;
        }
    }

    /// <summary>The mean of the best candidate, where durations come about so; null where they do not, or nothing was fitted.</summary>
    private double? FittedMean(DelayStructure structure) => Structure == structure && Candidates.Count > 0 ? Candidates[0].Distribution.Create().Mean : null;

    /// <summary>Calibrates, by Akaike's criterion over structures and families.</summary>
    /// <param name="durations">What was measured; at least one.</param>
    public static DelayCalibration Of(ClientDurations durations)
    {
        ArgumentNullException.ThrowIfNull(durations);
        DelayCalibration split = OfClients(durations);
        if (split.Candidates.Count == 0)
        {
            return split;
        }

        // The durations of clients with a single task tell nothing of factors, so both structures are judged by the others'.
        IReadOnlyList<double>[] several = [.. durations.ByClient.Where(client => client.Count > 1)];
        IReadOnlyList<DistributionFit> pooled = MaximumLikelihood.FitAll([.. several.SelectMany(client => client)]);
        double ownMeans = several.Sum(client => 1 + (client.Count * Math.Log(client.Average())));
        return pooled[0].Aic <= split.Candidates[0].Aic + (2 * ownMeans)
            ? new(DelayStructure.Task, durations, MaximumLikelihood.FitAll(durations.All))
            : split;
    }

    /// <summary>Calibrates with a mean for each client, whether or not clients differ beyond chance; families by Akaike's criterion.</summary>
    /// <param name="durations">What was measured; at least one.</param>
    public static DelayCalibration OfClients(ClientDurations durations)
    {
        ArgumentNullException.ThrowIfNull(durations);
        double[] factors = durations.Factors;
        bool same = factors.All(factor => Math.Abs(factor - 1) < SameFactor);
        return new(same ? DelayStructure.Client : DelayStructure.ClientAndTask, durations,
            same || factors.Length < FewestForFamilies ? [] : MaximumLikelihood.FitAll(factors));
    }
}
