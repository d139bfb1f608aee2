using System.Collections.Immutable;
using System.Globalization;

namespace Straggler.Reports.Records;

/// <summary>One evaluation of the server's model: a row of metrics.csv, as far as the report uses it.</summary>
/// <param name="Arrival">Arrivals so far.</param>
/// <param name="VirtualTime">Virtual seconds.</param>
/// <param name="Loss">Test loss; NaN where it was not finite or not measured.</param>
/// <param name="Accuracy">Test accuracy, 0 to 1; NaN where it was not measured.</param>
/// <param name="WorstTenth">Mean accuracy of the worst-served tenth of the clients, 0 to 1; NaN where it was not measured.</param>
/// <param name="BestTenth">Mean accuracy of the best-served tenth; NaN where it was not measured.</param>
/// <param name="ClassAccuracy">Accuracy on each class; NaN for a class without test samples.</param>
internal sealed record EvaluationRow(
    double Arrival,
    double VirtualTime,
    double Loss,
    double Accuracy,
    double WorstTenth,
    double BestTenth,
    ImmutableArray<double> ClassAccuracy)
{
    /// <summary>Server steps so far; NaN where it was not written.</summary>
    public double ServerSteps { get; init; } = double.NaN;

    /// <summary>Bytes that clients have sent up so far; NaN where it was not written.</summary>
    public double BytesUp { get; init; } = double.NaN;

    /// <summary>Gini coefficient of the clients' accuracies; NaN where they were not measured.</summary>
    public double AccuracyGini { get; init; } = double.NaN;

    /// <summary>Gini coefficient of the arrivals per client; NaN before the first.</summary>
    public double ParticipationGini { get; init; } = double.NaN;

    /// <summary>Mean staleness of the arrivals so far; NaN before the first.</summary>
    public double StalenessMean { get; init; } = double.NaN;

    private const string ClassPrefix = "class_accuracy_";

    /// <summary>Reads metrics.csv.</summary>
    /// <param name="csv">The file.</param>
    public static ImmutableArray<EvaluationRow> ReadAll(CsvReader csv)
    {
        int arrival = csv.Column("arrival");
        int virtualTime = csv.Column("virtual_time");
        int loss = csv.Column("loss");
        int accuracy = csv.Column("accuracy");
        int worst = csv.OptionalColumn("client_worst10");
        int best = csv.OptionalColumn("client_best10");
        int serverSteps = csv.OptionalColumn("server_steps");
        int bytesUp = csv.OptionalColumn("bytes_up");
        int staleness = csv.OptionalColumn("staleness_mean");
        int accuracyGini = csv.OptionalColumn("client_gini");
        int participationGini = csv.OptionalColumn("participation_gini");
        int[] classes = ClassColumns(csv.Header);
        ImmutableArray<EvaluationRow>.Builder rows = ImmutableArray.CreateBuilder<EvaluationRow>();
        while (csv.Read())
        {
            rows.Add(new(
                csv.Number(arrival),
                csv.Number(virtualTime),
                csv.Number(loss),
                csv.Number(accuracy),
                Optional(csv, worst),
                Optional(csv, best),
                [.. classes.Select(csv.Number)])
            {
                ServerSteps = Optional(csv, serverSteps),
                BytesUp = Optional(csv, bytesUp),
                StalenessMean = Optional(csv, staleness),
                AccuracyGini = Optional(csv, accuracyGini),
                ParticipationGini = Optional(csv, participationGini),
            });
        }

        return rows.ToImmutable();
    }

    private static double Optional(CsvReader csv, int column) => column < 0 ? double.NaN : csv.Number(column);

    /// <summary>The columns class_accuracy_0, class_accuracy_1, ... in the order of the classes.</summary>
    private static int[] ClassColumns(IReadOnlyList<string> header) =>
        [.. Enumerable.Range(0, header.Count)
            .Where(column => header[column].StartsWith(ClassPrefix, StringComparison.Ordinal))
            .Select(column => (column, Class: ClassOf(header[column])))
            .Where(pair => pair.Class is not null)
            .OrderBy(pair => pair.Class)
            .Select(pair => pair.column)];

    private static int? ClassOf(string column) =>
        int.TryParse(column.AsSpan(ClassPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int label) ? label : null;
}
