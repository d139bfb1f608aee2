using System.Collections.Immutable;

namespace Straggler.Experiments.Sweeps;

/// <summary>One direction of a sweep: at each of its points some keys have values.</summary>
/// <param name="Points">The points; a grid's axis has one key at each, keys that go in lockstep have several.</param>
internal sealed record Axis(ImmutableArray<ImmutableArray<Assignment>> Points)
{
    /// <summary>All combinations of points of some axes, the last axis moving fastest.</summary>
    public static IEnumerable<ImmutableArray<Assignment>> Combine(IEnumerable<Axis> axes) => axes.Aggregate(
        (IEnumerable<ImmutableArray<Assignment>>)[[]],
        (combined, axis) => combined.SelectMany(assignments => axis.Points.Select(point => assignments.AddRange(point))));
}
