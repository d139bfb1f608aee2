using Straggler.Checkpoints;
using Straggler.Metrics;

namespace Straggler.Simulation;

/// <summary>Has checkpoints kept when it is time.</summary>
/// <param name="keeper">Who keeps them; null for none.</param>
/// <param name="every">Arrivals between checkpoints; null for the last one only.</param>
/// <param name="statistics">Counts the arrivals.</param>
internal sealed class CheckpointLog(ICheckpointKeeper? keeper, long? every, RunStatistics statistics)
{
    private (long Arrivals, long Version)? _last;

    /// <summary>Whether enough arrivals have come since the last one.</summary>
    public bool IsDue => statistics.Arrivals % every == 0 && statistics.Arrivals != _last?.Arrivals;

    /// <summary>Saves a run.</summary>
    public void Save(IStateful run, long version)
    {
        keeper?.Keep(run, statistics.Arrivals);
        _last = (statistics.Arrivals, version);
    }

    /// <summary>Saves a run at its end, unless nothing has happened since it was saved.</summary>
    public void SaveLast(IStateful run, long version)
    {
        if (_last != (statistics.Arrivals, version))
        {
            Save(run, version);
        }
    }

    /// <summary>The run goes on from a checkpoint.</summary>
    public void Loaded(long version) => _last = (statistics.Arrivals, version);
}
