using System.ComponentModel.DataAnnotations;
using Straggler.Simulation;

namespace Straggler.Partitioning;

/// <summary>Options of <see cref="BalancedDirichletPartitioner"/>.</summary>
public sealed record BalancedDirichletOptions
{
    /// <summary>Concentration α: near 0 a client sees one class, large values approach equal mixtures. The default is Acar et al.'s.</summary>
    [Range(1e-6, 1e9)]
    public double Alpha { get; init; } = 0.3;

    /// <summary>What the mixtures scatter around.</summary>
    public LabelPrior Prior { get; init; } = LabelPrior.Uniform;
}

/// <summary>Equal sizes, each client with a label mixture drawn from Dirichlet(α): label skew alone.</summary>
/// <remarks>
/// Source: T. Hsu, H. Qi, M. Brown, "Measuring the effects of non-identical data distribution for federated visual classification", 2019,
/// arXiv:1909.06335, section 3 (mixtures from Dirichlet(α·p), used for CIFAR-10 by S. Reddi et al., "Adaptive federated optimization",
/// ICLR 2021, arXiv:2003.00295); D. Acar et al., "Federated learning based on dynamic regularization", ICLR 2021, arXiv:2111.04263
/// (mixtures from Dirichlet(α, ..., α), places filled in random order), which FedLab's <c>client_inner_dirichlet_partition</c> follows.
/// Deviation: sizes differ by one sample where they do not divide evenly, instead of leaving samples out.
/// </remarks>
/// <param name="options">Concentration and prior.</param>
public sealed class BalancedDirichletPartitioner(BalancedDirichletOptions options) : LabelPartitioner
{
    /// <inheritdoc/>
    public override int[][] Partition(ReadOnlySpan<int> labels, int classCount, int clientCount, RandomStream random)
    {
        Dealing.RequireEnough(labels.Length, clientCount, 1, null);
        int[] sizes = new int[clientCount];
        for (int client = 0; client < clientCount; client++)
        {
            sizes[client] = (int)(((client + 1L) * labels.Length / clientCount) - ((long)client * labels.Length / clientCount));
        }

        return LabelMixtures.Deal(labels, classCount, sizes, options.Alpha, options.Prior, ref random);
    }
}
