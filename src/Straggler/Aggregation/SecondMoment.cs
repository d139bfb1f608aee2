using System.Numerics;

namespace Straggler.Aggregation;

/// <summary>How an adaptive optimizer's second moment follows the squared averages: v ← keep·v + add·Δ̄², or Yogi's form of it.</summary>
/// <remarks>Compiled into <see cref="AdaptiveOptimizer{TMoment}"/>'s one pass over the vector; both forms give the same bits.</remarks>
public interface ISecondMoment
{
    /// <summary>The next v of several elements.</summary>
    /// <param name="moment">v.</param>
    /// <param name="square">Δ̄².</param>
    /// <param name="keep">β₂.</param>
    /// <param name="add">1 − β₂.</param>
    static abstract Vector<float> Next(Vector<float> moment, Vector<float> square, float keep, float add);

    /// <summary>The next v of one element.</summary>
    /// <inheritdoc cref="Next(Vector{float}, Vector{float}, float, float)"/>
    static abstract float Next(float moment, float square, float keep, float add);
}

/// <summary>v ← β₂v + (1 − β₂)Δ̄².</summary>
public readonly struct AdamMoment : ISecondMoment
{
    /// <inheritdoc/>
    public static Vector<float> Next(Vector<float> moment, Vector<float> square, float keep, float add) => (keep * moment) + (add * square);

    /// <inheritdoc/>
    public static float Next(float moment, float square, float keep, float add) => (keep * moment) + (add * square);
}

/// <summary>v ← v − (1 − β₂)Δ̄² sign(v − Δ̄²).</summary>
public readonly struct YogiMoment : ISecondMoment
{
    /// <inheritdoc/>
    public static Vector<float> Next(Vector<float> moment, Vector<float> square, float keep, float add)
    {
        Vector<float> change = add * square;
        Vector<float> lower = Vector.ConditionalSelect(Vector.GreaterThan(moment, square), moment - change, moment);
        return Vector.ConditionalSelect(Vector.LessThan(moment, square), moment + change, lower);
    }

    /// <inheritdoc/>
    public static float Next(float moment, float square, float keep, float add) =>
        moment > square ? moment - (add * square) : moment < square ? moment + (add * square) : moment;
}

/// <summary>v ← v + Δ̄².</summary>
public readonly struct AdagradMoment : ISecondMoment
{
    /// <inheritdoc/>
    public static Vector<float> Next(Vector<float> moment, Vector<float> square, float keep, float add) => moment + square;

    /// <inheritdoc/>
    public static float Next(float moment, float square, float keep, float add) => moment + square;
}
