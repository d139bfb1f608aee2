using System.ComponentModel.DataAnnotations;
using Straggler.Torch.Datasets;
using static TorchSharp.torch;

namespace Straggler.Torch.Models;

/// <summary>Options of <c>mlp</c>.</summary>
public sealed record MlpOptions
{
    /// <summary>Units of each of the two hidden layers; 200 is the paper's.</summary>
    [Range(1, 65536)]
    public int Hidden { get; init; } = 200;
}

/// <summary>A perceptron with two hidden ReLU layers: the paper's "2NN".</summary>
/// <remarks>
/// Source: H. B. McMahan et al., "Communication-efficient learning of deep networks from decentralized data", 2017, arXiv:1602.05629,
/// section 3. Layers are named <c>fc1</c>, <c>fc2</c>, <c>fc3</c>.
/// </remarks>
public sealed class Mlp : FederatedModule
{
    private readonly nn.Module<Tensor, Tensor> _first;
    private readonly nn.Module<Tensor, Tensor> _second;
    private readonly nn.Module<Tensor, Tensor> _third;

    /// <summary>Makes the model.</summary>
    public Mlp(ImageShape shape, int classCount, MlpOptions options)
        : base("mlp")
    {
        ArgumentNullException.ThrowIfNull(options);
        _first = nn.Linear(shape.Length, options.Hidden);
        _second = nn.Linear(options.Hidden, options.Hidden);
        _third = nn.Linear(options.Hidden, classCount);
        register_module("fc1", _first);
        register_module("fc2", _second);
        register_module("fc3", _third);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor hidden = _first.forward(input.flatten(1)).relu_();
        hidden = _second.forward(hidden).relu_();
        return _third.forward(hidden);
    }
}
