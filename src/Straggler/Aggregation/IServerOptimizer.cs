using Straggler.Checkpoints;

namespace Straggler.Aggregation;

/// <summary>How a server moves its model along an average of deltas, which it takes for a negative gradient.</summary>
public interface IServerOptimizer : IStateful
{
    /// <summary>Makes a step along Δ̄ = sum ÷ divisor.</summary>
    /// <param name="current">x_t, the whole vector.</param>
    /// <param name="sum">Sum of weighted deltas, the whole vector; may be overwritten.</param>
    /// <param name="divisor">What makes an average of the sum, above 0.</param>
    /// <param name="rate">η, the server's learning rate.</param>
    /// <param name="next">Receives x_{t+1}; may be the same memory as <paramref name="current"/>.</param>
    void Step(ReadOnlySpan<float> current, Span<float> sum, double divisor, double rate, Span<float> next);
}

/// <summary>Makes a server optimizer for a run.</summary>
/// <param name="trainableCount">Length of the vector's trained prefix; what follows are buffers, such as BatchNorm's statistics.</param>
public delegate IServerOptimizer ServerOptimizerFactory(int trainableCount);
