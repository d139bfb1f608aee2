using MathNet.Numerics.Distributions;

namespace Straggler.Simulation;

/// <summary>A sequence of independent random draws; obtained from <see cref="RandomStreams.Open"/>.</summary>
/// <remarks>A mutable value: pass it by reference, for a copy repeats the draws. Not thread-safe.</remarks>
public struct RandomStream
{
    private readonly ulong _key;
    private readonly ulong _name;
    private ulong _block;
    private ulong _spare;
    private bool _hasSpare;

    internal RandomStream(ulong key, ulong name)
    {
        _key = key;
        _name = name;
    }

    /// <summary>Sixty-four random bits.</summary>
    public ulong NextUInt64()
    {
        if (_hasSpare)
        {
            _hasSpare = false;
            return _spare;
        }

        ulong low = _block++, high = _name;
        Philox.Block(ref low, ref high, _key);
        _spare = high;
        _hasSpare = true;
        return low;
    }

    /// <summary>A uniform draw from [0, 1), a multiple of 2⁻⁵³.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A uniform draw from (0, 1), never 0 or 1: for inverse distribution functions.</summary>
    public double NextOpenDouble() => ((NextUInt64() >> 12) + 0.5) * (1.0 / (1UL << 52));

    /// <summary>A standard normal draw, by inversion: one uniform draw each, increasing in it.</summary>
    public double NextGaussian() => Normal.InvCDF(0, 1, NextOpenDouble());

    /// <summary>A uniform integer from 0 to <paramref name="bound"/> − 1, without bias (Lemire's method).</summary>
    /// <param name="bound">At least 1.</param>
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        ulong range = (ulong)bound;
        ulong product = (NextUInt64() >> 32) * range;
        if ((uint)product < range)
        {
            uint threshold = (uint)((0x1_0000_0000UL - range) % range);
            while ((uint)product < threshold)
            {
                product = (NextUInt64() >> 32) * range;
            }
        }

        return (int)(product >> 32);
    }

    /// <summary>Puts <paramref name="items"/> into a uniformly random order (Fisher-Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            int pick = NextInt32(last + 1);
            (items[last], items[pick]) = (items[pick], items[last]);
        }
    }

    /// <summary>The rest of the stream as a <see cref="Random"/>, for libraries that take one.</summary>
    public readonly Random ToRandom() => new StreamRandom(this);

    private sealed class StreamRandom(RandomStream stream) : Random
    {
        private RandomStream _stream = stream;

        protected override double Sample() => _stream.NextDouble();

        public override double NextDouble() => _stream.NextDouble();

        public override int Next() => _stream.NextInt32(int.MaxValue);

        public override int Next(int maxValue) => maxValue == 0 ? 0 : _stream.NextInt32(maxValue);

        public override int Next(int minValue, int maxValue) => minValue + (int)(_stream.NextDouble() * ((long)maxValue - minValue));

        public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

        public override void NextBytes(Span<byte> buffer)
        {
            foreach (ref byte place in buffer)
            {
                place = (byte)(_stream.NextUInt64() >> 56);
            }
        }
    }
}
