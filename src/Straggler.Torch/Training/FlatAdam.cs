using static TorchSharp.torch;

namespace Straggler.Torch.Training;

/// <summary>Adam with PyTorch's defaults: β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸, weight decay added to the gradient.</summary>
/// <remarks>
/// w ← w − (η / (1 − β₁ᵗ)) · m / (√v / √(1 − β₂ᵗ) + ε). Source: D. Kingma, J. Ba, "Adam: a method for stochastic optimization", 2015,
/// arXiv:1412.6980, algorithm 1, in the form of torch.optim.Adam.
/// </remarks>
/// <param name="learningRate">η, above 0.</param>
/// <param name="weightDecay">λ, at least 0.</param>
public sealed class FlatAdam(double learningRate, double weightDecay) : FlatOptimizer
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private Tensor? _mean;
    private Tensor? _square;
    private Tensor? _work;
    private int _steps;

    /// <inheritdoc/>
    public override void Step(Tensor parameters, Tensor gradient)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(gradient);
        _mean ??= zeros_like(gradient).DetachFromDisposeScope();
        _square ??= zeros_like(gradient).DetachFromDisposeScope();
        _work ??= empty_like(gradient).DetachFromDisposeScope();
        if (weightDecay != 0)
        {
            gradient.add_(parameters, weightDecay);
        }

        _steps++;
        double correction1 = 1 - Math.Pow(Beta1, _steps);
        double correction2 = 1 - Math.Pow(Beta2, _steps);
        _mean.lerp_(gradient, 1 - Beta1);
        _square.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
        _work.copy_(_square).sqrt_().div_(Math.Sqrt(correction2)).add_(Epsilon);
        parameters.addcdiv_(_mean, _work, -learningRate / correction1);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _mean?.Dispose();
        _square?.Dispose();
        _work?.Dispose();
        base.Dispose(disposing);
    }
}
