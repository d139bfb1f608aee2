using System.Globalization;
using Straggler.Configuration;

namespace Straggler.Availability;

/// <summary>Reads the CSV files of availability traces.</summary>
internal static class IntervalFile
{
    private const string Option = "availability.file";
    private const string Header = "client_id,start_s,end_s";

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; null if none is configured.</param>
    /// <returns>The intervals of each trace, by its id; at least one.</returns>
    /// <exception cref="InvalidOptionException">There is no such file, or it is wrong.</exception>
    public static SortedDictionary<int, List<Interval>> Read(string? path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new InvalidOptionException(Option, $"is not given. Expected a CSV file with the columns {Header}.");
        }

        try
        {
            return Parse(path, File.ReadLines(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOptionException(Option, $"\"{Path.GetFullPath(path)}\" cannot be read: {failure.Message}");
        }
    }

    /// <summary>Reads the lines of a file.</summary>
    /// <param name="path">What messages call it.</param>
    /// <param name="lines">The lines.</param>
    internal static SortedDictionary<int, List<Interval>> Parse(string path, IEnumerable<string> lines)
    {
        SortedDictionary<int, List<Interval>> traces = [];
        int number = 0;
        foreach (string line in lines)
        {
            if (++number == 1)
            {
                if (line.Trim() != Header)
                {
                    throw Wrong(path, number, $"the header is \"{line}\". Expected {Header}");
                }
            }
            else if (line.Length > 0)
            {
                (int id, Interval interval) = Row(path, number, line);
                if (!traces.TryGetValue(id, out List<Interval>? trace))
                {
                    traces.Add(id, trace = []);
                }

                trace.Add(interval);
            }
        }

        return traces.Count > 0 ? traces : throw new InvalidOptionException(Option, $"\"{path}\" holds no intervals. Expected at least one.");
    }

    private static (int Id, Interval Interval) Row(string path, int number, string line)
    {
        string[] fields = line.Split(',');
        if (fields.Length != 3
            || !int.TryParse(fields[0], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int id)
            || !TryReadSeconds(fields[1], out double start)
            || !TryReadSeconds(fields[2], out double end))
        {
            throw Wrong(path, number, $"\"{line}\" is not an interval. Expected an integer from 0 and two numbers of seconds");
        }

        return end >= start ? (id, new(start, end)) : throw Wrong(path, number, $"\"{line}\" ends before it starts");
    }

    private static bool TryReadSeconds(string field, out double seconds) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out seconds) && Math.Abs(seconds) <= 1e12;

    private static InvalidOptionException Wrong(string path, int line, string problem) => new(Option, $"{path}({line}): {problem}.");
}
