using System.ComponentModel.DataAnnotations;

namespace Straggler.Simulation;

/// <summary>The configuration's <c>stop</c> section: budgets besides <c>rounds</c>; the first one reached ends the run.</summary>
public sealed record StopOptions
{
    /// <summary>Virtual seconds; no event after this is processed. Null for no such budget.</summary>
    [Range(0.0, 1e15, MinimumIsExclusive = true)]
    public double? VirtualTime { get; init; }

    /// <summary>Server steps. Null for no such budget.</summary>
    [Range(1L, long.MaxValue)]
    public long? ServerSteps { get; init; }
}
