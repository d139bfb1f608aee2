using System.Numerics.Tensors;

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
    private readonly float _rate = (float)learningRate;
    private readonly float _momentum = (float)momentum;
    private readonly float _decay = (float)weightDecay;
    private float[] _velocity = [];
    private int _steps;

    /// <inheritdoc/>
    public override void Begin(int length)
    {
        _steps++;
        if (_momentum != 0 && _steps == 1)
        {
            _velocity = GC.AllocateUninitializedArray<float>(length);
        }
    }

    /// <inheritdoc/>
    public override void StepBlock(int first, Span<float> parameters, Span<float> gradient)
    {
        if (_decay != 0)
        {
            TensorPrimitives.MultiplyAdd(parameters, _decay, gradient, gradient);
        }

        ReadOnlySpan<float> direction = _momentum == 0 ? gradient : Direction(_velocity.AsSpan(first, gradient.Length), gradient);
        TensorPrimitives.MultiplyAdd(direction, -_rate, parameters, parameters);
    }

    private ReadOnlySpan<float> Direction(Span<float> velocity, Span<float> gradient)
    {
        if (_steps == 1)
        {
            gradient.CopyTo(velocity);
        }
        else
        {
            TensorPrimitives.MultiplyAdd(velocity, _momentum, gradient, velocity);
        }

        if (!nesterov)
        {
            return velocity;
        }

        TensorPrimitives.MultiplyAdd(velocity, _momentum, gradient, gradient);
        return gradient;
    }
}
