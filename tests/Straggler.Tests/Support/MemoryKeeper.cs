using Straggler.Checkpoints;

namespace Straggler.Tests.Support;

/// <summary>Keeps the last checkpoint in memory.</summary>
internal sealed class MemoryKeeper : ICheckpointKeeper
{
    public MemoryStream? Last { get; private set; }

    /// <summary>Arrivals at each checkpoint.</summary>
    public List<long> Arrivals { get; } = [];

    public void Keep(IStateful run, long arrivals)
    {
        Arrivals.Add(arrivals);
        Last = new();
        CheckpointFile.Write(Last, run.Save);
    }
}
