namespace Straggler.Simulation;

/// <content>What comes next, and why the run ends there.</content>
public sealed partial class FederatedSimulation
{
    /// <summary>When something happens next that the server has to do with; transfers that end before then are over.</summary>
    private VirtualTime NextEvent()
    {
        VirtualTime waitsUntil = Earlier(NextDeadline, NextWake);
        _flights.LetTransfer(waitsUntil);
        return Earlier(waitsUntil, _flights.NextArrival);
    }

    /// <summary>Whether a run that goes on was over already: nothing is to happen but its last evaluation.</summary>
    public bool IsOver => WhyStopNow(CancellationToken.None) is not null || _now.Seconds >= _options.Stop.VirtualTime;

    private StopReason? WhyStop(VirtualTime next, CancellationToken cancellation)
    {
        if (WhyStopNow(cancellation) is { } reason)
        {
            return reason;
        }

        if (next.Seconds > _options.Stop.VirtualTime)
        {
            _now = new(_options.Stop.VirtualTime.Value);
            return StopReason.VirtualTime;
        }

        return next != VirtualTime.Never ? null
            : throw new InvalidOperationException($"Nothing can happen after virtual time {_now}: nobody is in flight and nobody is sent.");
    }

    /// <summary>Why nothing more is to happen, whatever comes next.</summary>
    private StopReason? WhyStopNow(CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return StopReason.Cancelled;
        }

        if (_evaluations.TargetReached)
        {
            return StopReason.TargetAccuracy;
        }

        if (_statistics.Arrivals >= _options.Rounds)
        {
            return StopReason.Rounds;
        }

        if (_lostInARow >= MostLostInARow)
        {
            return StopReason.AllLost;
        }

        if (_model.Version >= _options.Stop.ServerSteps)
        {
            return StopReason.ServerSteps;
        }

        return _recorded?.NextDispatch == VirtualTime.Never && !_flights.KnowsNext ? StopReason.RecordEnded : null;
    }

    private static VirtualTime Earlier(VirtualTime left, VirtualTime right) => left < right ? left : right;
}
