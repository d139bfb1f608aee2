using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Straggler.Training;

namespace Straggler.Torch.Training;

/// <summary>What is done to a gradient between the backward pass and the optimizer.</summary>
internal static class GradientRules
{
    private const int Block = 4096;

    /// <summary>Moves the parameters by a step of the algorithm and leaves a gradient of zeros for the next one.</summary>
    /// <remarks>
    /// Block by block, so that the gradient is turned into the algorithm's, used and cleared in one pass over the memory. A limit on its
    /// norm needs the whole gradient first.
    /// </remarks>
    /// <param name="algorithm">What the client was asked to do.</param>
    /// <param name="clipNorm">The largest norm of the algorithm's gradient; null for any.</param>
    /// <param name="optimizer">Moves the parameters.</param>
    /// <param name="gradient">[trainable] of the loss; zeros afterwards.</param>
    /// <param name="parameters">[trainable] w; moved.</param>
    /// <param name="dispatched">[trainable] x; not looked at by an algorithm without a proximal term.</param>
    public static void Step(
        ClientAlgorithm algorithm,
        double? clipNorm,
        FlatOptimizer optimizer,
        Span<float> gradient,
        Span<float> parameters,
        ReadOnlySpan<float> dispatched)
    {
        if (clipNorm is { } limit)
        {
            Apply(algorithm, 0, gradient, parameters, dispatched);
            Clip(gradient, limit);
        }

        optimizer.Begin(parameters.Length);
        for (int first = 0; first < parameters.Length; first += Block)
        {
            int size = Math.Min(Block, parameters.Length - first);
            Span<float> slope = gradient.Slice(first, size), weights = parameters.Slice(first, size);
            if (clipNorm is null)
            {
                Apply(algorithm, first, slope, weights, dispatched.Slice(first, size));
            }

            optimizer.StepBlock(first, weights, slope);
            slope.Clear();
        }
    }

    /// <summary>Turns the loss's gradient into the algorithm's: adds ρ(w − x) and c.</summary>
    /// <param name="algorithm">What the client was asked to do.</param>
    /// <param name="first">The block's first element in the whole vector.</param>
    /// <param name="gradient">A block, changed in place.</param>
    /// <param name="parameters">w, the same block.</param>
    /// <param name="dispatched">x, the same block.</param>
    private static void Apply(
        ClientAlgorithm algorithm, int first, Span<float> gradient, ReadOnlySpan<float> parameters, ReadOnlySpan<float> dispatched)
    {
        if (algorithm.ProximalCoefficient != 0)
        {
            AddProximal(gradient, parameters, dispatched, algorithm.ProximalCoefficient);
        }

        if (!algorithm.Correction.IsEmpty)
        {
            TensorPrimitives.Add(gradient, algorithm.Correction.Span.Slice(first, gradient.Length), gradient);
        }
    }

    /// <summary>Adds ρ(w − w_dispatched), the gradient of the proximal term ρ/2‖w − w_dispatched‖².</summary>
    private static void AddProximal(Span<float> gradient, ReadOnlySpan<float> parameters, ReadOnlySpan<float> dispatched, double coefficient)
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
    private static void Clip(Span<float> gradient, double limit)
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
