using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Straggler.Cli.Display;
using Straggler.Cli.Running;
using Straggler.Delays;
using Straggler.Delays.Fitting;
using Straggler.Experiments;
using Straggler.Lab.Running;
using Straggler.Reports.Records;

namespace Straggler.Cli.Commands;

/// <summary><c>straggler calibrate</c>: a simulation whose clients take as long as those of a recorded run did.</summary>
internal static class CalibrateCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string> run = new("RUN") { Description = "The recorded run's directory, live or simulated." };
        Option<string> output = new("--out")
        {
            Description = "The configuration to write; the tables that it needs are put beside it.",
            DefaultValueFactory = _ => "calibrated.yaml",
        };
        Command command = new("calibrate", "Fit a simulation's delays to how long the clients of a recorded run took.") { run, output };
        command.Validators.Add(result => ConfigurationArguments.NotEmpty(result, output));
        command.SetAction(parsed => Calibrate(RunDirectory.Open(parsed.GetRequiredValue(run)), parsed.GetRequiredValue(output)));
        return command;
    }

    private static int Calibrate(RunDirectory recorded, string path)
    {
        ExperimentPlan plan = ResumedPlan.Recorded(ExperimentCommand.CreateLoader(), recorded);
        IReadOnlyList<MeasuredTask> tasks = Calibration.Read(recorded.Path, plan.ClientCount);
        TaskCalibration found = TaskCalibration.Of(tasks, plan.ClientCount);
        TransferBytes bytes = found.Network is null ? default : Calibration.BytesOf(recorded.Path, plan);
        int[]? present = Present(recorded, plan, tasks);
        IReadOnlyList<string> written = new Calibration(path).Write(plan, found, bytes, present);
        ClientDurations durations = found.Compute.Durations;
        int clients = durations.ByClient.Count(client => client.Count > 0);
        string what = found.Split.IsEnough ? "Training" : "Whole tasks";
        Show($"{what}, {durations.Count} of {clients} of {plan.ClientCount} clients: {Explain(found.Compute)}", found.Compute);
        if (found.Network is { } network)
        {
            Show($"Network, {bytes.Down} bytes down and {bytes.Up} up: {Explain(network)}", network.Factor);
        }
        else
        {
            Console.WriteLine(found.Split.IsEnough ? "Network: transfers took no time." : WhyWhole(found.Split));
        }

        if (present is not null)
        {
            Console.WriteLine($"{present.Length} of {plan.ClientCount} clients took part; the others are never on (availability: trace).");
        }

        Console.WriteLine($"Written: {string.Join(", ", written)}");
        Console.WriteLine($"straggler run --cfg {path}");
        return ExitCodes.Success;
    }

    /// <summary>The clients that came, of a live run that had room for more; null if there is nobody to leave out.</summary>
    private static int[]? Present(RunDirectory recorded, ExperimentPlan plan, IReadOnlyList<MeasuredTask> tasks)
    {
        int[] present = [.. tasks.Select(task => task.Client).Distinct()];
        return present.Length < plan.ClientCount && RecordedRun.IsOfLiveClients(recorded.Path) ? present : null;
    }

    private static void Show(string line, DelayCalibration calibration)
    {
        Console.WriteLine(line);
        if (calibration.Candidates.Count == 0)
        {
            return;
        }

        Table table = new Table().Border(TableBorder.None).AddColumns("distribution", "parameters", "AIC", "KS distance");
        double[] values = calibration.Values;
        foreach (DistributionFit fit in calibration.Candidates)
        {
            table.AddRow(
                fit.Distribution.Name,
                Markup.Escape(Parameters(fit)),
                ProgressText.Number(fit.Aic - calibration.Candidates[0].Aic),
                fit.KolmogorovSmirnov(values).ToString("0.000", CultureInfo.InvariantCulture));
        }

        AnsiConsole.Write(table);
    }

    private static string WhyWhole(TaskSplit split) =>
        $"Computing and network were not told apart: {split.Told} of {split.Tasks} tasks say how long they computed"
        + (split.Told > 0 && split.SilentClients > 0 ? $", and none of {split.SilentClients} clients" : "")
        + " (compute_time in updates.csv, which live clients tell as the metric train_seconds).";

    private static string Explain(DelayCalibration calibration) => calibration.Structure switch
    {
        DelayStructure.Task => "clients do not differ beyond chance, every task draws anew (delay.per: task).",
        DelayStructure.Client => "each client takes the same time again and again (delay.traces).",
        _ when calibration.Candidates.Count == 0 =>
            $"each client has a mean of its own (delay.traces); fewer than {DelayCalibration.FewestForFamilies} factors, so they are drawn again as they are (delay.jitter).",
        _ => "each client has a mean of its own (delay.traces), and every task a factor (delay.jitter).",
    };

    private static string Explain(NetworkCalibration network) =>
        (network.Up is null ? "each client has a speed of its own, the same both ways (delay.traces)" : "each client has speeds of its own (delay.traces)")
        + (network.Factor.Structure == DelayStructure.Client ? "." : network.Up is null
            ? ", and every task a factor (delay.network_jitter)." : ", and every transfer a factor (delay.network_jitter).");

    private static string Parameters(DistributionFit fit) => string.Join(", ", fit.Distribution.Options.GetType().GetProperties()
        .Where(property => property.PropertyType == typeof(double))
        .Select(property => $"{property.Name.ToLowerInvariant()} {ProgressText.Number((double)property.GetValue(fit.Distribution.Options)!)}"));
}
