using Straggler.Checkpoints;

namespace Straggler.Simulation;

/// <content>What a checkpoint holds of a run; random streams have no state.</content>
public sealed partial class FederatedSimulation
{
    /// <summary>Writes the run's state.</summary>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_now.Seconds);
        writer.Write(_lostInARow);
        writer.Write("statistics", _statistics);
        writer.Write("evaluations", _evaluations);
        writer.Write("strategy", _strategy);
        writer.Write("versions", _versions);
        writer.Write("fleets", _fleets);
        writer.Write("flights", _flights);
        writer.Write("uplink", _uplink);
        if (_recorded is not null)
        {
            writer.Write("recorded", _recorded);
        }

        if (LearnsSamples)
        {
            writer.Write("population", _population);
        }
    }

    /// <summary>Takes over the state of an equal run, before <see cref="RunAsync"/>, which then goes on from there.</summary>
    /// <exception cref="CheckpointException">The state is of another run.</exception>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _now = new(reader.ReadDouble());
        _lostInARow = reader.ReadInt64();
        reader.Read("statistics", _statistics);
        reader.Read("evaluations", _evaluations);
        reader.Read("strategy", _strategy);
        reader.Read("versions", _versions);
        reader.Read("fleets", _fleets);
        _flights.ResumedAt = _now;
        reader.Read("flights", _flights);
        reader.Read("uplink", _uplink);
        if (_recorded is not null)
        {
            reader.Read("recorded", _recorded);
        }

        if (LearnsSamples)
        {
            reader.Read("population", _population);
        }

        _checkpoints.Loaded(_model.Version);
        _resumed = true;
    }
}
