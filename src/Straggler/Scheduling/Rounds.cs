using System.ComponentModel.DataAnnotations;
using Straggler.Configuration;
using Straggler.Simulation;

namespace Straggler.Scheduling;

/// <summary>Options of <see cref="Rounds"/>.</summary>
public sealed record RoundsOptions
{
    /// <summary>How many more clients leave than answers are waited for: 0.3 sends 1.3 C, rounded up. Google's 0.3 is a common value.</summary>
    [Range(0.0, 1000.0)]
    public double OverSelection { get; init; }

    /// <summary>Virtual seconds after which a round ends with those that have answered; null to wait for all.</summary>
    [Range(0.0, 1e15, MinimumIsExclusive = true)]
    public double? DeadlineS { get; init; }

    /// <summary>Answers without which a round does not end at its deadline, but with so many.</summary>
    [Range(1, int.MaxValue)]
    public int MinUpdates { get; init; } = 1;
}

/// <summary>Synchronous rounds: the next clients leave when nobody is out any more.</summary>
/// <remarks>
/// With over-selection more than C leave and a round ends with the C-th answer; with a deadline it ends at the deadline, if as many as
/// must have answered. Answers at the instant of the deadline count. Those still out are called back, and their work is wasted. Source:
/// Bonawitz et al. 2019, "Towards federated learning at scale: system design", arXiv 1902.01046, section 2.2.
/// </remarks>
public sealed class Rounds : IDispatchPolicy
{
    private readonly RoundsOptions _options;
    private readonly int _goal;

    /// <summary>One group of clients.</summary>
    /// <exception cref="InvalidOptionException">More clients are to leave than there are, or more to answer than leave.</exception>
    public Rounds(RoundsOptions options, SchedulingServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        _options = options;
        _goal = services.Concurrency;

        // Not one more because 10 · (1 + 0.1) is a little above 11.
        int sent = (int)Math.Min(int.MaxValue, Math.Ceiling((_goal * (1 + options.OverSelection)) - 1e-9));
        if (sent > services.ClientCount)
        {
            throw new InvalidOptionException("scheduler.over_selection",
                $"{sent} clients cannot leave: there are {services.ClientCount}. Allowed: concurrency * (1 + over_selection) of at most n_clients.");
        }

        if (options.MinUpdates > _goal)
        {
            throw new InvalidOptionException("scheduler.min_updates",
                $"{options.MinUpdates} answers never come in rounds of {_goal}. Allowed: at most the concurrency.");
        }

        if ((options.OverSelection > 0 || options.DeadlineS is not null) && services.Selection.Options is IDrawsFromAll)
        {
            throw new InvalidOptionException("scheduler.selection",
                $"tasks queue at clients with {services.Selection.Name}, and a task that others wait behind cannot be called back. "
                + "Allowed: a selection among idle clients, such as uniform, or rounds without over_selection and deadline_s.");
        }

        Groups = new(sent);
    }

    /// <summary>Several groups, each with rounds of its own.</summary>
    /// <param name="groups">The groups.</param>
    public Rounds(ClientGroups groups) => (Groups, _options, _goal) = (groups, new(), int.MaxValue);

    /// <inheritdoc/>
    public ClientGroups Groups { get; }

    /// <inheritdoc/>
    public bool CallsBack => true;

    /// <inheritdoc/>
    public int Wanted(in Fleet fleet) => fleet.InFlight == 0 ? fleet.Concurrency : 0;

    /// <inheritdoc/>
    /// <remarks>After the deadline only if too few had answered until then.</remarks>
    public bool EndsRound(in Fleet fleet, VirtualTime now) => fleet.InFlight == 0 || fleet.Arrived >= _goal || Deadline(fleet) < now;

    /// <inheritdoc/>
    public VirtualTime Deadline(in Fleet fleet) =>
        _options.DeadlineS is { } seconds && fleet.Arrived >= _options.MinUpdates ? fleet.Began + new VirtualDuration(seconds) : VirtualTime.Never;
}
