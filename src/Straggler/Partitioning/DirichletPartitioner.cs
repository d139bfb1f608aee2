using System.ComponentModel.DataAnnotations;
using Straggler.Simulation;

namespace Straggler.Partitioning;

/// <summary>Options of <see cref="DirichletPartitioner"/>.</summary>
public sealed record DirichletOptions
{
    /// <summary>Concentration α: near 0 each class sits with few clients, large values approach equal shares.</summary>
    /// <remarks>The default is the seed configuration's.</remarks>
    [Range(1e-6, 1e9)]
    public double Alpha { get; init; } = 1.0;

    /// <summary>Fewest samples a client gets; 0 lets clients be empty. The default is NIID-Bench's (Li et al. 2022).</summary>
    [Range(0, int.MaxValue)]
    public int MinSamples { get; init; } = 10;
}

/// <summary>Splits each class over the clients by proportions drawn from Dirichlet(α): label skew and unequal sizes together.</summary>
/// <remarks>
/// Source: M. Yurochkin et al., "Bayesian nonparametric federated learning of neural networks", ICML 2019, section 4; the form that
/// Q. Li et al., "Federated learning on non-IID data silos", ICDE 2022 (NIID-Bench) made common. T. Hsu et al., "Measuring the effects
/// of non-identical data distribution", 2019 (arXiv:1909.06335), draw each client's class mixture at equal sizes instead.
/// Deviations from NIID-Bench: no rule that stops filling clients above the mean size, and a client below <c>min_samples</c> is
/// helped by moving samples (see <see cref="MinimumSamples"/>) instead of by drawing everything again.
/// </remarks>
/// <param name="options">Concentration and guarantee.</param>
public sealed class DirichletPartitioner(DirichletOptions options) : LabelPartitioner
{
    /// <inheritdoc/>
    public override int[][] Partition(ReadOnlySpan<int> labels, int classCount, int clientCount, RandomStream random)
    {
        Dealing.RequireEnough(labels.Length, clientCount, options.MinSamples, "min_samples");
        List<int>[] clients = Dealing.EmptyClients(clientCount);
        double[] proportions = new double[clientCount];
        foreach (int[] samples in Dealing.ByClass(labels, classCount))
        {
            random.Shuffle<int>(samples);
            DirichletSampler.Sample(options.Alpha, proportions, ref random);
            Dealing.Cut(samples, proportions, clients);
        }

        MinimumSamples.Ensure(clients, options.MinSamples, ref random);
        return Dealing.Ascending(clients);
    }
}
