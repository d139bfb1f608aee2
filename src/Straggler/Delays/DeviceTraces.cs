using Straggler.Tables;

namespace Straggler.Delays;

/// <summary>Measured devices, in virtual seconds and bytes.</summary>
internal sealed class DeviceTraces
{
    private const double BytesPerKilobit = 1000 / 8.0;

    /// <summary>Reads the file.</summary>
    /// <exception cref="TableException">It cannot be used.</exception>
    public DeviceTraces(DeviceTraceOptions options)
    {
        CsvTable table = CsvTable.Read(options.File!);
        RowCount = table.RowCount;
        SecondsPerSample = Column(options.ComputeColumn, positive: true, 0.001);
        SecondsPerTask = Column(options.TaskColumn, positive: true, 1);
        Sd = options.ComputeColumn is null ? null : Column(options.SdColumn, positive: false, 0.001);
        DownloadSpeed = Column(options.DownColumn, positive: true, BytesPerKilobit);
        UploadSpeed = Column(options.UpColumn, positive: true, BytesPerKilobit);

        double[]? Column(string? name, bool positive, double unit) =>
            name is null ? null : [.. table.Numbers(name, positive).Select(value => value * unit)];
    }

    /// <summary>Devices.</summary>
    public int RowCount { get; }

    /// <summary>Virtual seconds of training per sample; null where the trace does not say.</summary>
    public double[]? SecondsPerSample { get; }

    /// <summary>Virtual seconds of a task, whatever its samples; null where the trace does not say.</summary>
    public double[]? SecondsPerTask { get; }

    /// <summary>Their standard deviation from task to task; null for none.</summary>
    public double[]? Sd { get; }

    /// <summary>Bytes per virtual second to the device; null where the trace does not say.</summary>
    public double[]? DownloadSpeed { get; }

    /// <summary>Bytes per virtual second from the device; null where the trace does not say.</summary>
    public double[]? UploadSpeed { get; }
}
