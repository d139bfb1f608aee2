using Straggler.Recording;
using Straggler.Simulation;

namespace Straggler.Reports.Records;

/// <summary>Reads the timeline of a recorded run, for another run to follow.</summary>
public static class RecordedRun
{
    /// <summary>Reads it whole.</summary>
    /// <param name="updates">The run's updates.csv or updates.parquet.</param>
    /// <param name="inFlight">Its in_flight.csv, or null.</param>
    /// <param name="clientCount">Number of clients of the run that is to follow it.</param>
    /// <param name="ofLiveClients">Whether its clients were live ones: then it says, task by task, what else they told.</param>
    /// <exception cref="ReportException">A file is damaged or cannot be read, or is of more clients.</exception>
    public static RecordedTimeline Read(string updates, string? inFlight, int clientCount, bool ofLiveClients = false)
    {
        RecordedTimeline timeline;
        try
        {
            timeline = new(Ended(updates, ofLiveClients), inFlight is null ? [] : Outstanding(inFlight));
        }
        catch (ArgumentException fault)
        {
            throw new ReportException($"{updates}: {fault.Message}", fault);
        }

        return timeline.LastClient < clientCount ? timeline : throw new ReportException(
            $"{updates}: client {timeline.LastClient} is none of the {clientCount} clients of the run that is to follow it. Expected a record of at most as many (n_clients).");
    }

    /// <summary>Whether a run's clients were live ones, by its summary.json; not where it has none.</summary>
    /// <param name="runDirectory">The run directory.</param>
    /// <exception cref="ReportException">The file is damaged or cannot be read.</exception>
    public static bool IsOfLiveClients(string runDirectory)
    {
        string path = Path.Combine(runDirectory, "summary.json");
        if (!File.Exists(path))
        {
            return false;
        }

        using Stream stream = RecordFile.Open(path);
        return SummaryFile.Read(stream, path).IsOfLiveClients;
    }

    private static IEnumerable<RecordedTask> Ended(string path, bool ofLiveClients)
    {
        using UpdateRows rows = UpdateRows.OpenFile(path);
        while (rows.Read())
        {
            UpdateRecord row = rows.Current;
            RecordedTask task = new(
                row.Client, new(row.DispatchVirtualTime), new(row.VirtualTime), row.BaseVersion, row.Outcome.IsLoss() ? row.Outcome : null)
            {
                Parts = row.Parts,
            };
            yield return ofLiveClients ? task with { Samples = row.Samples, IsNotFinite = row.Outcome == UpdateOutcome.RefusedNonFinite } : task;
        }
    }

    /// <summary>Reads in_flight.csv, row by row.</summary>
    internal static IEnumerable<RecordedTask> Outstanding(string path)
    {
        using CsvReader rows = new(RecordFile.Open(path), path);
        (int client, int dispatched, int version) = (rows.Column("client"), rows.Column("dispatch_virtual_time"), rows.Column("base_version"));
        while (rows.Read())
        {
            yield return new(
                (int)rows.Integer(client, most: int.MaxValue), new(rows.Number(dispatched)), VirtualTime.Never, rows.Integer(version), null);
        }
    }
}
