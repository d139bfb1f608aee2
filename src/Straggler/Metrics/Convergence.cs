using System.Collections.Immutable;
using Straggler.Checkpoints;
using Straggler.Recording;

namespace Straggler.Metrics;

/// <summary>How fast the accuracy rose: time to each target and the area under the curve.</summary>
/// <param name="targets">The accuracies asked about.</param>
public sealed class Convergence(IReadOnlyList<double> targets) : IStateful
{
    private readonly TargetSummary[] _targets = [.. targets.Select(target => new TargetSummary(target, false, null, null, null))];
    private (double VirtualTime, double Accuracy)? _last;
    private double _area;

    /// <summary>The best accuracy so far; NaN before the first evaluation.</summary>
    public double Best { get; private set; } = double.NaN;

    /// <summary>The targets and when they were first reached.</summary>
    public ImmutableArray<TargetSummary> Targets => [.. _targets];

    /// <summary>
    /// Area under accuracy against virtual time (trapezoids between evaluations) over the time passed; the accuracy itself while no
    /// time has passed, NaN before the first evaluation.
    /// </summary>
    public double NormalizedArea => _last is not { } last ? double.NaN : last.VirtualTime > 0 ? _area / last.VirtualTime : last.Accuracy;

    /// <summary>Takes an evaluation; they come in order of virtual time. One without an accuracy (NaN) is as none.</summary>
    public void Add(EvaluationRecord evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        if (!double.IsFinite(evaluation.Accuracy))
        {
            return;
        }

        if (_last is { } last)
        {
            _area += (evaluation.VirtualTime - last.VirtualTime) * (evaluation.Accuracy + last.Accuracy) / 2;
        }

        Best = double.IsNaN(Best) ? evaluation.Accuracy : Math.Max(Best, evaluation.Accuracy);
        _last = (evaluation.VirtualTime, evaluation.Accuracy);
        for (int i = 0; i < _targets.Length; i++)
        {
            if (!_targets[i].Reached && evaluation.Accuracy >= _targets[i].Accuracy)
            {
                _targets[i] = new(_targets[i].Accuracy, true, evaluation.VirtualTime, evaluation.Arrival, evaluation.Version);
            }
        }
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_last is not null);
        writer.Write(_last?.VirtualTime ?? 0);
        writer.Write(_last?.Accuracy ?? 0);
        writer.Write(_area);
        writer.Write(Best);
        foreach (TargetSummary target in _targets)
        {
            writer.Write(target.Reached);
            writer.Write(target.VirtualTime ?? 0);
            writer.Write(target.Arrivals ?? 0);
            writer.Write(target.ServerSteps ?? 0);
        }
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        bool any = reader.ReadBoolean();
        (double VirtualTime, double Accuracy) last = (reader.ReadDouble(), reader.ReadDouble());
        _last = any ? last : null;
        _area = reader.ReadDouble();
        Best = reader.ReadDouble();
        for (int i = 0; i < _targets.Length; i++)
        {
            bool reached = reader.ReadBoolean();
            TargetSummary target = new(_targets[i].Accuracy, true, reader.ReadDouble(), reader.ReadInt64(), reader.ReadInt64());
            _targets[i] = reached ? target : new(target.Accuracy, false, null, null, null);
        }
    }
}
