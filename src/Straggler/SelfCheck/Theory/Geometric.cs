namespace Straggler.SelfCheck.Theory;

/// <summary>The number of failures before the first success.</summary>
/// <param name="Success">Probability of success at each trial.</param>
internal readonly record struct Geometric(double Success)
{
    /// <summary>(1 − p)/p.</summary>
    public double Mean => (1 - Success) / Success;

    /// <summary>(1 − p)/p².</summary>
    public double Variance => Mean / Success;

    /// <summary>P(k) = p (1 − p)^k.</summary>
    public double Probability(int k) => Success * Tail(k);

    /// <summary>P(at least k) = (1 − p)^k.</summary>
    public double Tail(int k) => Math.Pow(1 - Success, k);
}
