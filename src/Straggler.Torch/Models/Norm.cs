using static TorchSharp.torch;

namespace Straggler.Torch.Models;

/// <summary>The normalisation layers of a network.</summary>
public enum Norm
{
    /// <summary>BatchNorm: statistics over the batch, with running averages that travel with the parameters.</summary>
    Batch,

    /// <summary>GroupNorm: statistics within each sample, so nothing depends on the batch; often better on skewed clients.</summary>
    Group,
}

/// <summary>Makes normalisation layers.</summary>
internal static class NormLayers
{
    /// <summary>A normalisation layer over <paramref name="channels"/> channels.</summary>
    /// <remarks>
    /// GroupNorm uses 2 groups, as in K. Hsieh et al., "The non-IID data quagmire of decentralized machine learning", 2020, arXiv:1910.00189.
    /// </remarks>
    public static nn.Module<Tensor, Tensor> Create(Norm norm, int channels) =>
        norm == Norm.Batch ? new BatchNorm(channels) : nn.GroupNorm(2, channels);
}
