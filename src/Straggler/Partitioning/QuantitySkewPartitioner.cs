using System.ComponentModel.DataAnnotations;
using Straggler.Simulation;

namespace Straggler.Partitioning;

/// <summary>Options of <see cref="QuantitySkewPartitioner"/>.</summary>
public sealed record QuantitySkewOptions
{
    /// <summary>Concentration of the sizes: near 0 few clients hold nearly all, large values approach equal sizes.</summary>
    /// <remarks>The default is NIID-Bench's.</remarks>
    [Range(1e-6, 1e9)]
    public double Alpha { get; init; } = 0.5;

    /// <summary>Fewest samples a client gets; 0 lets clients be empty. The default is NIID-Bench's.</summary>
    [Range(0, int.MaxValue)]
    public int MinSamples { get; init; } = 10;
}

/// <summary>Sizes drawn from Dirichlet(α), labels dealt at random: clients differ in how much they hold, not in what.</summary>
/// <remarks>
/// Source: Q. Li et al., "Federated learning on non-IID data silos: an experimental study", ICDE 2022, section IV-C (quantity skew).
/// Deviation: a client below <c>min_samples</c> is helped by moving samples (see <see cref="MinimumSamples"/>).
/// </remarks>
/// <param name="options">Concentration and guarantee.</param>
public sealed class QuantitySkewPartitioner(QuantitySkewOptions options) : LabelPartitioner
{
    /// <inheritdoc/>
    public override int[][] Partition(ReadOnlySpan<int> labels, int classCount, int clientCount, RandomStream random)
    {
        Dealing.RequireEnough(labels.Length, clientCount, options.MinSamples, "min_samples");
        int[] order = Dealing.Shuffled(labels.Length, ref random);
        double[] proportions = new double[clientCount];
        DirichletSampler.Sample(options.Alpha, proportions, ref random);
        List<int>[] clients = Dealing.EmptyClients(clientCount);
        Dealing.Cut(order, proportions, clients);
        MinimumSamples.Ensure(clients, options.MinSamples, ref random);
        return Dealing.Ascending(clients);
    }
}
