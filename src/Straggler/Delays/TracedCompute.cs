using Straggler.Simulation;

namespace Straggler.Delays;

/// <summary>The compute time of measured devices: so long per sample or task, normally distributed from task to task but never negative.</summary>
/// <param name="devices">The clients' devices.</param>
/// <param name="streams">The run's streams.</param>
/// <param name="purpose">The stream of what differs from task to task.</param>
/// <param name="work">For each client the samples a task passes over, or a multiple; 1 where times are per task, or a multiple.</param>
internal sealed class TracedCompute(ClientDevices devices, RandomStreams streams, StreamPurpose purpose, Func<int, double> work)
{
    private readonly double[] _mean = devices.Traces.SecondsPerTask ?? devices.Traces.SecondsPerSample!;
    private readonly TruncatedNormal?[] _spread =
        [.. Enumerable.Range(0, devices.Traces.RowCount).Select(row => devices.Traces.Sd is { } sd && sd[row] > 0
            ? new TruncatedNormal(new() { Mean = devices.Traces.SecondsPerSample![row], Sd = sd[row] }) : null)];

    /// <summary>Virtual seconds of one task's training.</summary>
    public double Of(int client, int occurrence)
    {
        int row = devices.RowOf(client);
        if (_spread[row] is not { } spread)
        {
            return _mean[row] * work(client);
        }

        RandomStream random = streams.Open(purpose, client, occurrence);
        return spread.Sample(ref random) * work(client);
    }
}
