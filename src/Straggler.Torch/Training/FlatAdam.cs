using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

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
    private const float Epsilon = 1e-8f;

    private readonly float _decay = (float)weightDecay;
    private float[] _mean = [];
    private float[] _square = [];
    private int _steps;
    private float _rate;
    private float _scale;

    /// <inheritdoc/>
    public override void Begin(int length)
    {
        if (_steps == 0)
        {
            _mean = new float[length];
            _square = new float[length];
        }

        _steps++;
        _rate = (float)(learningRate / (1 - Math.Pow(Beta1, _steps)));
        _scale = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, _steps)));
    }

    /// <inheritdoc/>
    public override void StepBlock(int first, Span<float> parameters, Span<float> gradient)
    {
        Span<float> means = _mean.AsSpan(first, gradient.Length), squares = _square.AsSpan(first, gradient.Length);
        if (_decay != 0)
        {
            TensorPrimitives.MultiplyAdd(parameters, _decay, gradient, gradient);
        }

        int whole = parameters.Length - (parameters.Length % Vector<float>.Count);
        MoveVectors(parameters[..whole], gradient, means, squares);
        for (int index = whole; index < parameters.Length; index++)
        {
            float g = gradient[index];
            float mean = means[index] += (float)(1 - Beta1) * (g - means[index]);
            float square = squares[index] = ((float)Beta2 * squares[index]) + ((float)(1 - Beta2) * g * g);
            parameters[index] -= _rate * mean / ((MathF.Sqrt(square) * _scale) + Epsilon);
        }
    }

    private void MoveVectors(Span<float> parameters, Span<float> gradient, Span<float> mean, Span<float> square)
    {
        Span<Vector<float>> weights = MemoryMarshal.Cast<float, Vector<float>>(parameters);
        Span<Vector<float>> gradients = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        Span<Vector<float>> means = MemoryMarshal.Cast<float, Vector<float>>(mean);
        Span<Vector<float>> squares = MemoryMarshal.Cast<float, Vector<float>>(square);
        Vector<float> epsilon = new(Epsilon);
        for (int index = 0; index < weights.Length; index++)
        {
            Vector<float> g = gradients[index];
            Vector<float> moved = means[index] + ((float)(1 - Beta1) * (g - means[index]));
            Vector<float> spread = ((float)Beta2 * squares[index]) + ((float)(1 - Beta2) * g * g);
            means[index] = moved;
            squares[index] = spread;
            weights[index] -= _rate * moved / ((Vector.SquareRoot(spread) * _scale) + epsilon);
        }
    }
}
