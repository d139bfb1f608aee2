using Straggler.Aggregation;
using Straggler.Delays;
using Straggler.Federation;
using Straggler.Recording;
using Straggler.Strategies;
using Straggler.Training;

namespace Straggler.Simulation;

/// <content>What happens when a client is back: its update goes to the strategy, or is refused, or never comes.</content>
public sealed partial class FederatedSimulation
{
    /// <summary>Processes the next arrival; false if the run was cancelled while its training was waited for.</summary>
    private async ValueTask<bool> TryArriveAsync(CancellationToken cancellation)
    {
        Flight flight = _flights.Next;
        RecordedTask told = HearRecorded(flight);
        Arrival arrival = ArrivalOf(flight, flight.Due);
        TrainedModel? trained = null;
        if (flight.Loss is null && _strategy.Admits(arrival))
        {
            using LoopClock.Running waiting = Clock.Measure(LoopWork.TrainingWait);
            try
            {
                trained = await flight.ResultAsync(cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return false;
            }
        }

        _now = flight.Due;
        _flights.Land();
        ExpectNext();
        if (flight.Loss is { } loss)
        {
            Lose(arrival, loss);
        }
        else
        {
            Take(arrival, flight, trained, told);
        }

        LetGo(arrival.Client);
        _flights.End(flight);
        if (_fleets.EndsRound(arrival.Group, _now))
        {
            EndRound(arrival.Group);
        }

        return true;
    }

    private Arrival ArrivalOf(Flight flight, VirtualTime moment) => new(
        flight.Client, _population.Samples[flight.Client], flight.BaseVersion, _model.Version, flight.Dispatched, moment)
    {
        Group = _flights.GroupOf(flight.Client),
        Probability = flight.Probability,
    };

    /// <summary>A client that has come back may leave again, unless the strategy holds it.</summary>
    private void LetGo(int client)
    {
        if (_strategy.Holds(client))
        {
            _flights.Hold(client);
        }
        else
        {
            _flights.Return(client);
            _fleets.Landed(_flights.GroupOf(client));
        }
    }

    /// <summary>Has the memory of the client who arrives next on its way while this arrival is dealt with.</summary>
    private void ExpectNext()
    {
        if (_flights.KnowsNext)
        {
            int client = _flights.Next.Client;
            _population.Expect(client);
            _statistics.Expect(client);
            _flights.ExpectNext();
        }
    }

    /// <summary>Gives an update to the strategy, unless the strategy (no training) or the guard against NaN refuses it.</summary>
    private void Take(in Arrival arrival, Flight flight, TrainedModel? trained, in RecordedTask told)
    {
        CountEnergy(flight.Task);
        LocalOutcome local = trained is null ? new(double.NaN, 0) : OutcomeOf(flight, trained, told);
        (UpdateOutcome outcome, double weight) = Aggregate(arrival, flight, trained, told, local);
        if (outcome == UpdateOutcome.Applied)
        {
            _fleets.Took(arrival.Group);
        }

        Record(arrival, flight.Parts, weight, outcome, local);
    }

    private (UpdateOutcome Outcome, double Weight) Aggregate(
        in Arrival arrival, Flight flight, TrainedModel? trained, in RecordedTask told, LocalOutcome local)
    {
        using LoopClock.Running measured = Clock.Measure(LoopWork.Aggregation);
        if (trained is null)
        {
            _strategy.OnRefused(arrival, _model);
            return (UpdateOutcome.RefusedStale, 0);
        }

        using VersionLease sent = flight.Version.Read();
        _announcements.Add(_statistics.Arrivals + 1, new ClientUpdate(sent.Parameters, trained.Parameters, local, flight.Task.Algorithm, arrival.Client));
        if (_aggregation.ClipNorm is { } limit)
        {
            Clipping.Apply(trained.Writable, sent.Parameters, _versions.TrainableLength, limit);
        }

        ReadOnlySpan<float> received = _uplink.Receive(flight.Task, sent.Parameters, trained.Parameters, _aggregation.ClipNorm);
        if (told.IsNotFinite || !FlatVector.IsFinite(received))
        {
            StopIfAsked(arrival);
            _strategy.OnRefused(arrival, _model);
            return (UpdateOutcome.RefusedNonFinite, 0);
        }

        ClientUpdate update = new(sent.Parameters, received, local, flight.Task.Algorithm, arrival.Client);
        return (UpdateOutcome.Applied, _strategy.OnArrival(arrival, update, _model));
    }

    private void CountEnergy(in LocalTask task)
    {
        if (_energy is not null)
        {
            _statistics.CountEnergy(task.Client, _energy.Joules(task.Client, task.Occurrence, _flights.WorkOf(task.Client, task.Algorithm)));
        }
    }

    /// <summary>An update is not finite: ends the run, if that is asked for.</summary>
    private void StopIfAsked(in Arrival arrival)
    {
        if (_aggregation.NonFinite == NonFiniteRule.Stop)
        {
            throw new InvalidOperationException(
                $"Client {arrival.Client}, sent version {arrival.BaseVersion}, returned NaN or infinite values at virtual time {_now} (aggregation.non_finite: stop).");
        }
    }

    private void Record(in Arrival arrival, in TaskDelay parts, double weight, UpdateOutcome outcome, LocalOutcome local)
    {
        _lostInARow = 0;
        UpdateRecord record = RecordOf(arrival, weight, outcome, local) with { Arrival = _statistics.Arrivals + 1, Parts = parts };
        _statistics.Count(record, local.GradientSteps, local.UploadBytes);
        _flights.Expect(_options.Rounds - _statistics.Arrivals);
        _fleets.Arrived(arrival.Group);
        _flights.Observe(arrival, local);
        _announcements.Add(record);
    }

    /// <summary>What happened to a task, at the present count of arrivals.</summary>
    private UpdateRecord RecordOf(in Arrival arrival, double weight, UpdateOutcome outcome, LocalOutcome local) => new(
        _statistics.Arrivals,
        arrival.Arrived.Seconds,
        arrival.Client,
        arrival.Dispatched.Seconds,
        arrival.BaseVersion,
        arrival.Version,
        weight,
        arrival.Samples,
        local.MeanLoss,
        outcome);
}
