using Straggler.Checkpoints;

namespace Straggler.Metrics;

/// <summary>The staleness of all arrivals so far, as exact counts.</summary>
public sealed class StalenessDistribution : IStateful
{
    private long[] _counts = new long[64];
    private double _sum;

    /// <summary>Arrivals counted.</summary>
    public long Count { get; private set; }

    /// <summary>Largest staleness seen; NaN without arrivals.</summary>
    public double Max { get; private set; } = double.NaN;

    /// <summary>Mean staleness; NaN without arrivals.</summary>
    public double Mean => _sum / Count;

    /// <summary>Counts an arrival.</summary>
    /// <param name="staleness">Its version lag τ.</param>
    public void Add(long staleness)
    {
        if (staleness >= _counts.Length)
        {
            Array.Resize(ref _counts, (int)Math.Min(Array.MaxLength, Math.Max(staleness + 1, 2L * _counts.Length)));
        }

        _counts[staleness]++;
        _sum += staleness;
        Count++;
        Max = double.IsNaN(Max) ? staleness : Math.Max(Max, staleness);
    }

    /// <summary>A quantile by linear interpolation, as <see cref="Statistics.Quantile"/>; NaN without arrivals.</summary>
    public double Quantile(double probability)
    {
        if (Count == 0)
        {
            return double.NaN;
        }

        double place = (Count - 1) * probability;
        long below = (long)place;
        long low = ValueAt(below);
        return low + ((place - below) * (ValueAt(Math.Min(below + 1, Count - 1)) - low));
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write<long>(_counts);
        writer.Write(_sum);
        writer.Write(Count);
        writer.Write(Max);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _counts = reader.ReadArray<long>();
        _sum = reader.ReadDouble();
        Count = reader.ReadInt64();
        Max = reader.ReadDouble();
    }

    private long ValueAt(long rank)
    {
        long passed = 0;
        for (int staleness = 0; ; staleness++)
        {
            passed += _counts[staleness];
            if (passed > rank)
            {
                return staleness;
            }
        }
    }
}
