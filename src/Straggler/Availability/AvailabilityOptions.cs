using Straggler.Configuration;

namespace Straggler.Availability;

/// <summary>The configuration's <c>availability</c> section: when clients are ready to take part.</summary>
public sealed record AvailabilityOptions
{
    /// <summary>How clients come and go.</summary>
    [OptionsBeside]
    public Choice<AvailabilityFactory> Model { get; init; } = BuiltIns.Availability.Choose("always");

    /// <summary>What becomes of a task when its client goes off. Most papers ask only at selection, which is <c>finish</c>.</summary>
    public MidTaskRule MidTask { get; init; } = MidTaskRule.Finish;

    /// <summary>Outages that many clients have together; null for none.</summary>
    public OutageOptions? Outages { get; init; }

    /// <summary>Whether nobody is ever off, so that nobody needs to be asked.</summary>
    public bool IsAlways => Outages is null && Model.Name == "always";

    /// <summary>Makes the availability of a run.</summary>
    /// <exception cref="InvalidOptionException">A file that the options name is missing or wrong.</exception>
    public IAvailability Create(AvailabilityServices services)
    {
        ArgumentNullException.ThrowIfNull(services);
        IAvailability availability = Model.Create()(services);
        return Outages is null ? availability : new Outages(Outages, availability, services.Streams);
    }
}
