using Straggler.Reports.Figures;
using Straggler.Reports.Records;

namespace Straggler.Reports.Comparison;

/// <summary>Something that each evaluation measures.</summary>
/// <param name="Slug">Its part of a file's name.</param>
/// <param name="Words">Its name in titles.</param>
/// <param name="Label">Its axis label.</param>
/// <param name="Explanation">What it is, in a sentence.</param>
/// <param name="Of">Its value at an evaluation.</param>
internal sealed record Quantity(string Slug, string Words, string Label, string Explanation, Func<EvaluationRow, double> Of)
{
    /// <summary>The server model's accuracy.</summary>
    public static Quantity Accuracy { get; } = new(
        "accuracy", "test accuracy", "test accuracy", "the share of the test set that the server’s model classifies correctly", row => row.Accuracy)
    { IsFraction = true, IsPercent = true };

    /// <summary>The server model's loss.</summary>
    public static Quantity Loss { get; } = new(
        "loss", "test loss", "test loss (cross-entropy, nats)", "the server model’s mean cross-entropy on the test set; lower is better", row => row.Loss);

    /// <summary>The accuracy of the clients that are served worst.</summary>
    public static Quantity WorstTenth { get; } = new(
        "worst-tenth", "accuracy of the worst tenth of the clients", "accuracy, worst tenth of clients",
        "the accuracy of the tenth of the clients that the server’s model serves worst, each on its own test samples", row => row.WorstTenth)
    { IsFraction = true, IsPercent = true };

    /// <summary>How unequal the clients' accuracies are.</summary>
    public static Quantity Gini { get; } = new(
        "accuracy-gini", "inequality of the clients’ accuracies", "Gini coefficient of the accuracies",
        "the Gini coefficient of the clients’ accuracies: 0 where all are served alike", row => row.AccuracyGini)
    { IsFraction = true };

    /// <summary>Whether it lies between 0 and 1.</summary>
    public bool IsFraction { get; init; }

    /// <summary>Whether it is shown in per cent.</summary>
    public bool IsPercent { get; init; }

    /// <summary>The title of its curve.</summary>
    public string TitleOver(Progress progress) => $"{char.ToUpperInvariant(Words[0])}{Words[1..]} over {progress.Words}";
}
