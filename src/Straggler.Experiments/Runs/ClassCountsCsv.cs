using System.Globalization;
using Straggler.Recording;

namespace Straggler.Experiments;

/// <summary>Writes partition.csv: for each client how many training samples of each class it holds.</summary>
public static class ClassCountsCsv
{
    /// <summary>The column of a class.</summary>
    /// <param name="label">The class, from 0.</param>
    public static string Column(int label) => string.Create(CultureInfo.InvariantCulture, $"class_{label}");

    /// <summary>Writes classes.csv: the classes and what they are called.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">The names, by label.</param>
    /// <exception cref="RunDirectoryException">It cannot be written.</exception>
    public static void WriteNames(string path, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        AtomicFile.WriteText(path, string.Concat(
            ["class,name\n", .. names.Select((name, label) => string.Create(CultureInfo.InvariantCulture, $"{label},{CsvField.Quote(name)}\n"))]));
    }

    /// <summary>Writes the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="counts">[clients][classes] training samples.</param>
    /// <exception cref="RunDirectoryException">It cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<int[]> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        string[] columns = ["client", .. Enumerable.Range(0, counts[0].Length).Select(Column)];
        CsvWriter.WriteTable(path, columns, counts.Index(), (csv, client) =>
        {
            csv.Field(client.Index);
            foreach (int count in client.Item)
            {
                csv.Field(count);
            }
        });
    }
}
