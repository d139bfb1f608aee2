using Straggler.Torch.Datasets;
using static TorchSharp.torch;

namespace Straggler.Torch.Models;

/// <summary>Multinomial logistic regression: one linear layer on the pixels.</summary>
/// <remarks>Source: H. B. McMahan et al.'s convex baseline; the layer is named <c>linear</c>.</remarks>
public sealed class LogisticRegression : FederatedModule
{
    private readonly nn.Module<Tensor, Tensor> _linear;

    /// <summary>Makes the model.</summary>
    public LogisticRegression(ImageShape shape, int classCount)
        : base("logistic")
    {
        _linear = nn.Linear(shape.Length, classCount);
        register_module("linear", _linear);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return _linear.forward(input.flatten(1));
    }
}
