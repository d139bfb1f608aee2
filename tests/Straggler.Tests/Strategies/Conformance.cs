namespace Straggler.Tests.Strategies;

/// <summary>What a test shows about a strategy.</summary>
public enum Evidence
{
    /// <summary>Its arithmetic, by hand or by a plain twin that shares no code with the product.</summary>
    NumericOracle,

    /// <summary>That it is another strategy where the two must agree.</summary>
    Equivalence,

    /// <summary>What it does at the edge of its range: one client, no staleness, a buffer of one.</summary>
    LimitCase,

    /// <summary>That it does not make a mistake that public code makes.</summary>
    KnownMistake,

    /// <summary>That it holds in a whole run through the engine.</summary>
    EngineRun,
}

/// <summary>Marks a test as evidence that a strategy conforms to its paper; docs/conformance.md is the table of them all.</summary>
/// <param name="strategy">The strategy's configuration name.</param>
/// <param name="evidence">What the test shows.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ConformanceAttribute(string strategy, Evidence evidence) : Attribute
{
    /// <summary>The strategy's configuration name.</summary>
    public string Strategy { get; } = strategy;

    /// <summary>What the test shows.</summary>
    public Evidence Evidence { get; } = evidence;
}
