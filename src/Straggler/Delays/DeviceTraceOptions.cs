using Straggler.Configuration;
using Straggler.Tables;

namespace Straggler.Delays;

/// <summary>Which row of a device trace a client has.</summary>
public enum DeviceAssignment
{
    /// <summary>Client i has row i modulo the number of rows.</summary>
    Modulo,

    /// <summary>Each client has a row drawn uniformly, by the seed.</summary>
    Random,
}

/// <summary>The configuration's <c>delay.traces</c> section: measured devices, a row each, from a CSV file with a header line.</summary>
/// <remarks>A column that is null is done without: without the compute column the distribution says how long training takes.</remarks>
public sealed record DeviceTraceOptions
{
    /// <summary>The CSV file.</summary>
    [InputFile("traces")]
    public string? File { get; init; }

    /// <summary>Which row a client has.</summary>
    public DeviceAssignment Assign { get; init; } = DeviceAssignment.Modulo;

    /// <summary>Column of the milliseconds that training takes per sample, above 0.</summary>
    public string? ComputeColumn { get; init; } = "train_ms_per_sample";

    /// <summary>Column of the virtual seconds that a task takes, whatever its samples, above 0; in place of the compute column, which is null then.</summary>
    public string? TaskColumn { get; init; }

    /// <summary>Column of their standard deviation from task to task.</summary>
    public string? SdColumn { get; init; } = "train_ms_per_sample_sd";

    /// <summary>Column of the download speed in kbit/s (1,000 bits), above 0.</summary>
    public string? DownColumn { get; init; } = "down_kbps";

    /// <summary>Column of the upload speed in kbit/s, above 0.</summary>
    public string? UpColumn { get; init; } = "up_kbps";

    /// <summary>What is wrong with these options or with the file; null if nothing is.</summary>
    internal string? Fault()
    {
        if (File is null)
        {
            return "needs a file. Expected traces: {file: NAME.csv}";
        }

        if (DownColumn is null != UpColumn is null)
        {
            return "needs both down_column and up_column, or neither (null)";
        }

        if (ComputeColumn is not null && TaskColumn is not null)
        {
            return "says twice how long training takes. Expected compute_column or task_column, and null for the other";
        }

        if (ComputeColumn is null && TaskColumn is null && DownColumn is null)
        {
            return "uses no column. Expected a compute_column, a task_column, or a down_column and an up_column";
        }

        try
        {
            _ = new DeviceTraces(this);
            return null;
        }
        catch (TableException fault)
        {
            return fault.Message;
        }
    }
}
