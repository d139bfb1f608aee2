using Straggler.Federation;
using Straggler.Simulation;

namespace Straggler.Training;

/// <summary>Turns a dispatched task into a future: the training may run anywhere, any time before its arrival is due.</summary>
public interface IClientTrainer
{
    /// <summary>Starts a client's training.</summary>
    /// <param name="task">The training, fully determined.</param>
    /// <param name="dispatched">The version it starts from, held by the caller until the result is there.</param>
    /// <param name="due">When its arrival is due; whoever trains takes the earliest first.</param>
    /// <param name="cancellation">Says that the result is not wanted any more.</param>
    /// <returns>The result; cancelled if it was given up.</returns>
    Task<TrainedModel> TrainAsync(LocalTask task, ModelVersion dispatched, VirtualTime due, CancellationToken cancellation);
}

/// <summary>Evaluates versions of the server's model.</summary>
public interface IModelEvaluator
{
    /// <summary>Classifies the whole test set.</summary>
    /// <param name="version">The model, held by the caller until the result is there.</param>
    Task<TestResult> EvaluateAsync(ModelVersion version);
}

/// <summary>What evaluating a model gave.</summary>
/// <param name="Loss">Mean cross-entropy over the test set.</param>
/// <param name="Predictions">The predicted class of every test sample.</param>
public sealed record TestResult(double Loss, int[] Predictions);

/// <summary>A client's trained parameters and its report; dispose of it to give the buffer back.</summary>
/// <remarks>Disposing again does nothing, so that a buffer can never be handed out to two tasks.</remarks>
public sealed class TrainedModel : IDisposable
{
    private readonly VectorPool _pool;
    private float[]? _parameters;

    internal TrainedModel(VectorPool pool, float[] parameters, LocalOutcome outcome)
    {
        _pool = pool;
        _parameters = parameters;
        Outcome = outcome;
    }

    /// <summary>w_i; nothing once disposed of.</summary>
    public ReadOnlySpan<float> Parameters => _parameters;

    /// <summary>Loss and number of steps.</summary>
    public LocalOutcome Outcome { get; }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _parameters, null) is { } parameters)
        {
            _pool.Return(parameters);
        }
    }
}
