using System.ComponentModel.DataAnnotations;
using Straggler.Simulation;

namespace Straggler.Partitioning;

/// <summary>The laws of the clients' sizes.</summary>
public enum SizeLaw
{
    /// <summary>Shares from a Dirichlet distribution.</summary>
    Dirichlet,

    /// <summary>Shares in proportion to lognormal draws.</summary>
    Lognormal,
}

/// <summary>Options of <see cref="TwoTierDirichletPartitioner"/>.</summary>
public sealed record TwoTierDirichletOptions
{
    /// <summary>Concentration α of the label mixtures: near 0 a client sees one class. The default is Acar et al.'s.</summary>
    [Range(1e-6, 1e9)]
    public double Alpha { get; init; } = 0.3;

    /// <summary>What the label mixtures scatter around.</summary>
    public LabelPrior Prior { get; init; } = LabelPrior.Uniform;

    /// <summary>The law of the sizes.</summary>
    public SizeLaw Sizes { get; init; } = SizeLaw.Dirichlet;

    /// <summary>Concentration of the sizes with <c>sizes: dirichlet</c>: near 0 few clients hold nearly all. The default is NIID-Bench's.</summary>
    [Range(1e-6, 1e9)]
    public double SizeAlpha { get; init; } = 0.5;

    /// <summary>Deviation σ of the sizes' logarithms with <c>sizes: lognormal</c>; 0 makes them equal. The default is Acar et al.'s.</summary>
    [Range(0.0, 20.0)]
    public double SizeSigma { get; init; } = 0.3;

    /// <summary>Fewest samples a client gets; 0 lets clients be empty. The default is NIID-Bench's.</summary>
    [Range(0, int.MaxValue)]
    public int MinSamples { get; init; } = 10;
}

/// <summary>Sizes drawn first, then for each client a label mixture from Dirichlet(α): quantity and label skew, set apart.</summary>
/// <remarks>
/// Source: D. Acar et al., "Federated learning based on dynamic regularization", ICLR 2021, arXiv:2111.04263, section 3 and the authors'
/// code (lognormal sizes, then label mixtures); Q. Li et al., "Federated learning on non-IID data silos", ICDE 2022, arXiv:2102.02079
/// (sizes from a Dirichlet). Unlike <see cref="DirichletPartitioner"/>, where one draw makes both skews, each has its own dial here.
/// Deviation: sizes below <c>min_samples</c> are raised at the cost of the largest.
/// </remarks>
/// <param name="options">The two laws and the guarantee.</param>
public sealed class TwoTierDirichletPartitioner(TwoTierDirichletOptions options) : LabelPartitioner
{
    /// <inheritdoc/>
    public override int[][] Partition(ReadOnlySpan<int> labels, int classCount, int clientCount, RandomStream random)
    {
        Dealing.RequireEnough(labels.Length, clientCount, options.MinSamples, "min_samples");
        double[] shares = new double[clientCount];
        if (options.Sizes == SizeLaw.Dirichlet)
        {
            DirichletSampler.Sample(options.SizeAlpha, shares, ref random);
        }
        else
        {
            LognormalShares(shares, ref random);
        }

        int[] sizes = ClientSizes.Round(shares, labels.Length);
        ClientSizes.Raise(sizes, options.MinSamples);
        return LabelMixtures.Deal(labels, classCount, sizes, options.Alpha, options.Prior, ref random);
    }

    private void LognormalShares(double[] shares, ref RandomStream random)
    {
        foreach (ref double share in shares.AsSpan())
        {
            share = Math.Exp(options.SizeSigma * random.NextGaussian());
        }

        double sum = shares.Sum();
        foreach (ref double share in shares.AsSpan())
        {
            share /= sum;
        }
    }
}
