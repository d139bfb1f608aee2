using Straggler.Federation;
using Straggler.Metrics;
using Straggler.Simulation;

namespace Straggler.Training;

/// <summary>Turns a dispatched task into a future: the training may run anywhere, any time before its arrival is due.</summary>
public interface IClientTrainer
{
    /// <summary>Starts a client's training.</summary>
    /// <param name="task">The training, fully determined.</param>
    /// <param name="dispatched">The version it starts from, held by the caller until the training is over.</param>
    /// <param name="due">When its arrival is due, as far as it is known; whoever trains takes the earliest first.</param>
    ITraining Start(in LocalTask task, ModelVersion dispatched, VirtualTime due);

    /// <summary>Says how many results will be asked for at most from now on, so that none is made in vain where the run ends.</summary>
    /// <param name="results">Results, at least 0.</param>
    void Expect(long results)
    {
    }
}

/// <summary>A training that was started.</summary>
public interface ITraining
{
    /// <summary>What comes of it; whoever takes it disposes of it. Cancelled if it was given up in time.</summary>
    Task<TrainedModel> Result { get; }

    /// <summary>The result is waited for: from now on it goes before all trainings, whatever was said of when they are due.</summary>
    void Hurry();

    /// <summary>The result is not wanted any more; <see cref="Result"/> still ends, cancelled if it was not there yet.</summary>
    void GiveUp();
}

/// <summary>Evaluates versions of the server's model.</summary>
public interface IModelEvaluator
{
    /// <summary>Starts to classify the whole test set, beside the trainings and without holding them up.</summary>
    /// <param name="version">The model, held by the caller until the result is there.</param>
    IEvaluation StartEvaluation(ModelVersion version);
}

/// <summary>An evaluation that was started.</summary>
public interface IEvaluation
{
    /// <summary>What comes of it. Cancelled if it was given up in time.</summary>
    Task<TestResult> Result { get; }

    /// <summary>The result is waited for: from now on it goes before all trainings that have not begun.</summary>
    void Hurry();

    /// <summary>The result is waited for, and is the run's last: nothing is held up, so that whoever measures may take time for all that it can get.</summary>
    void HurryLast() => Hurry();

    /// <summary>The result is not wanted any more; <see cref="Result"/> still ends, once nobody reads the version.</summary>
    void GiveUp();
}

/// <summary>What evaluating a model gave.</summary>
/// <param name="Loss">Mean cross-entropy over the test set.</param>
/// <param name="Predictions">The predicted class of every test sample.</param>
public sealed record TestResult(double Loss, int[] Predictions)
{
    /// <summary>Accuracies that were measured elsewhere, without predictions; null where the predictions are there to be counted.</summary>
    public AccuracyCount? Measured { get; init; }
}

/// <summary>A client's trained parameters and its report; dispose of it to give the buffer back.</summary>
/// <remarks>Disposing again does nothing, so that a buffer can never be handed out to two tasks.</remarks>
public sealed class TrainedModel : IDisposable
{
    private readonly Action<float[]> _giveBack;
    private float[]? _parameters;

    /// <summary>Hands a result over.</summary>
    /// <param name="parameters">w_i.</param>
    /// <param name="outcome">Loss and number of steps.</param>
    /// <param name="giveBack">Takes the buffer back.</param>
    public TrainedModel(float[] parameters, LocalOutcome outcome, Action<float[]> giveBack)
    {
        _giveBack = giveBack;
        _parameters = parameters;
        Outcome = outcome;
    }

    /// <summary>w_i; nothing once disposed of.</summary>
    public ReadOnlySpan<float> Parameters => _parameters;

    /// <summary>w_i, to be changed on its way to the strategy.</summary>
    internal Span<float> Writable => _parameters;

    /// <summary>Loss and number of steps.</summary>
    public LocalOutcome Outcome { get; }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _parameters, null) is { } parameters)
        {
            _giveBack(parameters);
        }
    }
}
