using Straggler.Reports;
using Straggler.Reports.Records;

namespace Straggler.Dashboard.Runs;

/// <summary>What a sweep's sweep.csv says of trials that went wrong or were put aside.</summary>
internal sealed class SweepTable
{
    private readonly Dictionary<string, (FileStamp Stamp, Dictionary<string, SweepTrial> Trials)> _tables = [];

    /// <summary>A run that failed or is paused, by its sweep's table; null where it has done neither.</summary>
    /// <param name="run">The run's directory.</param>
    public SweepTrial? Find(string run)
    {
        string path = Path.Combine(Path.GetDirectoryName(run) ?? run, "sweep.csv");
        FileStamp stamp = FileStamp.Of(path);
        if (!stamp.Exists)
        {
            return null;
        }

        if (!_tables.TryGetValue(path, out (FileStamp Stamp, Dictionary<string, SweepTrial> Trials) table) || table.Stamp != stamp)
        {
            table = (stamp, Read(path));
            _tables[path] = table;
        }

        return table.Trials.GetValueOrDefault(Path.GetFileName(run));
    }

    private static Dictionary<string, SweepTrial> Read(string path)
    {
        Dictionary<string, SweepTrial> trials = new(StringComparer.Ordinal);
        try
        {
            using CsvReader csv = new(RecordFile.OpenShared(path), path);
            (int trial, int state, int problem) = (csv.Column("trial"), csv.Column("state"), csv.Column("problem"));
            while (csv.Read())
            {
                if (csv.Is(state, "failed"u8) || csv.Is(state, "paused"u8))
                {
                    trials[csv.Text(trial)] = new(csv.Is(state, "failed"u8) ? RunStatus.Failed : RunStatus.Paused, csv.Text(problem));
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ReportException)
        {
            return []; // Someone else's table; the runs are shown without it.
        }

        return trials;
    }
}

/// <summary>A trial that failed or is paused.</summary>
/// <param name="Status">Which of the two.</param>
/// <param name="Problem">What went wrong; empty otherwise.</param>
internal sealed record SweepTrial(RunStatus Status, string Problem);
