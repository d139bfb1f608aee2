using Straggler.Checkpoints;
using Straggler.Federation;
using Straggler.Scheduling;
using Straggler.Simulation;
using Straggler.Training;

namespace Straggler.Strategies;

/// <summary>A server's rule: what to do with each update as it arrives.</summary>
/// <remarks>
/// State plus "on arrival". A strategy reads no clock, draws no randomness, writes no output and touches no tensor. It streams its
/// sums over the flat vector and keeps no client models. It is called on the loop's thread alone. All that it remembers between two
/// events goes through <see cref="IStateful.Save"/>, or a resumed run would differ.
/// </remarks>
public interface IServerStrategy : IStateful
{
    /// <summary>What clients are asked to minimise besides their own loss.</summary>
    LocalObjective Objective => LocalObjective.Plain;

    /// <summary>Whether the strategy works in rounds: the next clients leave when all of the last ones have answered.</summary>
    bool IsSynchronous => false;

    /// <summary>Decides on the metadata alone whether an update is wanted; what is refused is not awaited and need not be trained.</summary>
    bool Admits(in Arrival arrival) => true;

    /// <summary>Takes an admitted, finite update and moves the model by zero or one server step.</summary>
    /// <param name="arrival">Who, when, how stale.</param>
    /// <param name="update">The parameters sent out and the parameters that came back.</param>
    /// <param name="model">The server's model.</param>
    /// <returns>The weight given to the update, for the record.</returns>
    double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model);

    /// <summary>An update came that the strategy did not admit, or that was not finite; it is gone.</summary>
    void OnRefused(in Arrival arrival, ServerModel model)
    {
    }

    /// <summary>When the strategy wants <see cref="OnDeadline"/> called if nothing else moved it before; asked after every event.</summary>
    VirtualTime Deadline => VirtualTime.Never;

    /// <summary>The deadline has come.</summary>
    void OnDeadline(ServerModel model)
    {
    }
}

/// <summary>Makes a strategy for a run.</summary>
public delegate IServerStrategy StrategyFactory(StrategyServices services);

/// <summary>What a strategy may know about the run when it is made.</summary>
/// <param name="ParameterCount">Length of the flat vector.</param>
/// <param name="TrainableCount">Length of its trained prefix.</param>
/// <param name="ClientCount">Number of clients n.</param>
/// <param name="Concurrency">Most clients in flight at once, C.</param>
/// <param name="Redispatch">When arrivals are answered.</param>
public sealed record StrategyServices(int ParameterCount, int TrainableCount, int ClientCount, int Concurrency, Redispatch Redispatch);

/// <summary>An arrival's metadata, known before its update is looked at.</summary>
/// <param name="Client">The client, 0-based.</param>
/// <param name="Samples">Training samples of the client, n_i.</param>
/// <param name="BaseVersion">The version it was sent.</param>
/// <param name="Version">The server's version now.</param>
/// <param name="Dispatched">When its task was dispatched.</param>
/// <param name="Arrived">Now.</param>
public readonly record struct Arrival(int Client, int Samples, long BaseVersion, long Version, VirtualTime Dispatched, VirtualTime Arrived)
{
    /// <summary>Version lag τ: server steps since the client's version was sent.</summary>
    public long Staleness => Version - BaseVersion;
}

/// <summary>A client's update: both ends of its local training.</summary>
public readonly ref struct ClientUpdate
{
    /// <summary>Pairs the two ends.</summary>
    public ClientUpdate(ReadOnlySpan<float> dispatched, ReadOnlySpan<float> local)
    {
        Base = dispatched;
        Local = local;
    }

    /// <summary>x_{t−τ}: the parameters the client was sent.</summary>
    public ReadOnlySpan<float> Base { get; }

    /// <summary>w_i: the parameters it returned. The delta is Local − Base.</summary>
    public ReadOnlySpan<float> Local { get; }
}
