using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Straggler.Training;

namespace Straggler.Torch.Training;

/// <summary>What is done to a gradient between the backward pass and the optimizer.</summary>
internal static class GradientRules
{
    private const int Block = 4096;

    /// <summary>Turns the loss's gradient into the algorithm's: adds ρ(w − x) and c.</summary>
    /// <param name="algorithm">What the client was asked to do.</param>
    /// <param name="gradient">[trainable]; changed in place.</param>
    /// <param name="parameters">[trainable] w.</param>
    /// <param name="dispatched">[trainable] x.</param>
    public static void Apply(ClientAlgorithm algorithm, Span<float> gradient, ReadOnlySpan<float> parameters, ReadOnlySpan<float> dispatched)
    {
        if (algorithm.ProximalCoefficient != 0)
        {
            AddProximal(gradient, parameters, dispatched, algorithm.ProximalCoefficient);
        }

        if (!algorithm.Correction.IsEmpty)
        {
            TensorPrimitives.Add(gradient, algorithm.Correction.Span, gradient);
        }
    }

    /// <summary>Adds ρ(w − w_dispatched), the gradient of the proximal term ρ/2‖w − w_dispatched‖².</summary>
    public static void AddProximal(Span<float> gradient, ReadOnlySpan<float> parameters, ReadOnlySpan<float> dispatched, double coefficient)
    {
        float rho = (float)coefficient;
        int whole = gradient.Length - (gradient.Length % Vector<float>.Count);
        Span<Vector<float>> gradients = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        ReadOnlySpan<Vector<float>> weights = MemoryMarshal.Cast<float, Vector<float>>(parameters);
        ReadOnlySpan<Vector<float>> anchors = MemoryMarshal.Cast<float, Vector<float>>(dispatched);
        for (int index = 0; index < gradients.Length; index++)
        {
            gradients[index] += rho * (weights[index] - anchors[index]);
        }

        for (int index = whole; index < gradient.Length; index++)
        {
            gradient[index] += rho * (parameters[index] - dispatched[index]);
        }
    }

    /// <summary>Scales by limit / (norm + 10⁻⁶) where that is below 1, as torch.nn.utils.clip_grad_norm_ does.</summary>
    public static void Clip(Span<float> gradient, double limit)
    {
        double factor = limit / (Norm(gradient) + 1e-6);
        if (factor < 1)
        {
            TensorPrimitives.Multiply(gradient, (float)factor, gradient);
        }
    }

    private static double Norm(ReadOnlySpan<float> gradient)
    {
        double sum = 0;
        for (int start = 0; start < gradient.Length; start += Block)
        {
            sum += TensorPrimitives.SumOfSquares(gradient.Slice(start, Math.Min(Block, gradient.Length - start)));
        }

        return Math.Sqrt(sum);
    }
}
