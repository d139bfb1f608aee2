using Straggler.Reports;
using Straggler.Reports.Records;

namespace Straggler.Dashboard.Runs;

/// <summary>What a sweep's sweep.csv says of trials that went wrong.</summary>
internal sealed class SweepTable
{
    private readonly Dictionary<string, (FileStamp Stamp, Dictionary<string, string> Problems)> _tables = [];

    /// <summary>Why a run failed, by its sweep's table; null where it did not.</summary>
    /// <param name="run">The run's directory.</param>
    public string? ProblemOf(string run)
    {
        string path = Path.Combine(Path.GetDirectoryName(run) ?? run, "sweep.csv");
        FileStamp stamp = FileStamp.Of(path);
        if (!stamp.Exists)
        {
            return null;
        }

        if (!_tables.TryGetValue(path, out (FileStamp Stamp, Dictionary<string, string> Problems) table) || table.Stamp != stamp)
        {
            table = (stamp, Read(path));
            _tables[path] = table;
        }

        return table.Problems.GetValueOrDefault(Path.GetFileName(run));
    }

    private static Dictionary<string, string> Read(string path)
    {
        Dictionary<string, string> problems = new(StringComparer.Ordinal);
        try
        {
            using CsvReader csv = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), path);
            (int trial, int state, int problem) = (csv.Column("trial"), csv.Column("state"), csv.Column("problem"));
            while (csv.Read())
            {
                if (csv.Is(state, "failed"u8))
                {
                    problems[csv.Text(trial)] = csv.Text(problem);
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ReportException)
        {
            return []; // Someone else's table; the runs are shown without it.
        }

        return problems;
    }
}
