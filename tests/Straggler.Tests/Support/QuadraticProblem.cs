using Straggler.Federation;
using Straggler.Training;

namespace Straggler.Tests.Support;

/// <summary>Clients that pull the model towards an optimum of their own: w ← x + h·(c_i − x), with a mark of the occurrence.</summary>
/// <remarks>
/// The test set asks for the first parameter to be large: sample j of m is classified rightly once it reaches (j + 1)/m. The loss is the
/// sum over samples of the squared distance of the first parameter from 1.
/// </remarks>
internal sealed class QuadraticProblem : ILearningProblem
{
    /// <summary>
    /// Rate of real gradient steps on κ_i(w − c_i)²/2, with what the client's algorithm adds to them; null for the one move by h above.
    /// </summary>
    public float? StepRate { get; init; }

    /// <summary>Gradient steps of a task.</summary>
    public int Steps { get; init; } = 3;

    /// <summary>Gradient steps of a client's tasks, where clients differ.</summary>
    public Func<int, int>? StepsOf { get; init; }

    /// <summary>κ_i for a client.</summary>
    public Func<int, float> Curvature { get; init; } = _ => 1;

    /// <summary>Elements of the vector; odd, so that no vector width divides it.</summary>
    public int Length { get; init; } = 19;

    /// <summary>Test samples.</summary>
    public int TestCount { get; init; } = 10;

    /// <summary>h, how far a client goes towards its optimum.</summary>
    public float Pull { get; init; } = 0.5f;

    /// <summary>c_i for a client, the same in every element.</summary>
    public Func<int, float> Optimum { get; init; } = client => client;

    /// <summary>Added to the trained parameters for each task sent to the client before; tells occurrences apart.</summary>
    public float OccurrenceMark { get; init; }

    /// <summary>The initial model, the same in every element.</summary>
    public float Initial { get; init; }

    /// <summary>Called in the midst of each training; may spin, block on a signal, throw.</summary>
    public Action<LocalTask, CancellationToken>? During { get; init; }

    /// <summary>Whether a task's result is to hold a NaN.</summary>
    public Func<LocalTask, bool>? Poisoned { get; init; }

    /// <summary>Bytes in which updates come, as live clients' do; null for those that the run reckons with.</summary>
    public long? UploadBytes { get; init; }

    /// <summary>Called before a learner is made; may throw.</summary>
    public Action? Creating { get; init; }

    /// <summary>Called in the midst of each evaluation job.</summary>
    public Action? Evaluating { get; init; }

    /// <summary>Learners made and not disposed of.</summary>
    public int LearnersAlive => _learnersAlive;

    /// <summary>Trainings begun.</summary>
    public int Trainings => _trainings;

    private int _learnersAlive;
    private int _trainings;

    public ParameterLayout Layout => new([new("w", [Length], ParameterKind.Parameter, 0)]);

    public IReadOnlyList<int> TestLabels => [.. Enumerable.Range(0, TestCount).Select(sample => sample % 2)];

    public int ClassCount => 2;

    public void Initialize(Span<float> parameters) => parameters.Fill(Initial);

    public void ToCanonical(ReadOnlySpan<float> parameters, Span<float> canonical) => parameters.CopyTo(canonical);

    public void Dispose()
    {
    }

    public IClientLearner CreateLearner()
    {
        Creating?.Invoke();
        Interlocked.Increment(ref _learnersAlive);
        return new Learner(this);
    }

    /// <summary>What a client makes of a model: the very arithmetic of the learner, for twins in tests.</summary>
    public float Trained(int client, int occurrence, float dispatched) =>
        dispatched + (Pull * (Optimum(client) - dispatched)) + (OccurrenceMark * occurrence);

    private int StepsIn(LocalTask task) => task.Algorithm.Steps ?? StepsOf?.Invoke(task.Client) ?? Steps;

    private float Trained(LocalTask task, int element, float dispatched)
    {
        if (StepRate is not { } rate)
        {
            return Trained(task.Client, task.Occurrence, dispatched);
        }

        ClientAlgorithm algorithm = task.Algorithm;
        float w = dispatched, added = algorithm.Correction.IsEmpty ? 0 : algorithm.Correction.Span[element];
        for (int step = 0; step < StepsIn(task); step++)
        {
            float gradient = (Curvature(task.Client) * (w - Optimum(task.Client))) + ((float)algorithm.ProximalCoefficient * (w - dispatched)) + added;
            w -= rate * (float)algorithm.LearningRateScale * gradient;
        }

        return w + (OccurrenceMark * task.Occurrence);
    }

    private sealed class Learner(QuadraticProblem problem) : IClientLearner
    {
        public LocalOutcome Train(LocalTask task, ReadOnlySpan<float> dispatched, Span<float> local, CancellationToken cancellation)
        {
            Interlocked.Increment(ref problem._trainings);
            for (int i = 0; i < local.Length / 2; i++)
            {
                local[i] = problem.Trained(task, i, dispatched[i]);
            }

            // Half of the elements are read after the pause, so a version that changed meanwhile would show.
            problem.During?.Invoke(task, cancellation);
            cancellation.ThrowIfCancellationRequested();
            for (int i = local.Length / 2; i < local.Length; i++)
            {
                local[i] = problem.Trained(task, i, dispatched[i]);
            }

            if (problem.Poisoned?.Invoke(task) == true)
            {
                local[^1] = float.NaN;
            }

            return new(1, problem.StepsIn(task)) { UploadBytes = problem.UploadBytes };
        }

        public double Evaluate(ReadOnlySpan<float> parameters, int first, Span<int> predictions)
        {
            problem.Evaluating?.Invoke();
            for (int i = 0; i < predictions.Length; i++)
            {
                int sample = first + i;
                predictions[i] = parameters[0] >= (sample + 1f) / problem.TestCount ? sample % 2 : 1 - (sample % 2);
            }

            return predictions.Length * (double)(parameters[0] - 1) * (parameters[0] - 1);
        }

        public void Dispose() => Interlocked.Decrement(ref problem._learnersAlive);
    }
}
