using Straggler.Reports.Records;

namespace Straggler.Reports.Pages;

/// <summary>Writes the compact tables of a run's numbers.</summary>
internal static class SummaryTables
{
    /// <summary>Writes all tables; where there was nothing to learn, what is about accuracies is left out.</summary>
    /// <param name="html">The page.</param>
    /// <param name="run">The run.</param>
    /// <param name="summary">Its numbers.</param>
    public static void Write(Html html, RunRecords run, SummaryFile summary)
    {
        html.Open("div", ("class", "tables"));
        foreach ((string title, (string Label, string Value)[] rows) in Groups(summary, run.IsLive)
            .Select(group => (group.Title, Rows: group.Rows.Where(row => run.HasAccuracies || row.Value != NumberText.None).ToArray())).Where(group => group.Rows.Length > 0))
        {
            html.Open("table").Element("caption", title).Open("tbody");
            foreach ((string label, string value) in rows)
            {
                html.Open("tr").Element("th", label, ("scope", "row")).Element("td", value).Close("tr");
            }

            html.Close("tbody").Close("table");
        }

        WriteTargets(html, run.HasAccuracies ? summary.Targets : []);
        html.Close("div");
    }

    private static IEnumerable<(string Title, (string Label, string Value)[] Rows)> Groups(SummaryFile summary, bool isLive)
    {
        string Measure(string path) => NumberText.Measure(summary.Number(path));
        string Count(string path) => NumberText.Count(summary.Number(path));
        string Versions(string path) => NumberText.Versions(summary.Number(path));
        string Percent(string path) => NumberText.Percent(summary.Number(path));
        (string Label, string Value)[] evaluated = double.IsFinite(summary.Number("final.evaluating_clients"))
            ? [("Evaluated by, clients", Count("final.evaluating_clients"))] : [];
        yield return ("Learning",
        [
            ("Final accuracy", Percent("final.accuracy")),
            ("Best accuracy", Percent("best_accuracy")),
            ("Accuracy averaged over time", Percent("accuracy_auc")),
            ("Final loss", Measure("final.loss")),
            .. evaluated,
        ]);
        yield return ("Run",
        [
            ("Virtual time", NumberText.Seconds(summary.Number("virtual_time"))),
            ("Arrivals", Count("arrivals")),
            ("Refused", Count("refused")),
            ("Lost", Count("wasted.tasks")),
            ("Server steps", Count("server_steps")),
            ("Sent to clients", NumberText.Bytes(summary.Number("bytes.down"))),
            ("Sent to server", NumberText.Bytes(summary.Number("bytes.up"))),
        ]);
        yield return ("Staleness (versions)",
        [
            ("Mean", Measure("staleness.mean")),
            ("Median", Versions("staleness.p50")),
            ("90th percentile", Versions("staleness.p90")),
            ("99th percentile", Versions("staleness.p99")),
            ("Largest", Versions("staleness.max")),
        ]);
        yield return ("Clients",
        [
            ("Worst tenth, accuracy", Percent("fairness.worst10")),
            ("Best tenth, accuracy", Percent("fairness.best10")),
            ("Accuracy, Gini", Measure("fairness.gini")),
            ("Accuracy, Jain’s index", Measure("fairness.jain")),
            ("Accuracy, variance", Measure("fairness.variance")),
            ("Participation, Gini", Measure("participation.gini")),
        ]);
        (string Label, string Value)[] training = isLive ? [] : [("Training, all workers", NumberText.Duration(summary.Number("training_seconds")))];
        yield return (isLive ? "Cost of serving" : "Cost of simulating",
        [
            ("Wall time", NumberText.Duration(summary.Number("wall_seconds"))),
            .. training,
            ("Evaluation, all workers", NumberText.Duration(summary.Number("evaluation_seconds"))),
            ("Idle, all workers", NumberText.Duration(summary.Number("profile.idle_seconds"))),
            ("Aggregation", NumberText.Duration(summary.Number("profile.aggregation_seconds"))),
            ("Gradient steps", Count("gradient_steps")),
            ("Workers", Count("workers")),
            ("Peak memory", NumberText.Bytes(summary.Number("peak_memory_bytes"))),
        ]);
    }

    private static void WriteTargets(Html html, IReadOnlyList<TargetRow> targets)
    {
        if (targets.Count == 0)
        {
            return;
        }

        html.Open("table", ("class", "targets")).Element("caption", "Time to accuracy").Open("thead").Open("tr");
        foreach (string column in (string[])["Target", "Virtual time", "Arrivals", "Server steps"])
        {
            html.Element("th", column, ("scope", "col"));
        }

        html.Close("tr").Close("thead").Open("tbody");
        foreach (TargetRow target in targets)
        {
            html.Open("tr").Element("th", NumberText.RoundPercent(target.Accuracy), ("scope", "row"))
                .Element("td", target.Reached ? NumberText.Seconds(target.VirtualTime) : "never")
                .Element("td", target.Reached ? NumberText.Count(target.Arrivals) : NumberText.None)
                .Element("td", target.Reached ? NumberText.Count(target.ServerSteps) : NumberText.None)
                .Close("tr");
        }

        html.Close("tbody").Close("table");
    }
}
