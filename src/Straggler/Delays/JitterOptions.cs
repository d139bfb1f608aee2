using Straggler.Configuration;

namespace Straggler.Delays;

/// <summary>What a jitter does to a duration.</summary>
public enum JitterMode
{
    /// <summary>Multiplies it.</summary>
    Multiply,

    /// <summary>Is added to it, in virtual seconds.</summary>
    Add,
}

/// <summary>The configuration's <c>delay.jitter</c> section: a draw of its own for every task.</summary>
public record JitterOptions
{
    /// <summary>The distribution of the factor, or of the virtual seconds to add.</summary>
    [PositionalParameters("params")]
    public Choice<IDistribution> Dist { get; init; } = BuiltIns.Distributions.Choose("uniform");

    /// <summary>Whether the draw is a factor or a duration.</summary>
    public JitterMode Mode { get; init; } = JitterMode.Multiply;
}
