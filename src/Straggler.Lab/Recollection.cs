using Straggler.Metrics;
using Straggler.Recording;

namespace Straggler.Lab;

/// <summary>Keeps what a run told.</summary>
internal sealed class Recollection : IRunObserver
{
    private readonly List<EvaluationRecord> _evaluations = [];
    private readonly List<UpdateRecord> _updates = [];

    /// <summary>The evaluations.</summary>
    public IReadOnlyList<EvaluationRecord> Evaluations => _evaluations;

    /// <summary>The arrivals and the lost tasks.</summary>
    public IReadOnlyList<UpdateRecord> Updates => _updates;

    /// <inheritdoc/>
    public void OnUpdate(in UpdateRecord update) => _updates.Add(update);

    /// <inheritdoc/>
    public void OnLost(in UpdateRecord task) => _updates.Add(task);

    /// <inheritdoc/>
    public void OnEvaluation(EvaluationRecord evaluation) => _evaluations.Add(evaluation);
}
