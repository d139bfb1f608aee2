using Straggler.Checkpoints;
using Straggler.Recording;
using Straggler.Simulation;

namespace Straggler.Lab.Running;

/// <summary>Where the wall time of a run went, over all the processes that worked on it.</summary>
/// <param name="started">Timestamp of this process's start on it.</param>
/// <param name="experiment">Knows how long the workers were busy.</param>
/// <param name="loop">Knows what the loop did.</param>
/// <param name="clock">The wall clock.</param>
internal sealed class RunClock(long started, PreparedExperiment experiment, LoopClock loop, TimeProvider clock) : IStateful
{
    private RunTimes _before;

    /// <summary>The times so far.</summary>
    public RunTimes Times => _before + Now();

    /// <inheritdoc/>
    public void Save(StateWriter writer) => Times.Save(writer);

    /// <inheritdoc/>
    public void Load(StateReader reader) => _before = RunTimes.Load(reader);

    private RunTimes Now()
    {
        TimeSpan total = loop.Loop, idle = (total * experiment.TrainingWorkers) - experiment.TrainingTime - experiment.EvaluationTime;
        return new(
            clock.GetElapsedTime(started),
            total,
            loop.Aggregation,
            loop.TrainingWait,
            loop.EvaluationWait,
            experiment.TrainingTime,
            experiment.EvaluationTime,
            idle > TimeSpan.Zero ? idle : TimeSpan.Zero);
    }
}
