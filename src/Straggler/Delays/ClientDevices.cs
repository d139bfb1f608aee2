using Straggler.Simulation;

namespace Straggler.Delays;

/// <summary>Which measured device each client has.</summary>
internal sealed class ClientDevices
{
    private static readonly StreamPurpose _purpose = new("delay.trace");
    private readonly int[]? _rows;

    /// <summary>Reads the devices and gives them to clients.</summary>
    /// <exception cref="Tables.TableException">The file cannot be used.</exception>
    public ClientDevices(DeviceTraceOptions options, RandomStreams streams, int clientCount)
    {
        Traces = new(options);
        _rows = options.Assign == DeviceAssignment.Modulo ? null
            : [.. Enumerable.Range(0, clientCount).Select(client => streams.Open(_purpose, client).NextInt32(Traces.RowCount))];
    }

    /// <summary>The devices.</summary>
    public DeviceTraces Traces { get; }

    /// <summary>A client's device.</summary>
    public int RowOf(int client) => _rows?[client] ?? client % Traces.RowCount;
}
