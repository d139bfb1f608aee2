using Straggler.Federation;
using Straggler.Simulation;

namespace Straggler.Training;

/// <summary>Trains nothing: the timeline alone, for capacity planning and for the laws of queues.</summary>
public sealed class TimingOnlyTrainer : IClientTrainer, ITraining
{
    /// <summary>The layout of a model without parameters.</summary>
    public static ParameterLayout Layout { get; } = new([]);

    /// <summary>The result of every training: nothing.</summary>
    public Task<TrainedModel> Result { get; } = Task.FromResult(new TrainedModel([], new(double.NaN, 0), _ => { }));

    /// <inheritdoc/>
    public ITraining Start(in LocalTask task, ModelVersion dispatched, VirtualTime due) => this;

    /// <summary>Does nothing: there is nothing to wait for.</summary>
    public void Hurry()
    {
    }

    /// <summary>Does nothing: there is nothing to give up.</summary>
    public void GiveUp()
    {
    }
}
