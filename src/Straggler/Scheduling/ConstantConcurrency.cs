namespace Straggler.Scheduling;

/// <summary>Keeps C clients in flight: each arrival is answered by a dispatch.</summary>
/// <remarks>Source: the concurrency limit of FedBuff, Nguyen et al. 2022, and of PAPAYA, Huba et al. 2022.</remarks>
/// <param name="concurrency">C.</param>
public sealed class ConstantConcurrency(int concurrency) : IDispatchPolicy
{
    /// <inheritdoc/>
    public ClientGroups Groups { get; } = new(concurrency);

    /// <inheritdoc/>
    public int Wanted(in Fleet fleet) => fleet.Concurrency - fleet.InFlight;
}
