using CsCheck;
using Straggler.Delays;

namespace Straggler.Tests.Support;

/// <summary>Random delay settings for properties that must hold whatever the delays.</summary>
internal static class Delayed
{
    /// <summary>Continuous laws drawn anew for each task, hence no ties but by chance of 2⁻⁵².</summary>
    public static Gen<DelayOptions> WithoutTies { get; } =
        from law in Gen.Int[0, 4]
        from both in Gen.Bool
        select (law switch
        {
            0 => Scenario.DelayOf("lognormal", new LognormalOptions { Sigma = 1.5 }),
            1 => Scenario.DelayOf("exponential"),
            2 => Scenario.DelayOf("uniform"),
            3 => Scenario.DelayOf("pareto", new ParetoOptions { Shape = 0.8, Cap = 1_000 }),
            _ => Scenario.DelayOf("half_normal"),
        }) with
        { Per = both ? DelayScope.Both : DelayScope.Task };

    /// <summary>Delays of a few whole virtual seconds, by the client's sample count: many ties.</summary>
    public static DelayOptions WholeSeconds { get; } =
        Scenario.DelayOf("constant", new ConstantOptions { Value = 1 }) with { Proportional = true };
}
