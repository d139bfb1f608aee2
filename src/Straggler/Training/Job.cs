using System.Diagnostics.CodeAnalysis;
using Straggler.Federation;

namespace Straggler.Training;

/// <summary>Work for one learner.</summary>
internal interface IJob
{
    /// <summary>Does the work, unless it is not wanted any more.</summary>
    /// <returns>Whether there is a result; false if the work failed or was given up.</returns>
    bool Run(Func<IClientLearner> learner);

    /// <summary>Reports that work which was not begun will not be done.</summary>
    void GiveUp();
}

/// <summary>Work with a result.</summary>
internal abstract class Job<T> : IJob
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _taken;

    /// <summary>The result.</summary>
    public Task<T> Result => _completion.Task;

    /// <inheritdoc/>
    public bool Run(Func<IClientLearner> learner)
    {
        if (!TryBegin())
        {
            return false;
        }

        try
        {
            _completion.SetResult(Work(learner()));
            return true;
        }
        catch (OperationCanceledException)
        {
            _completion.SetCanceled(CancellationToken.None);
        }
#pragma warning disable CA1031 // Whatever fails on a worker thread is thrown again where the result is awaited.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _completion.SetException(failure);
        }

        return false;
    }

    /// <inheritdoc/>
    public virtual void GiveUp()
    {
        if (TryBegin())
        {
            _completion.SetCanceled(CancellationToken.None);
        }
    }

    /// <summary>Does the work.</summary>
    protected abstract T Work(IClientLearner learner);

    /// <summary>Whether the caller is the one to end this job; true once.</summary>
    private bool TryBegin() => Interlocked.Exchange(ref _taken, 1) == 0;
}

/// <summary>A client's training; its result keeps a vector until it is disposed of.</summary>
/// <param name="task">The training.</param>
/// <param name="dispatched">The version it starts from.</param>
/// <param name="jobs">Where it waits.</param>
/// <param name="train">Does the work.</param>
[SuppressMessage("Design", "CA1001", Justification = "A source without timer or wait handle holds nothing that needs disposal.")]
internal sealed class TrainingJob(
    LocalTask task, ModelVersion dispatched, JobQueue jobs, Func<TrainingJob, IClientLearner, CancellationToken, TrainedModel> train)
    : Job<TrainedModel>, ITraining
{
    private readonly CancellationTokenSource _unwanted = new();

    /// <summary>The training.</summary>
    public LocalTask Task => task;

    /// <summary>The version it starts from.</summary>
    public ModelVersion Dispatched => dispatched;

    /// <inheritdoc/>
    public void Hurry() => jobs.Hurry(this);

    /// <summary>Ends the training if it waits, and asks it to stop if it runs.</summary>
    public override void GiveUp()
    {
        base.GiveUp();
        _unwanted.Cancel();
    }

    /// <inheritdoc/>
    protected override TrainedModel Work(IClientLearner learner) => train(this, learner, _unwanted.Token);
}

/// <summary>The evaluation of one part of the test set; gives the sum of its losses.</summary>
/// <param name="evaluate">Does the work.</param>
internal sealed class EvaluationJob(Func<IClientLearner, double> evaluate) : Job<double>
{
    /// <inheritdoc/>
    protected override double Work(IClientLearner learner) => evaluate(learner);
}
