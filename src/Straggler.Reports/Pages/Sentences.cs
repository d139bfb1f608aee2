using Straggler.Reports.Records;

namespace Straggler.Reports.Pages;

/// <summary>Says in sentences what was run and what came out. What was not recorded is not mentioned.</summary>
internal static class Sentences
{
    /// <summary>What was run.</summary>
    public static string Setup(RunRecords run)
    {
        SummaryFile summary = run.Summary!;
        string work = $"The server received {NumberText.Count(summary.Number("arrivals"), "update")} in " +
            $"{NumberText.Seconds(summary.Number("virtual_time"))}{OfTime(run)} and made " +
            $"{NumberText.Count(summary.Number("server_steps"), "server step")}.";
        string lost = summary.Number("wasted.tasks") is > 0 and var tasks ? $" {NumberText.Count(tasks, "task")} {(tasks == 1 ? "was" : "were")} lost." : "";
        string refused = summary.Number("refused") switch
        {
            0 => "No update was refused; ",
            > 0 and var count => $"{NumberText.Count(count, "update")} {(count == 1 ? "was" : "were")} refused; ",
            _ => "",
        };
        string ending = Ending(summary);
        return $"{Learning(run)} {work}{lost} {refused}{(refused.Length > 0 ? ending : char.ToUpperInvariant(ending[0]) + ending[1..])}.";
    }

    /// <summary>What came out.</summary>
    public static string Result(RunRecords run)
    {
        SummaryFile summary = run.Summary!;
        List<string> sentences = [];
        if (double.IsFinite(summary.Number("final.accuracy")))
        {
            string achieved = run.IsEvaluatedByClients
                ? $"The final model’s accuracy on the data of {Evaluators(summary)} is {NumberText.Percent(summary.Number("final.accuracy"))}"
                : $"The final model classifies {NumberText.Percent(summary.Number("final.accuracy"))} of the test set correctly";
            sentences.Add($"{achieved} (best along the way: {NumberText.Percent(summary.Number("best_accuracy"))}), at a test loss of " +
                $"{NumberText.Measure(summary.Number("final.loss"))}.");
        }

        if (run.IsLive)
        {
            sentences.Add("Virtual time is the wall clock's here: seconds since the federation began.");
        }

        if (run.IsTimingOnly)
        {
            sentences.Add("Only the timeline was simulated: no model was trained, so there are no accuracies.");
        }
        else if (run.HasAccuracies)
        {
            sentences.AddRange(Targets(run, summary));
        }

        if (double.IsFinite(summary.Number("staleness.mean")))
        {
            sentences.Add($"Updates were {NumberText.Measure(summary.Number("staleness.mean"))} versions stale on average, " +
                $"{NumberText.Versions(summary.Number("staleness.p90"))} at the 90th percentile and {NumberText.Count(summary.Number("staleness.max"))} at most.");
        }

        if (double.IsFinite(summary.Number("fairness.worst10")))
        {
            sentences.Add($"The worst-served tenth of the clients sees {NumberText.Percent(summary.Number("fairness.worst10"))} accuracy, " +
                $"the best-served tenth {NumberText.Percent(summary.Number("fairness.best10"))}.");
        }

        return string.Join(' ', sentences);
    }

    /// <summary>Who evaluated the final model: how many, where that was recorded.</summary>
    private static string Evaluators(SummaryFile summary) => summary.Number("final.evaluating_clients") switch
    {
        double.NaN => "the clients that evaluated it",
        1 => "the one client that evaluated it",
        var count => $"the {NumberText.Count(count, "client")} that evaluated it",
    };

    private static string OfTime(RunRecords run) => run.IsLive ? "" : " of virtual time";

    /// <summary>Model, data, clients and strategy; what is not known is left out.</summary>
    private static string Learning(RunRecords run)
    {
        string? Configured(params ReadOnlySpan<string> path) => ConfigGlance.Find(run.Configuration, path);
        string model = run.IsTimingOnly ? " simulated the timeline of a federation"
            : !run.IsModelConfigured ? " trained a model that its clients brought"
            : Configured("model", "name") is { } name ? $" trained the model {name}"
            : run.IsLive ? " was federated learning" : " simulated federated learning";
        string data = run.IsModelConfigured && Configured("dataset", "name") is { } dataset ? $" on {dataset}" : "";
        string clients = run.Clients is { Length: > 0 } rows ? $" with {Clients(run, rows)}" : "";
        string flight = Configured("concurrency") is { } concurrency ? $", {concurrency} in flight at once" : "";
        string strategy = run.Summary!.Text("strategy") is { } word ? $", by the strategy {word}" : "";
        string seed = run.Summary.Digits("seed") is { } digits ? $" (seed {digits})" : "";
        return $"This run{model}{data}{clients}{(clients.Length > 0 ? flight : "")}{strategy}{seed}.";
    }

    private static string Clients(RunRecords run, IReadOnlyCollection<ClientRow> rows) => run.IsLive
        ? $"{NumberText.Count(rows.Count(row => row.Arrivals > 0), "live client")} of at most {NumberText.Count(rows.Count)}"
        : NumberText.Count(rows.Count, "client");

    private static string Ending(SummaryFile summary) => summary.Text("stop_reason") switch
    {
        "rounds" => "the run ended when all arrivals asked for were processed",
        "virtual_time" => "the run ended when its budget of virtual time was spent",
        "server_steps" => "the run ended when its budget of server steps was spent",
        "target_accuracy" => "the run ended when it reached its target accuracy",
        "all_lost" => "the run ended because so many tasks in a row were lost that no more would arrive",
        "record_ended" => "the run ended with the record that it followed",
        "cancelled" => "the run was cancelled before its end",
        null => "why the run ended is not recorded",
        string other => $"the run ended with the reason \"{other}\"",
    };

    private static IEnumerable<string> Targets(RunRecords run, SummaryFile summary)
    {
        TargetRow[] reached = [.. summary.Targets.Where(target => target.Reached)];
        TargetRow[] missed = [.. summary.Targets.Where(target => !target.Reached)];
        if (reached.Length > 0)
        {
            TargetRow highest = reached.MaxBy(target => target.Accuracy);
            yield return $"It first reached {NumberText.RoundPercent(highest.Accuracy)} after {NumberText.Seconds(highest.VirtualTime)}{OfTime(run)} " +
                $"({NumberText.Count(highest.Arrivals, "arrival")}).";
        }

        if (missed.Length > 0)
        {
            yield return $"It did not reach {NumberText.RoundPercent(missed.Min(target => target.Accuracy))}.";
        }
    }
}
