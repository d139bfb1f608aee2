using Straggler.Configuration;

namespace Straggler.Scheduling;

/// <summary>All n clients are out all the time, whatever the concurrency is, but for those that the strategy holds.</summary>
/// <remarks>For strategies that every client takes part in, as between institutions. Source: Li et al. 2024, arXiv 2309.14675.</remarks>
public sealed class Everyone : IDispatchPolicy
{
    /// <summary>Everybody is to leave.</summary>
    /// <exception cref="InvalidOptionException">The strategy works in rounds, or tasks could queue at clients.</exception>
    public Everyone(SchedulingServices services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.IsSynchronous)
        {
            throw new InvalidOptionException("scheduler.name", "everyone has no rounds, and the strategy moves the model at the end of rounds "
                + "only: it never would. Allowed: auto, or a scheduler with rounds.");
        }

        if (services.Selection.Options is IDrawsFromAll)
        {
            throw new InvalidOptionException("scheduler.selection", $"{services.Selection.Name} may send a client several tasks, but everyone has "
                + "each client out with one. Allowed: a selection among idle clients, such as uniform.");
        }

        Groups = new(services.ClientCount);
    }

    /// <inheritdoc/>
    public ClientGroups Groups { get; }

    /// <inheritdoc/>
    public int Wanted(in Fleet fleet) => fleet.Concurrency - fleet.InFlight;
}
