namespace Straggler.SelfCheck;

/// <summary>What became of a claim.</summary>
public enum Verdict
{
    /// <summary>The engine does what the claim says.</summary>
    Holds,

    /// <summary>It does not.</summary>
    Fails,
}

/// <summary>One claim of a law and what the engine made of it.</summary>
/// <param name="Claim">What is claimed, and for which runs.</param>
/// <param name="Expected">What theory says.</param>
/// <param name="Measured">What the engine did.</param>
/// <param name="Verdict">Whether the two agree.</param>
/// <param name="Evidence">How the verdict came about: <c>exact</c>, or a p-value.</param>
/// <param name="PValue">
/// For a statistical claim, how likely a right engine is to differ from the expected value by as much or more; it fails below
/// <see cref="Significance.Level"/>. Null for exact claims.
/// </param>
public sealed record Finding(string Claim, string Expected, string Measured, Verdict Verdict, string Evidence, double? PValue = null)
{
    /// <summary>A claim that holds to the last integer or bit, or not at all.</summary>
    internal static Finding Exact(string claim, string expected, string measured, bool holds) =>
        new(claim, expected, measured, holds ? Verdict.Holds : Verdict.Fails, "exact");

    /// <summary>A claim about random quantities. A p-value that is not a number fails too.</summary>
    internal static Finding Statistical(string claim, string expected, string measured, double pValue) => new(
        claim, expected, measured, pValue >= Significance.Level ? Verdict.Holds : Verdict.Fails, Text.Of($"p = {pValue:G2}"), pValue);
}

/// <summary>A law and the findings on its claims.</summary>
/// <param name="Number">The law's number, as docs/selfcheck.md has it.</param>
/// <param name="Name">The law in a few words.</param>
/// <param name="Source">Who derived it.</param>
/// <param name="Findings">A finding for each claim.</param>
public sealed record LawReport(int Number, string Name, string Source, IReadOnlyList<Finding> Findings);

/// <summary>The outcome of a self-check.</summary>
/// <param name="Seed">The seed that all its runs derive from.</param>
/// <param name="Laws">The laws, in order of their numbers.</param>
public sealed record SelfCheckReport(ulong Seed, IReadOnlyList<LawReport> Laws)
{
    /// <summary>Whether no claim failed.</summary>
    public bool Passed => Count(Verdict.Fails) == 0;

    /// <summary>Number of claims with a verdict.</summary>
    public int Count(Verdict verdict) => Laws.Sum(law => law.Findings.Count(finding => finding.Verdict == verdict));
}
