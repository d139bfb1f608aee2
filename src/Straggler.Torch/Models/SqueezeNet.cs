using Straggler.Torch.Datasets;
using static TorchSharp.torch;

namespace Straggler.Torch.Models;

/// <summary>Options of <c>squeezenet</c>.</summary>
public sealed record SqueezeNetOptions
{
    /// <summary>The first convolution: torchvision's with stride 2, or one with stride 1 for small images.</summary>
    public Stem Stem { get; init; } = Stem.Torchvision;
}

/// <summary>SqueezeNet 1.1 with torchvision's names, shapes and initial weights.</summary>
/// <remarks>
/// Source: F. Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and &lt;0.5MB model size", 2016,
/// arXiv:1602.07360; torchvision.models.squeezenet1_1 (1,235,496 parameters for 1,000 classes and 3 channels). With the torchvision
/// stem a 32×32 image shrinks to 15, 7, 3, 1 pixels and a 28×28 one to 13, 6, 3, 1. With the small stem (<c>features.0</c> with
/// stride 1 and padding 1) a 32×32 image shrinks to 32, 16, 8, 4. Deviation: the number of input channels follows the data set.
/// </remarks>
public sealed class SqueezeNet : FederatedModule
{
    private const double DropProbability = 0.5;

    private readonly nn.Module<Tensor, Tensor> _features;
    private readonly nn.Module<Tensor, Tensor> _last;

    /// <summary>Makes the model.</summary>
    /// <exception cref="ModelShapeException">The images shrink to nothing.</exception>
    public SqueezeNet(ImageShape shape, int classCount, SqueezeNetOptions options)
        : base("squeezenet")
    {
        ArgumentNullException.ThrowIfNull(options);
        int smallest = options.Stem == Stem.Torchvision ? 17 : 8;
        if (Math.Min(shape.Height, shape.Width) < smallest)
        {
            throw new ModelShapeException(
                $"model \"squeezenet\" needs images of at least {smallest}x{smallest} pixels (8x8 with stem: small), not "
                + $"{shape.Height}x{shape.Width}.");
        }

        _features = Features(shape.Channels, options.Stem);
        _last = nn.Conv2d(512, classCount, 1);
        register_module("features", _features);
        register_module("classifier", nn.Sequential(("1", _last)));
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        Tensor maps = Dropout(_features.forward(input), DropProbability);
        return nn.functional.adaptive_avg_pool2d(_last.forward(maps).relu_(), 1).flatten(1);
    }

    /// <summary>As torchvision: every convolution He-uniform without bias, the last one normal with deviation 0.01.</summary>
    public override void Initialize(WeightInitializer weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        foreach (nn.Module layer in modules())
        {
            if (layer is not TorchSharp.Modules.Conv2d convolution)
            {
                continue;
            }

            if (ReferenceEquals(layer, _last))
            {
                weights.Normal(convolution.weight!, 0.01);
            }
            else
            {
                weights.KaimingUniform(convolution.weight!);
            }

            weights.Constant(convolution.bias!, 0);
        }
    }

    private static TorchSharp.Modules.Sequential Features(int channels, Stem stem) => nn.Sequential(
        ("0", stem == Stem.Small ? nn.Conv2d(channels, 64, 3, padding: 1) : nn.Conv2d(channels, 64, 3, stride: 2)),
        ("1", nn.ReLU(inplace: true)),
        ("2", Pool()),
        ("3", new Fire(64, 16, 64)),
        ("4", new Fire(128, 16, 64)),
        ("5", Pool()),
        ("6", new Fire(128, 32, 128)),
        ("7", new Fire(256, 32, 128)),
        ("8", Pool()),
        ("9", new Fire(256, 48, 192)),
        ("10", new Fire(384, 48, 192)),
        ("11", new Fire(384, 64, 256)),
        ("12", new Fire(512, 64, 256)));

    private static TorchSharp.Modules.MaxPool2d Pool() => nn.MaxPool2d(3, stride: 2, ceil_mode: true);

    /// <summary>Squeezes the channels, then expands them by 1×1 and 3×3 kernels side by side.</summary>
    private sealed class Fire : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _squeeze;
        private readonly nn.Module<Tensor, Tensor> _expand1;
        private readonly nn.Module<Tensor, Tensor> _expand3;

        public Fire(int channels, int squeezed, int expanded)
            : base("Fire")
        {
            _squeeze = nn.Conv2d(channels, squeezed, 1);
            _expand1 = nn.Conv2d(squeezed, expanded, 1);
            _expand3 = nn.Conv2d(squeezed, expanded, 3, padding: 1);
            register_module("squeeze", _squeeze);
            register_module("expand1x1", _expand1);
            register_module("expand3x3", _expand3);
        }

        public override Tensor forward(Tensor input)
        {
            Tensor squeezed = _squeeze.forward(input).relu_();
            return cat([_expand1.forward(squeezed), _expand3.forward(squeezed)], 1).relu_();
        }
    }
}
