using Straggler.Checkpoints;

namespace Straggler.Recording;

/// <summary>Where the wall time of a run went.</summary>
/// <remarks>
/// The loop's thread aggregates, waits for trainings, waits for evaluations or does something else; the workers train, evaluate or are
/// idle, each for as long as the loop runs.
/// </remarks>
/// <param name="Wall">From the start to the end, with loading the data.</param>
/// <param name="Loop">Of the event loop.</param>
/// <param name="Aggregation">Of the loop: in the strategy and in the check for NaN.</param>
/// <param name="TrainingWait">Of the loop: waiting for the training whose arrival is next.</param>
/// <param name="EvaluationWait">Of the loop: waiting for an evaluation.</param>
/// <param name="Training">Of the workers, summed: training.</param>
/// <param name="Evaluation">Of the workers, summed: evaluating.</param>
/// <param name="Idle">Of the workers, summed: neither, while the loop ran.</param>
public readonly record struct RunTimes(
    TimeSpan Wall,
    TimeSpan Loop,
    TimeSpan Aggregation,
    TimeSpan TrainingWait,
    TimeSpan EvaluationWait,
    TimeSpan Training,
    TimeSpan Evaluation,
    TimeSpan Idle)
{
    /// <summary>Of the loop: whatever is left (dispatching, records, checkpoints).</summary>
    public TimeSpan Other => Loop - Aggregation - TrainingWait - EvaluationWait;

    /// <summary>Adds the times of another process's work on the same run.</summary>
    public static RunTimes operator +(RunTimes one, RunTimes other) => new(
        one.Wall + other.Wall,
        one.Loop + other.Loop,
        one.Aggregation + other.Aggregation,
        one.TrainingWait + other.TrainingWait,
        one.EvaluationWait + other.EvaluationWait,
        one.Training + other.Training,
        one.Evaluation + other.Evaluation,
        one.Idle + other.Idle);

    /// <summary>The sum, for languages without operators.</summary>
    public static RunTimes Add(RunTimes one, RunTimes other) => one + other;

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static RunTimes Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        TimeSpan Next() => new(reader.ReadInt64());
        return new(Next(), Next(), Next(), Next(), Next(), Next(), Next(), Next());
    }

    /// <summary>Writes the times into a checkpoint.</summary>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        foreach (TimeSpan time in (ReadOnlySpan<TimeSpan>)[Wall, Loop, Aggregation, TrainingWait, EvaluationWait, Training, Evaluation, Idle])
        {
            writer.Write(time.Ticks);
        }
    }
}
