using Straggler.Torch.Datasets;
using static TorchSharp.torch;

namespace Straggler.Torch.Models;

/// <summary>The normalisation after the convolutions of <c>cnn</c>.</summary>
public enum CnnNorm
{
    /// <summary>None: the plain network.</summary>
    None,

    /// <summary>BatchNorm.</summary>
    Batch,

    /// <summary>GroupNorm.</summary>
    Group,
}

/// <summary>Options of <c>cnn</c>.</summary>
public sealed record CnnOptions
{
    /// <summary>Normalisation between each convolution and its ReLU.</summary>
    public CnnNorm Norm { get; init; } = CnnNorm.None;
}

/// <summary>The two-convolution network of federated-learning papers, with 3×3 kernels.</summary>
/// <remarks>
/// <c>conv1</c> 3×3 → 32, ReLU, max-pool 2, <c>conv2</c> 3×3 → 64, ReLU, max-pool 2, <c>fc1</c> → 128, ReLU, <c>fc2</c> → classes.
/// Source: H. B. McMahan et al., 2017, arXiv:1602.05629, section 3; deviation: 3×3 kernels and 128 hidden units for 5×5 and 512, as in
/// PyTorch's MNIST example.
/// </remarks>
public sealed class Cnn : FederatedModule
{
    private const int FirstChannels = 32;
    private const int SecondChannels = 64;
    private const int Hidden = 128;

    private static readonly long[] _padding = [1, 1];

    private readonly TorchSharp.Modules.Conv2d _conv1;
    private readonly TorchSharp.Modules.Conv2d _conv2;
    private readonly nn.Module<Tensor, Tensor>? _norm1;
    private readonly nn.Module<Tensor, Tensor>? _norm2;
    private readonly nn.Module<Tensor, Tensor> _fc1;
    private readonly nn.Module<Tensor, Tensor> _fc2;

    /// <summary>Makes the model.</summary>
    /// <exception cref="ModelShapeException">Images are below 4×4.</exception>
    public Cnn(ImageShape shape, int classCount, CnnOptions options)
        : base("cnn")
    {
        ArgumentNullException.ThrowIfNull(options);
        if (shape.Height < 4 || shape.Width < 4)
        {
            throw new ModelShapeException($"model \"cnn\" halves images twice and needs at least 4x4 pixels, not {shape.Height}x{shape.Width}.");
        }

        _conv1 = nn.Conv2d(shape.Channels, FirstChannels, 3, padding: 1);
        _conv2 = nn.Conv2d(FirstChannels, SecondChannels, 3, padding: 1);
        _fc1 = nn.Linear(SecondChannels * (shape.Height / 4) * (shape.Width / 4), Hidden);
        _fc2 = nn.Linear(Hidden, classCount);
        register_module("conv1", _conv1);
        _norm1 = AddNorm("norm1", options.Norm, FirstChannels);
        register_module("conv2", _conv2);
        _norm2 = AddNorm("norm2", options.Norm, SecondChannels);
        register_module("fc1", _fc1);
        register_module("fc2", _fc2);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor maps = Block(input, _conv1, _norm1);
        maps = Block(maps, _conv2, _norm2);
        return _fc2.forward(_fc1.forward(maps.flatten(1)).relu_());
    }

    private static Tensor Block(Tensor input, TorchSharp.Modules.Conv2d convolution, nn.Module<Tensor, Tensor>? norm)
    {
        if (norm is null)
        {
            Tensor bare = nn.functional.conv2d(input, convolution.weight!, null, padding: _padding);
            return BiasReluPool.Apply(bare, convolution.bias!);
        }

        // ReLU commutes with max-pooling, to the bit and in the gradient too; after it there is a quarter of the work.
        return nn.functional.max_pool2d(norm.forward(convolution.forward(input)), 2).relu_();
    }

    private nn.Module<Tensor, Tensor>? AddNorm(string name, CnnNorm norm, int channels)
    {
        if (norm == CnnNorm.None)
        {
            return null;
        }

        nn.Module<Tensor, Tensor> layer = NormLayers.Create(norm == CnnNorm.Batch ? Norm.Batch : Norm.Group, channels);
        register_module(name, layer);
        return layer;
    }
}
