using System.Globalization;
using System.Text;
using Straggler.Recording;
using Straggler.Tables;

namespace Straggler.Experiments.Sweeps;

/// <summary>rungs.csv: what each trial of a sweep with <c>halving</c> came to at each rung. A search that is cut off goes on by it.</summary>
public static class RungsCsv
{
    /// <summary>The columns; a public contract.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["trial", "rung", "rounds", "metric", "value"];

    /// <summary>Writes the table, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="search">The search.</param>
    /// <exception cref="RunDirectoryException">It cannot be written.</exception>
    public static void Write(string path, SuccessiveHalving search)
    {
        ArgumentNullException.ThrowIfNull(search);
        StringBuilder text = new(string.Join(',', Columns) + "\n");
        foreach ((Trial trial, int rung, double value) in search.Values)
        {
            string number = double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"{CsvField.Quote(trial.Name)},{rung},{search.Rungs[rung]},{SuccessiveHalving.KeyOf(search.Metric)},{number}\n");
        }

        AtomicFile.WriteText(path, text.ToString());
    }

    /// <summary>Tells a search what is known of its trials; rows of trials that the sweep no longer has are passed over.</summary>
    /// <param name="path">The file; that it is not there means that nothing is known.</param>
    /// <param name="sweep">The sweep.</param>
    /// <param name="search">The search, in which nothing has been run.</param>
    /// <exception cref="RunDirectoryException">The file is damaged, or of other rungs or another metric.</exception>
    public static void Read(string path, Sweep sweep, SuccessiveHalving search)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        ArgumentNullException.ThrowIfNull(search);
        if (!File.Exists(path) || File.ReadLines(path).Skip(1).All(string.IsNullOrEmpty))
        {
            return;
        }

        Dictionary<string, Trial> trials = sweep.Trials.ToDictionary(trial => trial.Name);
        try
        {
            CsvTable table = CsvTable.Read(path);
            string[] names = table.Texts("trial"), metrics = table.Texts("metric"), values = table.Texts("value");
            double[] rungs = table.Numbers("rung", positive: false), rounds = table.Numbers("rounds", positive: true);
            for (int row = 0; row < table.RowCount; row++)
            {
                if (metrics[row] != SuccessiveHalving.KeyOf(search.Metric) || rungs[row] >= search.Rungs.Count || search.Rungs[(int)rungs[row]] != (long)rounds[row])
                {
                    throw new RunDirectoryException($"{path}: was made with other settings of halving, so it cannot be gone on with. Use another --name, or the settings it was made with.");
                }

                if (trials.TryGetValue(names[row], out Trial? trial))
                {
                    search.Report(trial, (int)rungs[row], ValueOf(path, values[row]));
                }
            }
        }
        catch (TableException fault)
        {
            throw new RunDirectoryException(fault.Message, fault);
        }
    }

    private static double ValueOf(string path, string text) => text.Length == 0 ? double.NaN
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value
        : throw new RunDirectoryException($"{path}: value: \"{text}\" is no number. Expected a number, or nothing.");
}
