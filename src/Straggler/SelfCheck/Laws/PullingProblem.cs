using Straggler.Federation;
using Straggler.Simulation;
using Straggler.Training;

namespace Straggler.SelfCheck.Laws;

/// <summary>Stands in for a learner: each client pulls the model towards a point of its own, in a time that nobody can foresee.</summary>
internal sealed class PullingProblem : ILearningProblem
{
    private const int Length = 257;
    private int _trainings;

    /// <inheritdoc/>
    public ParameterLayout Layout { get; } = new([new("w", [Length], ParameterKind.Parameter, 0)]);

    /// <inheritdoc/>
    public IReadOnlyList<int> TestLabels { get; } = [.. Enumerable.Range(0, 40).Select(sample => sample % 2)];

    /// <inheritdoc/>
    public int ClassCount => 2;

    /// <inheritdoc/>
    public void Initialize(Span<float> parameters) => parameters.Fill(0.5f);

    /// <inheritdoc/>
    public IClientLearner CreateLearner() => new Learner(this);

    /// <inheritdoc/>
    public void ToCanonical(ReadOnlySpan<float> parameters, Span<float> canonical) => parameters.CopyTo(canonical);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class Learner(PullingProblem problem) : IClientLearner
    {
        public LocalOutcome Train(LocalTask task, ReadOnlySpan<float> dispatched, Span<float> local, CancellationToken cancellation)
        {
            cancellation.ThrowIfCancellationRequested();
            float target = (((task.Client * 7) + (task.Occurrence * 3)) % 11) / 11f;
            for (int i = 0; i < local.Length; i++)
            {
                local[i] = dispatched[i] + (0.3f * (target - dispatched[i]) / (1 + (i % 13)));
            }

            // How long depends on how many trainings any worker began before: it differs between runs, and the outcome must not.
            Thread.SpinWait((int)(SplitMix64.Mix((ulong)Interlocked.Increment(ref problem._trainings)) % 5000));
            return new(target, task.Occurrence + 1);
        }

        public double Evaluate(ReadOnlySpan<float> parameters, int first, Span<int> predictions)
        {
            for (int i = 0; i < predictions.Length; i++)
            {
                predictions[i] = parameters[(first + i) % parameters.Length] > 0.5f ? 1 : 0;
            }

            return predictions.Length * (double)parameters[0];
        }

        public void Dispose()
        {
        }
    }
}
