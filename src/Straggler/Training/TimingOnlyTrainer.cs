using Straggler.Federation;
using Straggler.Simulation;

namespace Straggler.Training;

/// <summary>Trains nothing: the timeline alone, for capacity planning and for the laws of queues.</summary>
public sealed class TimingOnlyTrainer : IClientTrainer
{
    private readonly Task<TrainedModel> _nothing = Task.FromResult(new TrainedModel(new(0), [], new(double.NaN, 0)));

    /// <summary>The layout of a model without parameters.</summary>
    public static ParameterLayout Layout { get; } = new([]);

    /// <inheritdoc/>
    public Task<TrainedModel> TrainAsync(LocalTask task, ModelVersion dispatched, VirtualTime due, CancellationToken cancellation) => _nothing;
}
