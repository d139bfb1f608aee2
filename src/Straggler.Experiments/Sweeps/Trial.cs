using System.Collections.Immutable;

namespace Straggler.Experiments.Sweeps;

/// <summary>One configuration of a sweep.</summary>
/// <param name="Key">What it is known by: the start of the SHA-256 of its resolved configuration, without name, checkpoints, memory and <c>recording.figures</c>.</param>
/// <param name="Plan">The experiment, named after the values that tell it from the others.</param>
/// <param name="Values">The values that tell it from the others, by key.</param>
public sealed record Trial(string Key, ExperimentPlan Plan, ImmutableArray<KeyValuePair<string, string>> Values)
{
    /// <summary>The trial's name, which is its folder's: it ends with <see cref="Key"/>.</summary>
    public string Name => Plan.Name!;
}
