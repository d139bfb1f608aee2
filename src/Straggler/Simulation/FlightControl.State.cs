using Straggler.Checkpoints;
using Straggler.Federation;

namespace Straggler.Simulation;

/// <content>What a checkpoint holds of the clients in flight.</content>
internal sealed partial class FlightControl
{
    /// <inheritdoc/>
    /// <remarks>What a training came to so far is not kept: it is started again, from the same version, and comes to the same.</remarks>
    public void Save(StateWriter writer)
    {
        writer.Write("clients", _clients);
        writer.Write<int>([.. _held]);
        writer.Write<int>(_tasksSent);
        Flight[] flights = [.. _flights.InOrder];
        ModelVersion[] held = [.. flights.Select(flight => flight.Version).Where(version => version != _parts.Versions.Current).Distinct()];
        Dictionary<ModelVersion, int> places = [];
        writer.Write(held.Length);
        foreach (ModelVersion version in held)
        {
            places.Add(version, places.Count);
            _parts.Versions.SaveOlder(version, writer);
        }

        writer.Write(flights.Length);
        foreach (Flight flight in flights)
        {
            writer.Write(places.GetValueOrDefault(flight.Version, -1));
            flight.Save(writer);
        }

        _flights.Save(writer);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        _clients.ResumedAt = _live is null ? VirtualTime.Zero : ResumedAt;
        reader.Read("clients", _clients);
        _held.AddRange(reader.ReadArray<int>(_tasksSent.Length));
        reader.ReadInto<int>(_tasksSent);
        ClientsSent = _tasksSent.Count(tasks => tasks > 0);
        ModelVersion[] held = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => _parts.Versions.LoadOlder(reader))];
        Flight[] flights = new Flight[reader.ReadInt32()];
        for (int number = 0; number < flights.Length; number++)
        {
            Flight flight = flights[number] = new();
            int place = reader.ReadInt32();
            flight.Load(reader, place < 0 ? _parts.Versions.Current : held[place], _parts.Trainer, _live is null ? null : ResumedAt);
            _queues?.Add(flight.Client, flight.Due);
        }

        _flights.Load(reader, flights, PlanOf);

        // Held by their flights from now on.
        Array.ForEach(held, version => version.Release());
    }
}
