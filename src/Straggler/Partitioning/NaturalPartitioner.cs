using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Straggler.Simulation;

namespace Straggler.Partitioning;

/// <summary>Options of <see cref="NaturalPartitioner"/>.</summary>
public sealed record NaturalOptions
{
    /// <summary>Owners with fewer training samples are no clients, and their samples are left out. The default is this library's.</summary>
    [Range(1, int.MaxValue)]
    public int MinSamples { get; init; } = 10;
}

/// <summary>Each client holds the samples of one owner that the data itself names, its test samples included.</summary>
/// <remarks>
/// Clients are the owners with the most training samples, largest first (in the data's order at a tie). It draws nothing at random.
/// Source: S. Caldas et al., "LEAF: a benchmark for federated settings", 2018, arXiv:1812.01097, section 2.
/// </remarks>
/// <param name="options">Which owners count.</param>
public sealed class NaturalPartitioner(NaturalOptions options) : IPartitioner
{
    /// <inheritdoc/>
    public Shares Deal(LabelledSamples samples, int clientCount, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.Owners is not { } owners)
        {
            throw new PartitionException(
                "This data set does not say whose its samples are, so partition natural cannot deal them out. One that does: shakespeare.");
        }

        int[][] train = ByOwner(owners.Train, owners.Names.Count), test = ByOwner(owners.Test, owners.Names.Count);
        int[] chosen =
        [
            .. Enumerable.Range(0, owners.Names.Count)
                .Where(owner => train[owner].Length >= options.MinSamples)
                .OrderByDescending(owner => train[owner].Length),
        ];
        return chosen.Length >= clientCount ? new(Take(train), Take(test)) : throw TooFew(chosen.Length, owners.Names.Count, clientCount);

        int[][] Take(int[][] all) => [.. chosen.Take(clientCount).Select(owner => all[owner])];
    }

    private PartitionException TooFew(int found, int all, int wanted)
    {
        string fewer = found == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"n_clients of {found} or less, or ");
        return new(string.Create(CultureInfo.InvariantCulture,
            $"The data names {found} owners with at least {options.MinSamples} training samples, of {all} in all: too few for n_clients: {wanted}. "
            + $"What would do: {fewer}a lower partition.min_samples."));
    }

    private static int[][] ByOwner(int[] owners, int count) => Dealing.ByClass(owners, count);
}
