namespace Straggler.SelfCheck.Laws;

/// <summary>Law 10, of a setting that the engine does not have yet: what is expected, and why nothing was run.</summary>
internal static class MissingLaws
{
    /// <summary>Law 10: a client is on for a fraction λ_on/(λ_on + λ_off) of the time.</summary>
    public static IAsyncEnumerable<Finding> AvailabilityAsync(Laboratory laboratory) => One(
        "time that a task takes which pauses when its client is off", "E[D] (1 + off rate / on rate)", "clients are always available");

    private static IAsyncEnumerable<Finding> One(string claim, string expected, string reason) =>
        new[] { Finding.NotApplicable(claim, expected, $"not applicable in this version: {reason}") }.ToAsyncEnumerable();
}
