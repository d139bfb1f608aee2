using Straggler.Federation;
using Straggler.Simulation;

namespace Straggler.Training;

/// <summary>Trains nothing: gives back the local models that the run whose record is followed has kept.</summary>
/// <remarks>A model is read when its arrival is due, on the loop's thread: one at a time is in memory.</remarks>
/// <param name="timeline">The record.</param>
/// <param name="length">Elements of a model.</param>
/// <param name="read">Reads the model of an arrival, from 1, into a vector, and gives what was told of its training.</param>
public sealed class RecordedTrainer(RecordedTimeline timeline, int length, Func<long, float[], LocalOutcome> read) : IClientTrainer
{
    private readonly IReadOnlyDictionary<(int Client, int Occurrence), long> _arrivals = timeline.ArrivalsByTask();
    private readonly VectorPool _vectors = new(length);

    /// <inheritdoc/>
    public ITraining Start(in LocalTask task, ModelVersion dispatched, VirtualTime due) =>
        new RecordedTraining(this, _arrivals[(task.Client, task.Occurrence)]);

    private TrainedModel Read(long arrival)
    {
        float[] local = _vectors.Rent();
        try
        {
            return new(local, read(arrival, local), _vectors.Return);
        }
        catch
        {
            _vectors.Return(local);
            throw;
        }
    }

    private sealed class RecordedTraining(RecordedTrainer trainer, long arrival) : ITraining
    {
        private readonly TaskCompletionSource<TrainedModel> _result = new();

        public Task<TrainedModel> Result => _result.Task;

        /// <summary>What cannot be read is thrown here, as it is: the record is at fault, not a training.</summary>
        public void Hurry() => _result.SetResult(trainer.Read(arrival));

        public void GiveUp() => _result.TrySetCanceled();
    }
}
