namespace Straggler.Reports.Differences;

/// <summary>How runs are held against each other.</summary>
public sealed record DifferenceOptions
{
    /// <summary>
    /// How far numbers a and b may lie apart and still count as equal: |a − b| ≤ tolerance · max(1, |a|, |b|). Whole numbers must be equal in any case.
    /// </summary>
    public double Tolerance { get; init; }

    /// <summary>Rows to tell before the first one that differs.</summary>
    public int Context { get; init; } = 3;
}
