namespace Straggler.Scheduling;

/// <summary>Decides how many clients leave now.</summary>
public interface IDispatchPolicy
{
    /// <summary>How many clients to dispatch at this moment.</summary>
    /// <param name="fleet">Who is out and who is waited for.</param>
    int Wanted(in Fleet fleet);
}

/// <summary>Where the clients are.</summary>
/// <param name="Concurrency">Most clients in flight at once, C.</param>
/// <param name="InFlight">Clients in flight.</param>
/// <param name="Buffered">Updates that the server has taken since its last step.</param>
public readonly record struct Fleet(int Concurrency, int InFlight, int Buffered);

/// <summary>Keeps C clients in flight: each arrival is answered by a dispatch.</summary>
/// <remarks>Source: the concurrency limit of FedBuff, Nguyen et al. 2022, and of PAPAYA, Huba et al. 2022.</remarks>
public sealed class ConstantConcurrency : IDispatchPolicy
{
    /// <inheritdoc/>
    public int Wanted(in Fleet fleet) => fleet.Concurrency - fleet.InFlight;
}

/// <summary>Clients whose updates wait in the buffer are replaced together, when the server has stepped.</summary>
public sealed class AfterFlush : IDispatchPolicy
{
    /// <inheritdoc/>
    public int Wanted(in Fleet fleet) => fleet.Concurrency - fleet.InFlight - fleet.Buffered;
}

/// <summary>Synchronous rounds: the next C clients leave when nobody is out any more.</summary>
public sealed class Rounds : IDispatchPolicy
{
    /// <inheritdoc/>
    public int Wanted(in Fleet fleet) => fleet.InFlight == 0 ? fleet.Concurrency : 0;
}
