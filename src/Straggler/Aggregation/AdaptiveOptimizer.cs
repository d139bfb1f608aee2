using System.Numerics;
using System.Runtime.InteropServices;
using Straggler.Checkpoints;
using Straggler.Federation;

namespace Straggler.Aggregation;

/// <summary>m ← β₁m + (1 − β₁)Δ̄; v by <typeparamref name="TMoment"/>; x ← x + η m/(√v + ε). No bias correction.</summary>
/// <remarks>
/// Source: S. Reddi et al., "Adaptive federated optimization", ICLR 2021, arXiv 2003.00295, Algorithm 2, where v begins at ε² or more.
/// BatchNorm's buffers have no moments: they follow their average, whatever η is. State: m and v, two vectors of the trained length. One
/// pass over the vector.
/// </remarks>
/// <typeparam name="TMoment">The rule of v.</typeparam>
/// <param name="trainableCount">Length of the vector's trained prefix.</param>
/// <param name="beta1">β₁.</param>
/// <param name="beta2">β₂; Adagrad has none.</param>
/// <param name="epsilon">ε.</param>
/// <param name="initial">v before the first step; null for ε².</param>
public sealed class AdaptiveOptimizer<TMoment>(int trainableCount, double beta1, double beta2, double epsilon, double? initial) : IServerOptimizer
    where TMoment : struct, ISecondMoment
{
    private readonly float[] _first = new float[trainableCount];
    private readonly float[] _second = Filled(trainableCount, (float)(initial ?? (epsilon * epsilon)));
    private readonly float _keepFirst = (float)beta1;
    private readonly float _addFirst = (float)(1 - beta1);
    private readonly float _keepSecond = (float)beta2;
    private readonly float _addSecond = (float)(1 - beta2);
    private readonly float _epsilon = (float)epsilon;

    /// <inheritdoc/>
    public void Step(ReadOnlySpan<float> current, Span<float> sum, double divisor, double rate, Span<float> next)
    {
        int trained = _first.Length;
        float scale = (float)(1 / divisor), eta = (float)rate;
        int done = MoveVectors(current[..trained], sum, scale, eta, next);
        for (int i = done; i < trained; i++)
        {
            float average = scale * sum[i];
            float first = _first[i] = (_keepFirst * _first[i]) + (_addFirst * average);
            float second = _second[i] = TMoment.Next(_second[i], average * average, _keepSecond, _addSecond);
            next[i] = current[i] + (eta * first / (MathF.Sqrt(second) + _epsilon));
        }

        FlatVector.Step(current[trained..], sum[trained..], scale, next[trained..]);
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write<float>(_first);
        writer.Write<float>(_second);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.ReadInto<float>(_first);
        reader.ReadInto<float>(_second);
    }

    private int MoveVectors(ReadOnlySpan<float> current, Span<float> sum, float scale, float eta, Span<float> next)
    {
        ReadOnlySpan<Vector<float>> from = MemoryMarshal.Cast<float, Vector<float>>(current);
        Span<Vector<float>> sums = MemoryMarshal.Cast<float, Vector<float>>(sum);
        Span<Vector<float>> to = MemoryMarshal.Cast<float, Vector<float>>(next);
        Span<Vector<float>> firsts = MemoryMarshal.Cast<float, Vector<float>>(_first.AsSpan());
        Span<Vector<float>> seconds = MemoryMarshal.Cast<float, Vector<float>>(_second.AsSpan());
        Vector<float> epsilon = new(_epsilon);
        for (int i = 0; i < from.Length; i++)
        {
            Vector<float> average = scale * sums[i];
            Vector<float> first = firsts[i] = (_keepFirst * firsts[i]) + (_addFirst * average);
            Vector<float> second = seconds[i] = TMoment.Next(seconds[i], average * average, _keepSecond, _addSecond);
            to[i] = from[i] + (eta * first / (Vector.SquareRoot(second) + epsilon));
        }

        return from.Length * Vector<float>.Count;
    }

    private static float[] Filled(int length, float value)
    {
        float[] values = new float[length];
        Array.Fill(values, value);
        return values;
    }
}
