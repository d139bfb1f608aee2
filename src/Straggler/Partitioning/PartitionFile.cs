using System.Text;
using Straggler.Federation;
using Straggler.Recording;

namespace Straggler.Partitioning;

/// <summary>Reads and writes saved partitions; docs/configuration.md describes the formats.</summary>
public static class PartitionFile
{
    /// <summary>Writes a partition: as JSON, a client a line, or as CSV, a sample a line, if the file's name ends so.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="dataset">The data set's name.</param>
    /// <param name="trainCount">Training samples of the data set.</param>
    /// <param name="testCount">Test samples of the data set.</param>
    /// <param name="shards">The clients' samples.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder must not be written to.</exception>
    public static void Write(string path, string dataset, int trainCount, int testCount, IReadOnlyList<ClientShard> shards)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(shards);
        WholeFile.Write(path, durable: false, stream =>
        {
            using StreamWriter text = new(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            if (IsCsv(path))
            {
                PartitionCsv.Write(text, shards);
            }
            else
            {
                PartitionJson.Write(text, dataset, trainCount, testCount, shards);
            }
        });
    }

    /// <summary>Reads a partition: JSON, or CSV if the file's name ends so.</summary>
    /// <param name="path">The file.</param>
    /// <param name="clientCount">Clients that it must hold.</param>
    /// <param name="trainCount">Training samples of the data set.</param>
    /// <param name="testCount">Test samples of the data set.</param>
    /// <exception cref="PartitionException">It is not there, is no partition, or does not fit the data set or the clients.</exception>
    public static Shares Read(string path, int clientCount, int trainCount, int testCount)
    {
        ArgumentNullException.ThrowIfNull(path);
        PartitionTaker taker = new(path, clientCount, trainCount, testCount);
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (IsCsv(path))
            {
                PartitionCsv.Read(file, taker);
            }
            else
            {
                PartitionJson.Read(file, taker);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new PartitionException($"The partition file \"{path}\" cannot be read: {fault.Message}");
        }

        return taker.ToShares();
    }

    private static bool IsCsv(string path) => path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
}
