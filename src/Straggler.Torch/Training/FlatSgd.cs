using static TorchSharp.torch;

namespace Straggler.Torch.Training;

/// <summary>Stochastic gradient descent with PyTorch's momentum, Nesterov and weight decay.</summary>
/// <remarks>
/// g ← g + λw; b ← g at the first step, else μb + g; w ← w − η(g + μb) with Nesterov, else w − ηb. Source: torch.optim.SGD, dampening 0.
/// </remarks>
/// <param name="learningRate">η, above 0.</param>
/// <param name="momentum">μ, from 0 to below 1.</param>
/// <param name="nesterov">Nesterov's form.</param>
/// <param name="weightDecay">λ, at least 0.</param>
public sealed class FlatSgd(double learningRate, double momentum, bool nesterov, double weightDecay) : FlatOptimizer
{
    private Tensor? _velocity;

    /// <inheritdoc/>
    public override void Step(Tensor parameters, Tensor gradient)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(gradient);
        if (weightDecay != 0)
        {
            gradient.add_(parameters, weightDecay);
        }

        if (momentum == 0)
        {
            parameters.add_(gradient, -learningRate);
            return;
        }

        if (_velocity is null)
        {
            _velocity = gradient.clone().DetachFromDisposeScope();
        }
        else
        {
            _velocity.mul_(momentum).add_(gradient);
        }

        if (nesterov)
        {
            parameters.add_(gradient.add_(_velocity, momentum), -learningRate);
        }
        else
        {
            parameters.add_(_velocity, -learningRate);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _velocity?.Dispose();
        base.Dispose(disposing);
    }
}
