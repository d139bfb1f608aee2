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

    /// <inheritdoc/>
    public override void Step(Span<float> parameters, Span<float> gradient)
    {
        if (_steps == 0)
        {
            _mean = new float[parameters.Length];
            _square = new float[parameters.Length];
        }

        _steps++;
        if (_decay != 0)
        {
            TensorPrimitives.MultiplyAdd(parameters, _decay, gradient, gradient);
        }

        float rate = (float)(learningRate / (1 - Math.Pow(Beta1, _steps)));
        float scale = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, _steps)));
        int whole = parameters.Length - (parameters.Length % Vector<float>.Count);
        MoveVectors(parameters[..whole], gradient, rate, scale);
        for (int index = whole; index < parameters.Length; index++)
        {
            float g = gradient[index];
            float mean = _mean[index] += (float)(1 - Beta1) * (g - _mean[index]);
            float square = _square[index] = ((float)Beta2 * _square[index]) + ((float)(1 - Beta2) * g * g);
            parameters[index] -= rate * mean / ((MathF.Sqrt(square) * scale) + Epsilon);
        }
    }

    private void MoveVectors(Span<float> parameters, Span<float> gradient, float rate, float scale)
    {
        Span<Vector<float>> weights = MemoryMarshal.Cast<float, Vector<float>>(parameters);
        Span<Vector<float>> gradients = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        Span<Vector<float>> means = MemoryMarshal.Cast<float, Vector<float>>(_mean.AsSpan());
        Span<Vector<float>> squares = MemoryMarshal.Cast<float, Vector<float>>(_square.AsSpan());
        Vector<float> epsilon = new(Epsilon);
        for (int index = 0; index < weights.Length; index++)
        {
            Vector<float> g = gradients[index];
            Vector<float> mean = means[index] + ((float)(1 - Beta1) * (g - means[index]));
            Vector<float> square = ((float)Beta2 * squares[index]) + ((float)(1 - Beta2) * g * g);
            means[index] = mean;
            squares[index] = square;
            weights[index] -= rate * mean / ((Vector.SquareRoot(square) * scale) + epsilon);
        }
    }
}
