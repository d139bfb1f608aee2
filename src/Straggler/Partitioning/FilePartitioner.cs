using Straggler.Configuration;
using Straggler.Simulation;

namespace Straggler.Partitioning;

/// <summary>Options of <see cref="FilePartitioner"/>.</summary>
public sealed record PartitionFileOptions
{
    /// <summary>The file. There is no default.</summary>
    [InputFile("partitions")]
    public string? Path { get; init; }
}

/// <summary>Deals samples out as a file says: a partition that was saved, or made by another tool.</summary>
/// <remarks>
/// Samples that the file leaves out belong to nobody. Without test samples in the file, the test set is split by the clients' training
/// labels as for any partition.
/// </remarks>
/// <param name="options">The file.</param>
public sealed class FilePartitioner(PartitionFileOptions options) : IPartitioner
{
    /// <inheritdoc/>
    /// <exception cref="InvalidOptionException">No file is named.</exception>
    public Shares Deal(LabelledSamples samples, int clientCount, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(samples);
        string path = options.Path
            ?? throw new InvalidOptionException("partition.path", "is missing. Expected the path of a partition file, such as a run's partition.json");
        return PartitionFile.Read(path, clientCount, samples.TrainLabels.Length, samples.TestLabels.Length);
    }
}
