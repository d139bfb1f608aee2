using Straggler.Checkpoints;
using Straggler.Strategies;
using Straggler.Training;

namespace Straggler.Scheduling;

/// <summary>Says who of a group's idle clients leaves next.</summary>
public interface IClientSelection : IStateful
{
    /// <summary>Clients that could be taken now.</summary>
    int Count { get; }

    /// <summary>Who will probably be taken next, or −1: a guess, for fetching memory; the outcome never depends on it.</summary>
    int Soon => -1;

    /// <summary>Takes a client.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    int Take();

    /// <summary>A client that was taken is idle again.</summary>
    void Return(int client);

    /// <summary>An update has come; selections that judge clients by what they did learn from it.</summary>
    /// <param name="arrival">Who, when, how stale.</param>
    /// <param name="outcome">What the client reported; NaN loss and no steps where it was refused untrained.</param>
    void Observe(in Arrival arrival, LocalOutcome outcome)
    {
    }
}

/// <summary>Makes a selection for a group of clients.</summary>
/// <param name="services">The run.</param>
/// <param name="group">The group's number, which names its random stream.</param>
/// <param name="members">The group's clients, ascending.</param>
public delegate IClientSelection ClientSelectionFactory(SchedulingServices services, int group, int[] members);
