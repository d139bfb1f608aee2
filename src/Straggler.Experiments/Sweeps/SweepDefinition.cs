using System.Collections.Immutable;

namespace Straggler.Experiments.Sweeps;

/// <summary>What a sweep tries: every combination of its axes, with further axes where a condition holds, times random samples.</summary>
internal sealed record SweepDefinition
{
    /// <summary>The configuration that all trials start from; null for the default.</summary>
    public string? Base { get; init; }

    /// <summary>Values that all trials have.</summary>
    public ImmutableArray<Assignment> Fixed { get; init; } = [];

    /// <summary>The axes of all trials.</summary>
    public ImmutableArray<Axis> Axes { get; init; } = [];

    /// <summary>Further axes for some.</summary>
    public ImmutableArray<ConditionalAxes> Conditional { get; init; } = [];

    /// <summary>Values drawn at random; null for none.</summary>
    public RandomSpace? Random { get; init; }

    /// <summary>How bad candidates are given up early; null for running all trials to their end.</summary>
    public HalvingOptions? Halving { get; init; }

    /// <summary>Where that was written.</summary>
    public ConfigPlace HalvingPlace { get; init; } = new(ConfigPlace.Defaults);

    /// <summary>The trials' assignments, without <see cref="Fixed"/>, in order.</summary>
    public IEnumerable<ImmutableArray<Assignment>> Trials() =>
        from combination in Axis.Combine(Axes)
        from refined in Refine(combination)
        from sample in Random?.Samples() ?? [[]]
        select refined.AddRange(sample);

    private IEnumerable<ImmutableArray<Assignment>> Refine(ImmutableArray<Assignment> combination) => Axis
        .Combine(Conditional.Where(conditional => conditional.AppliesTo([.. Fixed, .. combination])).SelectMany(conditional => conditional.Axes))
        .Select(further => combination.AddRange(further));
}

/// <summary>Axes of the trials in which some keys have certain values.</summary>
/// <param name="Condition">Keys and the values that they must have: components by name.</param>
/// <param name="Axes">The axes.</param>
internal sealed record ConditionalAxes(ImmutableArray<Assignment> Condition, ImmutableArray<Axis> Axes)
{
    /// <summary>Whether the condition holds; the last assignment of a key counts.</summary>
    public bool AppliesTo(IReadOnlyList<Assignment> assignments) => Condition.All(required =>
        assignments.LastOrDefault(assignment => assignment.Key == required.Key)?.Word == required.Word);
}
