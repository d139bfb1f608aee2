using System.ComponentModel.DataAnnotations;
using Straggler.Torch.Datasets;
using static TorchSharp.torch;

namespace Straggler.Torch.Models;

/// <summary>Options of <c>resnet18</c> and <c>resnet34</c>.</summary>
public sealed record ResNetOptions
{
    /// <summary>The first layers: torchvision's, or a 3×3 convolution without pooling for small images.</summary>
    public Stem Stem { get; init; } = Stem.Torchvision;

    /// <summary>The normalisation layers; torchvision's are BatchNorm.</summary>
    public Norm Norm { get; init; } = Norm.Batch;
}

/// <summary>Options of <c>resnet_small</c>.</summary>
public sealed record SmallResNetOptions
{
    /// <summary>Blocks in each of the three stages, n; the network has 6n + 2 layers.</summary>
    [Range(1, 18)]
    public int Blocks { get; init; } = 1;

    /// <summary>The normalisation layers; the paper's are BatchNorm.</summary>
    public Norm Norm { get; init; } = Norm.Batch;
}

/// <summary>A residual network of basic blocks, with torchvision's names, shapes and initial weights.</summary>
/// <remarks>
/// Source: K. He et al., "Deep residual learning for image recognition", 2015, arXiv:1512.03385; torchvision.models.resnet18 (11,689,512
/// parameters for 1,000 classes and 3 channels) and resnet34 (21,797,672). The small stem is the paper's for CIFAR-10 (section 4.2): 3×3,
/// stride 1, no pooling. <see cref="Small"/> is that section's three-stage network of 16, 32, 64 channels, 8 layers deep unless
/// configured otherwise; deviation: shortcuts that change shape are 1×1 convolutions (option B) where the paper pads with zeros.
/// GroupNorm layers keep the names of the BatchNorm layers they replace, as with torchvision's <c>norm_layer</c>.
/// </remarks>
public sealed class ResNet : FederatedModule
{
    private readonly nn.Module<Tensor, Tensor> _convolution;
    private readonly nn.Module<Tensor, Tensor> _norm;
    private readonly nn.Module<Tensor, Tensor> _classifier;
    private readonly List<nn.Module<Tensor, Tensor>> _stages = [];
    private readonly bool _pooled;

    private ResNet(string name, int channels, int classCount, Stem stem, Norm norm, int[] widths, int[] blocks)
        : base(name)
    {
        _pooled = stem == Stem.Torchvision;
        _convolution = _pooled
            ? nn.Conv2d(channels, widths[0], 7, stride: 2, padding: 3, bias: false)
            : nn.Conv2d(channels, widths[0], 3, padding: 1, bias: false);
        _norm = NormLayers.Create(norm, widths[0]);
        _classifier = nn.Linear(widths[^1], classCount);
        register_module("conv1", _convolution);
        register_module("bn1", _norm);
        int width = widths[0];
        for (int stage = 0; stage < widths.Length; stage++)
        {
            _stages.Add(Stage(width, widths[stage], blocks[stage], stride: stage == 0 ? 1 : 2, norm));
            register_module($"layer{stage + 1}", _stages[^1]);
            width = widths[stage];
        }

        register_module("fc", _classifier);
    }

    /// <summary>ResNet-18.</summary>
    public static ResNet ResNet18(ImageShape shape, int classCount, ResNetOptions options) =>
        Make("resnet18", shape, classCount, options, [2, 2, 2, 2]);

    /// <summary>ResNet-34.</summary>
    public static ResNet ResNet34(ImageShape shape, int classCount, ResNetOptions options) =>
        Make("resnet34", shape, classCount, options, [3, 4, 6, 3]);

    /// <summary>The paper's small network for 28×28 and 32×32 images.</summary>
    public static ResNet Small(ImageShape shape, int classCount, SmallResNetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        int n = options.Blocks;
        return new("resnet_small", shape.Channels, classCount, Stem.Small, options.Norm, [16, 32, 64], [n, n, n]);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        Tensor maps = _norm.forward(_convolution.forward(input)).relu_();
        if (_pooled)
        {
            maps = nn.functional.max_pool2d(maps, 3, stride: 2, padding: 1);
        }

        foreach (nn.Module<Tensor, Tensor> stage in _stages)
        {
            maps = stage.forward(maps);
        }

        return _classifier.forward(nn.functional.adaptive_avg_pool2d(maps, 1).flatten(1));
    }

    /// <summary>As torchvision: convolutions He-normal by fan-out, norms 1 and 0, the last layer PyTorch's default.</summary>
    public override void Initialize(WeightInitializer weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        foreach (nn.Module layer in modules())
        {
            if (layer is TorchSharp.Modules.Conv2d convolution)
            {
                weights.KaimingNormalFanOut(convolution.weight!);
            }
            else
            {
                weights.FillDefault(layer);
            }
        }
    }

    private static ResNet Make(string name, ImageShape shape, int classCount, ResNetOptions options, int[] blocks)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(name, shape.Channels, classCount, options.Stem, options.Norm, [64, 128, 256, 512], blocks);
    }

    private static TorchSharp.Modules.Sequential Stage(int channels, int width, int blocks, int stride, Norm norm) => nn.Sequential(
        Enumerable.Range(0, blocks).Select(index => (
            index.ToString(System.Globalization.CultureInfo.InvariantCulture),
            (nn.Module<Tensor, Tensor>)(index == 0 ? new BasicBlock(channels, width, stride, norm) : new BasicBlock(width, width, 1, norm)))));

    /// <summary>Two 3×3 convolutions beside a shortcut.</summary>
    private sealed class BasicBlock : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _convolution1;
        private readonly nn.Module<Tensor, Tensor> _norm1;
        private readonly nn.Module<Tensor, Tensor> _convolution2;
        private readonly nn.Module<Tensor, Tensor> _norm2;
        private readonly nn.Module<Tensor, Tensor>? _shortcut;

        public BasicBlock(int channels, int width, int stride, Norm norm)
            : base("BasicBlock")
        {
            _convolution1 = nn.Conv2d(channels, width, 3, stride: stride, padding: 1, bias: false);
            _norm1 = NormLayers.Create(norm, width);
            _convolution2 = nn.Conv2d(width, width, 3, padding: 1, bias: false);
            _norm2 = NormLayers.Create(norm, width);
            register_module("conv1", _convolution1);
            register_module("bn1", _norm1);
            register_module("conv2", _convolution2);
            register_module("bn2", _norm2);
            if (stride != 1 || channels != width)
            {
                _shortcut = nn.Sequential(
                    ("0", nn.Conv2d(channels, width, 1, stride: stride, bias: false)), ("1", NormLayers.Create(norm, width)));
                register_module("downsample", _shortcut);
            }
        }

        public override Tensor forward(Tensor input)
        {
            Tensor maps = _norm1.forward(_convolution1.forward(input)).relu_();
            maps = _norm2.forward(_convolution2.forward(maps));
            return maps.add_(_shortcut is null ? input : _shortcut.forward(input)).relu_();
        }
    }
}
