using Straggler.Checkpoints;

namespace Straggler.Cli.Running;

/// <summary>Wall time of a run, over all the processes that worked on it.</summary>
/// <param name="started">Timestamp of this process's start on it.</param>
/// <param name="experiment">Knows how long the workers were busy.</param>
/// <param name="clock">The wall clock.</param>
internal sealed class RunClock(long started, PreparedExperiment experiment, TimeProvider clock) : IStateful
{
    private TimeSpan _wallBefore, _trainingBefore, _evaluationBefore;

    /// <summary>Wall time of the run.</summary>
    public TimeSpan Wall => _wallBefore + clock.GetElapsedTime(started);

    /// <summary>Wall time that workers trained, summed.</summary>
    public TimeSpan Training => _trainingBefore + experiment.TrainingTime;

    /// <summary>Wall time that workers evaluated, summed.</summary>
    public TimeSpan Evaluation => _evaluationBefore + experiment.EvaluationTime;

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Write(Wall.Ticks);
        writer.Write(Training.Ticks);
        writer.Write(Evaluation.Ticks);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        _wallBefore = new(reader.ReadInt64());
        _trainingBefore = new(reader.ReadInt64());
        _evaluationBefore = new(reader.ReadInt64());
    }
}
