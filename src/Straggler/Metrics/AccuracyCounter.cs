using System.Collections.Immutable;
using Straggler.Federation;
using Straggler.Training;

namespace Straggler.Metrics;

/// <summary>Turns predictions into accuracies: overall, by class and by client.</summary>
public sealed class AccuracyCounter(IReadOnlyList<int> labels, int classCount, ClientPopulation population)
{
    private readonly int[] _labels = [.. labels];

    /// <summary>Counts hits.</summary>
    /// <param name="result">What the evaluator gave.</param>
    public AccuracyCount Count(TestResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        int[] classHits = new int[classCount], classTotals = new int[classCount], clientHits = new int[population.Count];
        int hits = 0;
        for (int sample = 0; sample < _labels.Length; sample++)
        {
            int label = _labels[sample], owner = population.TestOwner[sample];
            bool hit = result.Predictions[sample] == label;
            classTotals[label]++;
            if (hit)
            {
                hits++;
                classHits[label]++;
                if (owner >= 0)
                {
                    clientHits[owner]++;
                }
            }
        }

        return new(Ratio(hits, _labels.Length), Ratios(classHits, classTotals), Ratios(clientHits, population.TestSamples));
    }

    private static double Ratio(int hits, int total) => total == 0 ? double.NaN : (double)hits / total;

    private static ImmutableArray<double> Ratios(int[] hits, IReadOnlyList<int> totals) =>
        [.. hits.Select((count, index) => Ratio(count, totals[index]))];
}

/// <summary>Fractions of test samples classified correctly.</summary>
/// <param name="Accuracy">Of the whole test set.</param>
/// <param name="ByClass">Of each class; NaN for a class without samples.</param>
/// <param name="ByClient">Of each client's samples; NaN for a client without any.</param>
public readonly record struct AccuracyCount(double Accuracy, ImmutableArray<double> ByClass, ImmutableArray<double> ByClient)
{
    /// <summary>How many live clients the loss and the accuracies are of; null where a test set was evaluated.</summary>
    public int? EvaluatingClients { get; init; }
}
