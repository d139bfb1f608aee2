using System.Runtime.InteropServices;
using Straggler.Checkpoints;
using Straggler.Recording;

namespace Straggler.Reports.TensorBoard;

/// <summary>The arrivals since the last evaluation, summed up.</summary>
internal sealed class RecentArrivals : IStateful
{
    private readonly SortedDictionary<long, long> _staleness = [];
    private double _lossSum;
    private long _losses;

    /// <summary>Mean training loss of those that were trained; NaN without any.</summary>
    public double TrainLoss => _losses == 0 ? double.NaN : _lossSum / _losses;

    /// <summary>Mean staleness; NaN without any.</summary>
    public double MeanStaleness => _staleness.Count == 0 ? double.NaN : _staleness.Sum(pair => (double)pair.Key * pair.Value) / _staleness.Values.Sum();

    /// <summary>How often each staleness occurred.</summary>
    public IReadOnlyDictionary<long, long> Staleness => _staleness;

    /// <summary>Updates refused.</summary>
    public long Refused { get; private set; }

    /// <summary>An update arrived.</summary>
    public void Add(in UpdateRecord update)
    {
        if (!double.IsNaN(update.TrainLoss))
        {
            _lossSum += update.TrainLoss;
            _losses++;
        }

        _staleness[update.Staleness] = _staleness.GetValueOrDefault(update.Staleness) + 1;
        Refused += update.Outcome == UpdateOutcome.Applied ? 0 : 1;
    }

    /// <summary>Forgets them.</summary>
    public void Clear()
    {
        _staleness.Clear();
        (_lossSum, _losses, Refused) = (0, 0, 0);
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Write(_lossSum);
        writer.Write(_losses);
        writer.Write(Refused);
        writer.Write<long>([.. _staleness.SelectMany(pair => (long[])[pair.Key, pair.Value])]);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        Clear();
        (_lossSum, _losses, Refused) = (reader.ReadDouble(), reader.ReadInt64(), reader.ReadInt64());
        foreach ((long staleness, long count) in MemoryMarshal.Cast<long, (long, long)>(reader.ReadArray<long>()))
        {
            _staleness[staleness] = count;
        }
    }
}
