using System.Globalization;
using System.Text;
using Straggler.Federation;

namespace Straggler.Partitioning;

/// <summary>Partitions in CSV: a header with <c>client</c>, <c>sample</c> and perhaps <c>split</c>, then a row for each sample.</summary>
internal static class PartitionCsv
{
    /// <summary>Writes a row for each sample, client by client.</summary>
    public static void Write(TextWriter text, IReadOnlyList<ClientShard> shards)
    {
        text.WriteLine("client,sample,split");
        for (int client = 0; client < shards.Count; client++)
        {
            foreach ((string split, int[] samples) in new[] { ("train", shards[client].Train), ("test", shards[client].Test) })
            {
                foreach (int sample in samples)
                {
                    text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{client},{sample},{split}"));
                }
            }
        }
    }

    /// <summary>Reads a file. A client without rows holds nothing.</summary>
    /// <exception cref="PartitionException">It is no partition, or does not fit.</exception>
    public static void Read(Stream file, PartitionTaker taker)
    {
        using StreamReader text = new(file, Encoding.UTF8);
        string[] header = Split(text.ReadLine() ?? "");
        int client = Array.IndexOf(header, "client"), sample = Array.IndexOf(header, "sample"), split = Array.IndexOf(header, "split");
        if (client < 0 || sample < 0)
        {
            throw taker.Fault("its first line must name the columns \"client\" and \"sample\", and \"split\" where test samples are dealt out too");
        }

        for (int line = 2; text.ReadLine() is { } row; line++)
        {
            if (row.Length == 0)
            {
                continue;
            }

            string[] fields = Split(row);
            if (fields.Length != header.Length)
            {
                throw Fault(line, $"{fields.Length} fields; the header has {header.Length}");
            }

            Action<int, int> take = (split < 0 ? "train" : fields[split]) switch
            {
                "train" => taker.Train,
                "test" => taker.Test,
                { } other => throw Fault(line, $"split \"{other}\" is unknown. Allowed: train, test"),
            };
            take(Number(line, fields[client]), Number(line, fields[sample]));
        }

        int Number(int line, string field) => int.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            ? number : throw Fault(line, $"\"{field}\" is not a number");

        PartitionException Fault(int line, string what) =>
            taker.Fault(string.Create(CultureInfo.InvariantCulture, $"line {line}: {what}"));
    }

    private static string[] Split(string line) => line.TrimEnd('\r').Split(',', StringSplitOptions.TrimEntries);
}
