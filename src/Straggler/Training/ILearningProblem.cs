using Straggler.Federation;

namespace Straggler.Training;

/// <summary>What is learned: a model and the data that the clients and the test set hold. The engine's only door to a learner.</summary>
/// <remarks>Immutable and thread-safe; workers share it and own a <see cref="IClientLearner"/> each.</remarks>
public interface ILearningProblem : IDisposable
{
    /// <summary>The layout of the model's flat vector.</summary>
    ParameterLayout Layout { get; }

    /// <summary>The label of every test sample, 0 to <see cref="ClassCount"/> − 1.</summary>
    IReadOnlyList<int> TestLabels { get; }

    /// <summary>
    /// Test samples per evaluation job. Fixed, because the loss is summed job by job; a problem whose test samples are small, or come in
    /// sequences, asks for more at once.
    /// </summary>
    int EvaluationChunk => WorkerPool.EvaluationChunk;

    /// <summary>Number of classes.</summary>
    int ClassCount { get; }

    /// <summary>Writes the initial model; the same values for the same seed.</summary>
    /// <param name="parameters">Receives the vector; <see cref="ParameterLayout.Length"/> elements.</param>
    void Initialize(Span<float> parameters);

    /// <summary>Makes a learner for one worker thread.</summary>
    IClientLearner CreateLearner();

    /// <summary>Copies a flat vector into PyTorch's element order (a learner may store convolution kernels channels-last).</summary>
    /// <param name="parameters">A vector as the learner stores it.</param>
    /// <param name="canonical">Receives the same parts at the same offsets, each in PyTorch's row-major order.</param>
    void ToCanonical(ReadOnlySpan<float> parameters, Span<float> canonical);
}
