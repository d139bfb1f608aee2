using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Straggler.Cli.Display;
using Straggler.Cli.Running;
using Straggler.Delays.Fitting;
using Straggler.Experiments;
using Straggler.Lab.Running;

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
        DelayCalibration calibration = DelayCalibration.Of(Calibration.Read(recorded.Path, plan.ClientCount));
        IReadOnlyList<string> written = Calibration.Write(plan, calibration, path);
        ClientDurations durations = calibration.Durations;
        int clients = durations.ByClient.Count(client => client.Count > 0);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{durations.Count} tasks of {clients} of {plan.ClientCount} clients: {Explain(calibration)}"));
        if (calibration.Candidates.Count > 0)
        {
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

        Console.WriteLine($"Written: {string.Join(", ", written)}");
        Console.WriteLine($"straggler run --cfg {path}");
        return ExitCodes.Success;
    }

    private static string Explain(DelayCalibration calibration) => calibration.Structure switch
    {
        DelayStructure.Task => "clients do not differ beyond chance, every task draws anew (delay.per: task).",
        DelayStructure.Client => "each client takes the same time again and again (delay.traces).",
        _ when calibration.Candidates.Count == 0 =>
            $"each client has a mean of its own (delay.traces); fewer than {DelayCalibration.FewestForFamilies} factors, so they are drawn again as they are (delay.jitter).",
        _ => "each client has a mean of its own (delay.traces), and every task a factor (delay.jitter).",
    };

    private static string Parameters(DistributionFit fit) => string.Join(", ", fit.Distribution.Options.GetType().GetProperties()
        .Where(property => property.PropertyType == typeof(double))
        .Select(property => $"{property.Name.ToLowerInvariant()} {ProgressText.Number((double)property.GetValue(fit.Distribution.Options)!)}"));
}
