using Straggler.Training;

namespace Straggler.Simulation;

/// <content>What comes from outside of the simulation: live clients, and a record that is followed.</content>
public sealed partial class FederatedSimulation
{
    /// <summary>When something happens next that the server has to do with; of live clients that is waited for.</summary>
    private ValueTask<VirtualTime> NextEventAsync(CancellationToken cancellation) =>
        _live is null ? new(NextEvent()) : ListenAsync(cancellation);

    private async ValueTask<VirtualTime> ListenAsync(CancellationToken cancellation)
    {
        if (WhyStopNow(cancellation) is not null)
        {
            return VirtualTime.Never;
        }

        using LoopClock.Running waiting = Clock.Measure(LoopWork.TrainingWait);
        try
        {
            await _flights.ListenAsync(NextOtherEvent, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The loop sees for itself that it is cancelled.
        }

        return NextEvent();
    }

    /// <summary>When something is to be done even if nothing is heard of clients.</summary>
    private VirtualTime NextOtherEvent() =>
        Earlier(Earlier(NextDeadline, NextWake), new(_options.Stop.VirtualTime ?? double.PositiveInfinity));

    /// <summary>Whether clients say during the run on how much they train.</summary>
    private bool LearnsSamples => _live is not null || _recorded is { TellsSamples: true };

    /// <summary>What a live client said with the update that comes next, as the record has it; nothing where no such record is followed.</summary>
    private RecordedTask HearRecorded(Flight flight)
    {
        if (_recorded is null || flight.Loss is not null)
        {
            return default;
        }

        RecordedTask told = _recorded[flight.Number];
        if (told.Samples > 0)
        {
            _population.Learn(flight.Client, told.Samples);
        }

        return told;
    }

    /// <summary>A training's outcome; where nothing is trained anew, as many steps as a live client is taken to have made.</summary>
    private LocalOutcome OutcomeOf(Flight flight, TrainedModel trained, in RecordedTask told) =>
        told.Samples == 0 || trained.Outcome.GradientSteps > 0 ? trained.Outcome
        : trained.Outcome with { GradientSteps = _local.StepsOfTold(flight.Task.Algorithm.Steps, told.Samples) };

    /// <summary>Sends those who leave by now in the record.</summary>
    private void DispatchRecorded(RecordedTimeline record)
    {
        while (record.Leaves(_now, _flights.NextArrival > _now && NextDeadline > _now, _flights.InFlight, _model.Version))
        {
            _fleets.Left(_flights.DispatchRecorded(_now));
            _statistics.CountDispatch(_flights.ClientsSent);
        }
    }
}
