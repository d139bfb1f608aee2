namespace Straggler.Training;

/// <summary>An evaluation whose parts wait for workers or run.</summary>
/// <param name="queue">Where they wait.</param>
/// <param name="parts">The parts, in the order of the test samples.</param>
/// <param name="predictions">Filled by the parts.</param>
internal sealed class Evaluation(JobQueue queue, IReadOnlyList<EvaluationJob> parts, int[] predictions) : IEvaluation
{
    /// <inheritdoc/>
    public Task<TestResult> Result { get; } = AddUpAsync(parts, predictions);

    /// <inheritdoc/>
    public void Hurry() => queue.HurryEvaluations();

    /// <inheritdoc/>
    public void GiveUp()
    {
        foreach (EvaluationJob part in parts)
        {
            part.GiveUp();
        }
    }

    private static async Task<TestResult> AddUpAsync(IReadOnlyList<EvaluationJob> parts, int[] predictions)
    {
        // All parts end before a failure is thrown on, so that no worker still reads a version that its holder lets go.
        double loss = 0;
        foreach (double part in await Task.WhenAll(parts.Select(part => part.Result)).ConfigureAwait(false))
        {
            loss += part;
        }

        return new(loss / predictions.Length, predictions);
    }
}
