using System.Collections.Immutable;
using Straggler.Experiments.Yaml;
using Straggler.Simulation;

namespace Straggler.Experiments.Sweeps;

/// <summary>Keys whose values are drawn at random: random search.</summary>
/// <remarks>Sample i is the same however many are drawn, so that a search can be made longer without losing what was done.</remarks>
/// <param name="Count">Samples to draw.</param>
/// <param name="Seed">The seed of the draws.</param>
/// <param name="Dimensions">What is drawn.</param>
internal sealed record RandomSpace(int Count, ulong Seed, ImmutableArray<RandomDimension> Dimensions)
{
    private static readonly StreamPurpose _purpose = new("sweep");

    /// <summary>The samples.</summary>
    public IEnumerable<ImmutableArray<Assignment>> Samples()
    {
        RandomStreams streams = new(Seed);
        for (int sample = 0; sample < Count; sample++)
        {
            yield return [.. Dimensions.Select((dimension, index) => dimension.Draw(streams.Open(_purpose, sample, index).NextDouble()))];
        }
    }
}

/// <summary>A key and the distribution of its values.</summary>
/// <param name="Key">The key.</param>
/// <param name="At">The value at a quantile from 0 to 1.</param>
internal sealed record RandomDimension(string Key, Func<double, ConfigNode> At)
{
    /// <summary>Draws a value by a number that is uniform on [0, 1).</summary>
    public Assignment Draw(double uniform) => new(Key, At(uniform));
}
