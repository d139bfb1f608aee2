using Straggler.Checkpoints;
using Straggler.Federation;
using Straggler.Simulation;
using Straggler.Training;

namespace Straggler.Strategies;

/// <summary>A server's rule: what to do with each update as it arrives.</summary>
/// <remarks>
/// State plus "on arrival". A strategy reads no clock, draws no randomness of its own, writes no output and touches no tensor. It streams
/// its sums over the flat vector; one that remembers a vector for each client says so in its documentation. It is called on the loop's
/// thread alone. All that it remembers between two events goes through <see cref="IStateful.Save"/>, or a resumed run would differ.
/// </remarks>
public interface IServerStrategy : IStateful
{
    /// <summary>Whether the strategy works in rounds: it moves the model in <see cref="OnRoundEnd"/>, which only some schedulers call.</summary>
    bool IsSynchronous => false;

    /// <summary>The scheduler that <c>auto</c> stands for: the one that the strategy is meant for.</summary>
    string OwnScheduler => IsSynchronous ? "rounds" : "constant";

    /// <summary>The selection that <c>auto</c> stands for: the one that the strategy is meant for.</summary>
    string OwnSelection => "uniform";

    /// <summary>Whether its steps are averages of deltas, to which the options of <c>aggregation</c> (optimizer, noise) apply.</summary>
    bool AveragesDeltas => false;

    /// <summary>Whether <see cref="Instruct"/> ever gives clients vectors besides the model (a correction, a start of their own), which not every client takes.</summary>
    bool SendsVectors => false;

    /// <summary>A client is about to leave: says what it is asked to do besides the recipe.</summary>
    /// <param name="dispatch">Who, when, for which time.</param>
    /// <param name="model">The server's model, as it is sent.</param>
    ClientAlgorithm Instruct(in Dispatch dispatch, ServerModel model) => ClientAlgorithm.Plain;

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

    /// <summary>A task was lost: its client dropped out or went off, its update was lost on the way, or the server waited no longer.</summary>
    /// <remarks>Rounds need no care of it: their scheduler counts who is still out.</remarks>
    void OnLost(in Arrival arrival, ServerModel model)
    {
    }

    /// <summary>The staleness at which tasks still in flight are called back after a server step, as lost ones; null for none.</summary>
    /// <remarks>Their clients are idle again at once, so that the scheduler can send them anew.</remarks>
    long? CallsBackAt => null;

    /// <summary>Whether <see cref="Holds"/> ever holds clients back, which schedulers that need everybody at work cannot serve.</summary>
    bool HoldsClients => false;

    /// <summary>Whether a client that has come back has to wait before it leaves again; asked after every event, for as long as it waits.</summary>
    /// <remarks>It keeps its place among those in flight: nobody is sent instead.</remarks>
    bool Holds(int client) => false;

    /// <summary>The scheduler has ended a round: all that it waits for has been given to the strategy. Moves the model by zero or one step.</summary>
    /// <param name="round">Which round.</param>
    /// <param name="model">The server's model.</param>
    void OnRoundEnd(in Round round, ServerModel model)
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

/// <summary>A dispatch's metadata.</summary>
/// <param name="Client">The client, 0-based.</param>
/// <param name="Samples">Training samples of the client, n_i.</param>
/// <param name="Occurrence">How many tasks it was sent before.</param>
/// <param name="Version">The server's version, which it is sent.</param>
/// <param name="Dispatched">Now.</param>
public readonly record struct Dispatch(int Client, int Samples, int Occurrence, long Version, VirtualTime Dispatched);

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

    /// <summary>The group (tier) that the scheduler has put the client in; 0 where there is one group only.</summary>
    public int Group { get; init; }

    /// <summary>The probability with which the client was drawn when it was dispatched; 0 where the selection does not know it.</summary>
    public double Probability { get; init; }
}

/// <summary>A round of a scheduler that works in rounds.</summary>
/// <param name="Group">The group (tier) whose round it is; 0 where there is one group only.</param>
/// <param name="Ended">Now.</param>
public readonly record struct Round(int Group, VirtualTime Ended)
{
    /// <summary>Number of groups there are.</summary>
    public int Groups { get; init; } = 1;
}

/// <summary>A client's update: both ends of its local training.</summary>
public readonly ref struct ClientUpdate
{
    /// <summary>Pairs the two ends.</summary>
    /// <param name="dispatched">x_{t−τ}.</param>
    /// <param name="local">w_i.</param>
    /// <param name="outcome">What the client reported.</param>
    /// <param name="algorithm">What it was asked to do; null for the recipe alone.</param>
    /// <param name="client">Whose update it is, 0-based.</param>
    public ClientUpdate(
        ReadOnlySpan<float> dispatched,
        ReadOnlySpan<float> local,
        LocalOutcome outcome = default,
        ClientAlgorithm? algorithm = null,
        int client = 0)
    {
        Client = client;
        Base = dispatched;
        Local = local;
        Outcome = outcome;
        Algorithm = algorithm ?? ClientAlgorithm.Plain;
    }

    /// <summary>Whose update it is, 0-based.</summary>
    public int Client { get; }

    /// <summary>x_{t−τ}: the parameters the client started from.</summary>
    public ReadOnlySpan<float> Base { get; }

    /// <summary>w_i: the parameters it returned. The delta is Local − Base.</summary>
    public ReadOnlySpan<float> Local { get; }

    /// <summary>Its report: loss and number of gradient steps.</summary>
    public LocalOutcome Outcome { get; }

    /// <summary>What it was asked to do at dispatch.</summary>
    public ClientAlgorithm Algorithm { get; }
}
