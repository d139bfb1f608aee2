using Straggler.Checkpoints;
using Straggler.Strategies;
using Straggler.Training;

namespace Straggler.Scheduling;

/// <summary>Says who of a group's clients leaves next: of the idle ones, or of all where tasks may queue at clients.</summary>
public interface IClientSelection : IStateful
{
    /// <summary>Clients that could be taken now.</summary>
    int Count { get; }

    /// <summary>Whether a client may be taken that is busy: its tasks then queue there, first come, first served.</summary>
    bool TakesBusy => false;

    /// <summary>The probability with which the client taken last was drawn, given all that happened before; 0 where it is not known.</summary>
    double Probability => 0;

    /// <summary>Who will probably be taken next, or −1: a guess, for fetching memory; the outcome never depends on it.</summary>
    int Soon => -1;

    /// <summary>Takes a client.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    int Take();

    /// <summary>A task of a client that was taken is over.</summary>
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
