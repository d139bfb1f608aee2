namespace Straggler.Scheduling;

/// <summary>Clients whose updates wait in the buffer are replaced together, when the server has stepped.</summary>
/// <param name="concurrency">C.</param>
public sealed class AfterFlush(int concurrency) : IDispatchPolicy
{
    /// <inheritdoc/>
    public ClientGroups Groups { get; } = new(concurrency);

    /// <inheritdoc/>
    public int Wanted(in Fleet fleet) => fleet.Concurrency - fleet.InFlight - fleet.Taken;
}
