using System.Globalization;
using Straggler.Configuration;
using Straggler.Delays;
using Straggler.Delays.Fitting;
using Straggler.Experiments;
using Straggler.Recording;
using Straggler.Reports;
using Straggler.Reports.Records;

namespace Straggler.Lab.Running;

/// <summary>Makes a simulation's configuration of how long the clients of a recorded run took.</summary>
internal static class Calibration
{
    /// <summary>Reads how long the tasks took that arrived.</summary>
    /// <param name="directory">The run directory.</param>
    /// <param name="clients">Number of clients n.</param>
    /// <exception cref="ReportException">There is no record, or none of an arrival.</exception>
    public static ClientDurations Read(string directory, int clients)
    {
        List<double>[] durations = [.. Enumerable.Range(0, clients).Select(_ => new List<double>())];
        using UpdateRows rows = UpdateRows.Open(directory)
            ?? throw new ReportException($"\"{directory}\" has no updates.csv and no updates.parquet, so there is nothing to calibrate by.");
        while (rows.Read())
        {
            UpdateRecord row = rows.Current;
            if (!row.Outcome.IsLoss() && row.Client < clients && row.VirtualTime > row.DispatchVirtualTime)
            {
                durations[row.Client].Add(row.VirtualTime - row.DispatchVirtualTime);
            }
        }

        ClientDurations read = new(durations);
        return read.Count > 0 ? read : throw new ReportException($"\"{directory}\" has no arrivals to calibrate by.");
    }

    /// <summary>Writes the configuration, and beside it the tables that it names.</summary>
    /// <param name="plan">The recorded run's plan.</param>
    /// <param name="calibration">What was found.</param>
    /// <param name="path">The configuration's file.</param>
    /// <returns>All files that were written.</returns>
    public static IReadOnlyList<string> Write(ExperimentPlan plan, DelayCalibration calibration, string path)
    {
        string clients = Path.ChangeExtension(path, ".clients.csv"), factors = Path.ChangeExtension(path, ".factors.csv");
        List<string> written = [path];
        DelayOptions delay = new() { Dist = BuiltIns.Distributions.Choose("constant") };
        if (calibration.Structure != DelayStructure.Task)
        {
            WriteColumn(clients, "task_seconds", calibration.Durations.Means);
            written.Add(clients);
            delay = delay with
            {
                Traces = new()
                {
                    File = Path.GetFileName(clients),
                    ComputeColumn = null,
                    SdColumn = null,
                    DownColumn = null,
                    UpColumn = null,
                    TaskColumn = "task_seconds",
                },
            };
        }

        Choice<IDistribution>? best = calibration.Candidates.Count > 0 ? calibration.Candidates[0].Distribution : null;
        if (calibration is { Structure: DelayStructure.ClientAndTask, Candidates: [] })
        {
            WriteColumn(factors, "factor", calibration.Values);
            written.Add(factors);
            best = BuiltIns.Distributions.Choose("empirical") with
            {
                Options = new EmpiricalOptions { File = Path.GetFileName(factors), Column = "factor" },
            };
        }

        delay = calibration.Structure switch
        {
            DelayStructure.Task => delay with { Dist = best!, Per = DelayScope.Task },
            DelayStructure.ClientAndTask => delay with { Jitter = new() { Dist = best! } },
            _ => delay,
        };
        AtomicFile.WriteText(path, PlanWriter.ToYaml(plan with { Name = null, Replay = null, Delay = delay }));
        return written;
    }

    private static void WriteColumn(string path, string name, IEnumerable<double> values) => AtomicFile.WriteText(
        path, string.Join('\n', [name, .. values.Select(value => value.ToString(CultureInfo.InvariantCulture)), ""]));
}
