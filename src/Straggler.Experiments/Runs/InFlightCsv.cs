using Straggler.Simulation;

namespace Straggler.Experiments;

/// <summary>Writes in_flight.csv: a row for each task that was still out at the end of a run.</summary>
public static class InFlightCsv
{
    /// <summary>The columns; a public contract.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["client", "dispatch_virtual_time", "base_version"];

    /// <summary>Writes the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tasks">The tasks, in the order of dispatch.</param>
    /// <exception cref="RunDirectoryException">It cannot be written.</exception>
    public static void Write(string path, IEnumerable<RecordedTask> tasks) => CsvWriter.WriteTable(path, Columns, tasks, (csv, task) =>
    {
        csv.Field(task.Client);
        csv.Field(task.Dispatched.Seconds);
        csv.Field(task.BaseVersion);
    });
}
