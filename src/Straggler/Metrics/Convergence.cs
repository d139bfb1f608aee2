using System.Collections.Immutable;
using Straggler.Recording;

namespace Straggler.Metrics;

/// <summary>How fast the accuracy rose: time to each target and the area under the curve.</summary>
/// <param name="targets">The accuracies asked about.</param>
public sealed class Convergence(IReadOnlyList<double> targets)
{
    private readonly TargetSummary[] _targets = [.. targets.Select(target => new TargetSummary(target, false, null, null, null))];
    private EvaluationRecord? _last;
    private double _area;

    /// <summary>The best accuracy so far; NaN before the first evaluation.</summary>
    public double Best { get; private set; } = double.NaN;

    /// <summary>The targets and when they were first reached.</summary>
    public ImmutableArray<TargetSummary> Targets => [.. _targets];

    /// <summary>
    /// Area under accuracy against virtual time (trapezoids between evaluations) over the time passed; the accuracy itself while no
    /// time has passed, NaN before the first evaluation.
    /// </summary>
    public double NormalizedArea => _last is null ? double.NaN : _last.VirtualTime > 0 ? _area / _last.VirtualTime : _last.Accuracy;

    /// <summary>Takes an evaluation; they come in order of virtual time.</summary>
    public void Add(EvaluationRecord evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        if (_last is not null)
        {
            _area += (evaluation.VirtualTime - _last.VirtualTime) * (evaluation.Accuracy + _last.Accuracy) / 2;
        }

        Best = double.IsNaN(Best) ? evaluation.Accuracy : Math.Max(Best, evaluation.Accuracy);
        _last = evaluation;
        for (int i = 0; i < _targets.Length; i++)
        {
            if (!_targets[i].Reached && evaluation.Accuracy >= _targets[i].Accuracy)
            {
                _targets[i] = new(_targets[i].Accuracy, true, evaluation.VirtualTime, evaluation.Arrival, evaluation.Version);
            }
        }
    }
}
