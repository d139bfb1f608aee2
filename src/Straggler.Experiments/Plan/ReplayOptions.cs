using Straggler.Configuration;

namespace Straggler.Experiments;

/// <summary>The configuration's <c>replay</c> section: a recorded run whose dispatches, arrivals and losses this run follows.</summary>
/// <remarks>Schedule, delays, availability and failures then have no effect; <c>straggler replay</c> writes the section.</remarks>
public sealed record ReplayOptions
{
    /// <summary>The recorded run's updates.csv or updates.parquet.</summary>
    [InputFile("runs")]
    public required string Updates { get; init; }

    /// <summary>Its in_flight.csv; null where it has none: tasks that were out at its end are then not known.</summary>
    [InputFile("runs")]
    public string? InFlight { get; init; }

    /// <summary>
    /// Whether the recorded clients were live ones: how many samples they trained on, and whose updates were not finite, is then the record's to say.
    /// </summary>
    public bool Live { get; init; }

    /// <summary>The model that the recorded run began with, a .npz file, where the seed did not make it; null to begin with the seed's.</summary>
    [InputFile("runs")]
    public string? Initial { get; init; }

    /// <summary>Its local_models.csv: the models listed there arrive, and nobody trains; null to train. Only for the same run, with the same settings.</summary>
    [InputFile("runs")]
    public string? LocalModels { get; init; }
}
