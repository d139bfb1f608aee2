namespace Straggler.Training;

/// <summary>Trains clients and evaluates models on one worker thread.</summary>
/// <remarks>Used by one thread at a time; results depend on the arguments alone, never on what the learner did before.</remarks>
public interface IClientLearner : IDisposable
{
    /// <summary>Trains a client's model from the version it was sent.</summary>
    /// <param name="task">Whose training, which occurrence, by what algorithm.</param>
    /// <param name="dispatched">The parameters sent to the client.</param>
    /// <param name="local">Receives the trained parameters; does not overlap <paramref name="dispatched"/>.</param>
    /// <param name="cancellation">Asks to give the training up; honoured between gradient steps.</param>
    /// <exception cref="OperationCanceledException">The training was given up.</exception>
    LocalOutcome Train(LocalTask task, ReadOnlySpan<float> dispatched, Span<float> local, CancellationToken cancellation);

    /// <summary>Classifies a slice of the test set.</summary>
    /// <param name="parameters">The model.</param>
    /// <param name="first">First test sample of the slice.</param>
    /// <param name="predictions">Receives the predicted class of each sample of the slice; its length is the slice's.</param>
    /// <returns>The sum (not the mean) of the samples' cross-entropy losses.</returns>
    double Evaluate(ReadOnlySpan<float> parameters, int first, Span<int> predictions);
}

/// <summary>One client's training, fully determined when it is dispatched.</summary>
/// <param name="Client">The client, 0-based.</param>
/// <param name="Occurrence">How many tasks this client was sent before; names its batch-order stream.</param>
/// <param name="Algorithm">What the server's strategy asks of the client besides the recipe.</param>
public readonly record struct LocalTask(int Client, int Occurrence, ClientAlgorithm Algorithm);

/// <summary>What a training reports besides the parameters.</summary>
/// <param name="MeanLoss">Mean training loss over all gradient steps, without the algorithm's own terms.</param>
/// <param name="GradientSteps">Number of optimizer steps taken.</param>
public readonly record struct LocalOutcome(double MeanLoss, int GradientSteps)
{
    /// <summary>Training loss of the first gradient step minus that of the last one, each over its batch; 0 where nothing is known of it.</summary>
    public double LossDrop { get; init; }

    /// <summary>Root of the mean squared training loss, each over its batch; 0 where nothing is known of it.</summary>
    public double RootMeanSquareLoss { get; init; }

    /// <summary>‖Δ_i‖ over the trained parameters, as the client trained them; 0 where nothing was trained.</summary>
    public double UpdateNorm { get; init; }

    /// <summary>Bytes of the update as it came; null for as many as the run reckons with.</summary>
    public long? UploadBytes { get; init; }
}
