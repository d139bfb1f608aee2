using System.Globalization;
using Straggler.Availability;
using Straggler.Configuration;
using Straggler.Delays;
using Straggler.Delays.Fitting;
using Straggler.Experiments;
using Straggler.Recording;
using Straggler.Reports;
using Straggler.Reports.Records;
using Straggler.Tables;

namespace Straggler.Lab.Running;

/// <summary>Makes a simulation's configuration of how long the clients of a recorded run took.</summary>
/// <param name="path">The configuration's file; the tables that it needs are put beside it.</param>
internal sealed class Calibration(string path)
{
    private readonly List<string> _written = [path];

    /// <summary>Reads how long the tasks took that arrived.</summary>
    /// <param name="directory">The run directory.</param>
    /// <param name="clients">Number of clients n.</param>
    /// <exception cref="ReportException">There is no record, or none of an arrival.</exception>
    public static IReadOnlyList<MeasuredTask> Read(string directory, int clients)
    {
        List<MeasuredTask> tasks = [];
        using UpdateRows rows = UpdateRows.Open(directory)
            ?? throw new ReportException($"\"{directory}\" has no updates.csv and no updates.parquet, so there is nothing to calibrate by.");
        while (rows.Read())
        {
            UpdateRecord row = rows.Current;
            if (!row.Outcome.IsLoss() && row.Client < clients && row.VirtualTime > row.DispatchVirtualTime)
            {
                tasks.Add(new(row.Client, row.VirtualTime - row.DispatchVirtualTime, row.Parts));
            }
        }

        return tasks.Count > 0 ? tasks : throw new ReportException($"\"{directory}\" has no arrivals to calibrate by.");
    }

    /// <summary>What a task sends each way in the simulation that is written.</summary>
    /// <param name="directory">The recorded run's directory.</param>
    /// <param name="plan">Its plan.</param>
    /// <remarks>Where live clients brought a model of their own the record alone says how large it is: as large as their updates were.</remarks>
    /// <exception cref="ReportException">metrics.csv cannot be read.</exception>
    public static TransferBytes BytesOf(string directory, ExperimentPlan plan)
    {
        ModelExtent extent = TimingPopulation.Extent(plan.Training == TrainingMode.None ? plan : plan with { Timing = new() });
        TransferBytes simulated = new(extent.ByteCount, extent.UploadBytes(plan.Compression.Create()));
        if (plan is not { Training: TrainingMode.None, Timing.ModelBytes: null })
        {
            return simulated;
        }

        long each = MeanUpload(directory) ?? simulated.Up;
        return each == simulated.Up ? simulated : new(each, each);
    }

    /// <summary>Writes the configuration, and beside it the tables that it names.</summary>
    /// <param name="plan">The recorded run's plan.</param>
    /// <param name="found">What was found.</param>
    /// <param name="bytes">What a recorded task sent.</param>
    /// <param name="present">The clients that took part, where the others are to take no part in the simulation either; null for all.</param>
    /// <returns>All files that were written.</returns>
    public IReadOnlyList<string> Write(ExperimentPlan plan, TaskCalibration found, TransferBytes bytes, IReadOnlyCollection<int>? present = null)
    {
        (DelayCalibration compute, NetworkCalibration? network) = (found.Compute, found.Network);
        Choice<IDistribution>? draw = compute.Draw(factors => DrawAgain("factors", factors));
        Choice<IDistribution>? networkDraw = network?.Factor.Draw(factors => DrawAgain("network", factors));
        DelayOptions delay = new()
        {
            Dist = compute.Structure == DelayStructure.Task ? draw! : BuiltIns.Distributions.Choose("constant"),
            Factor = compute.Scale,
            Per = compute.Structure == DelayStructure.Task ? DelayScope.Task : DelayScope.Client,
            Jitter = compute.Structure == DelayStructure.ClientAndTask ? new() { Dist = draw! } : null,
            Traces = Traces(compute, network, bytes),
            NetworkJitter = networkDraw is null ? null : new() { Dist = networkDraw, Together = network!.Up is null },
        };
        ExperimentPlan calibrated = plan with { Name = null, Replay = null, Delay = delay };
        if (network is not null && plan is { Training: TrainingMode.None, Timing.ModelBytes: null } && TimingPopulation.Extent(plan).ByteCount != bytes.Down)
        {
            // The live clients brought a model of their own.
            calibrated = calibrated with { Timing = plan.Timing with { ModelBytes = bytes.Down } };
        }

        if (present is not null)
        {
            calibrated = calibrated with { Availability = calibrated.Availability with { Model = AlwaysOn(present) } };
        }

        AtomicFile.WriteText(path, PlanWriter.ToYaml(calibrated));
        return _written;
    }

    /// <summary>Bytes of a recorded update; null where none arrived.</summary>
    private static long? MeanUpload(string directory)
    {
        try
        {
            CsvTable metrics = CsvTable.Read(Path.Combine(directory, "metrics.csv"));
            (double[] arrivals, double[] bytes) = (metrics.Numbers("arrival", positive: false), metrics.Numbers("bytes_up", positive: false));
            return arrivals is [.., > 0 and var count] ? (long)Math.Round(bytes[^1] / count) : null;
        }
        catch (TableException fault)
        {
            throw new ReportException($"{fault.Message}.", fault);
        }
    }

    /// <summary>The table of what each client has of its own; null where that is nothing.</summary>
    private DeviceTraceOptions? Traces(DelayCalibration compute, NetworkCalibration? network, TransferBytes bytes)
    {
        const double KilobitsPerByte = 8 / 1000.0;
        List<(string Name, IReadOnlyList<double> Values)> columns = [];
        if (compute.Structure != DelayStructure.Task)
        {
            columns.Add(("task_seconds", [.. compute.Durations.Means.Select(mean => mean / compute.FactorMean)]));
        }

        if (network?.Speeds(bytes) is var (down, up))
        {
            columns.Add(("down_kbps", [.. down.Select(speed => speed * KilobitsPerByte)]));
            columns.Add(("up_kbps", [.. up.Select(speed => speed * KilobitsPerByte)]));
        }

        return columns.Count == 0 ? null : new()
        {
            File = WriteTable("clients", [.. columns]),
            ComputeColumn = null,
            SdColumn = null,
            TaskColumn = compute.Structure == DelayStructure.Task ? null : "task_seconds",
            DownColumn = network is null ? null : "down_kbps",
            UpColumn = network is null ? null : "up_kbps",
        };
    }

    /// <summary>Some clients are on from the beginning to the end, the others never.</summary>
    private Choice<AvailabilityFactory> AlwaysOn(IReadOnlyCollection<int> clients)
    {
        string file = WriteTable(
            "present",
            ("client_id", [.. clients.Order().Select(client => (double)client)]),
            ("start_s", [.. Enumerable.Repeat(0.0, clients.Count)]),
            ("end_s", [.. Enumerable.Repeat(1.0, clients.Count)]));
        return BuiltIns.Availability.Choose("trace") with { Options = new IntervalTraceOptions { File = file, Assign = TraceAssignment.Id } };
    }

    private Choice<IDistribution> DrawAgain(string table, double[] factors) => BuiltIns.Distributions.Choose("empirical") with
    {
        Options = new EmpiricalOptions { File = WriteTable(table, ("factor", factors)), Column = "factor" },
    };

    /// <summary>Writes a table beside the configuration.</summary>
    /// <returns>Its name there.</returns>
    private string WriteTable(string name, params (string Name, IReadOnlyList<double> Values)[] columns)
    {
        string file = Path.ChangeExtension(path, $".{name}.csv");
        IEnumerable<string> rows = Enumerable.Range(0, columns[0].Values.Count)
            .Select(row => string.Join(',', columns.Select(column => column.Values[row].ToString(CultureInfo.InvariantCulture))));
        AtomicFile.WriteText(file, string.Join('\n', [string.Join(',', columns.Select(column => column.Name)), .. rows, ""]));
        _written.Add(file);
        return Path.GetFileName(file);
    }
}
