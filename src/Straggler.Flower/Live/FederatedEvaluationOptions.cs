namespace Straggler.Flower.Live;

/// <summary>How clients' evaluations are asked for and waited for.</summary>
public sealed record FederatedEvaluationOptions
{
    /// <summary>Most clients that are asked in an evaluation, at least 1.</summary>
    public required int Clients { get; init; }

    /// <summary>How long an evaluation is waited for at most, more than zero; who has been silent for so long is not hoped for in the next one either.</summary>
    public required TimeSpan Timeout { get; init; }
}
