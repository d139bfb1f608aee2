using MathNet.Numerics;

namespace Straggler.Privacy;

/// <summary>Adds up what Gaussian noise lets be known of one client, in Rényi differential privacy.</summary>
/// <remarks>
/// <para>Sources: I. Mironov, "Rényi differential privacy", CSF 2017, arXiv 1702.07476: the Gaussian mechanism spends α/(2z²) at order α,
/// releases add up, and (ε, δ) follows with ε = RDP(α) + ln(1/δ)/(α − 1). I. Mironov, K. Talwar, L. Zhang, "Rényi differential privacy of
/// the sampled Gaussian mechanism", 2019, arXiv 1908.10530, section 3.3, for integer α with Poisson sampling at rate q.</para>
/// <para>In neighbouring runs all deltas of one client are 0 instead of what they were, while its metadata (samples, timing, steps) stay.
/// To exchange a client's data for other data is two such differences: the sensitivity doubles, so ε is that of half the noise.</para>
/// </remarks>
public static class RdpAccountant
{
    private const int LargestOrder = 512;

    /// <summary>ε of releases that a client takes part in for sure: the best order over all real α, in closed form.</summary>
    /// <param name="noiseMultiplier">z: standard deviation over sensitivity; infinite ε for 0.</param>
    /// <param name="releases">How many full releases it amounts to; fractions where the client counted for less than it might have.</param>
    /// <param name="delta">δ, between 0 and 1.</param>
    public static double Epsilon(double noiseMultiplier, double releases, double delta) =>

        // α = 1 + √(2z² ln(1/δ)/T) minimises αT/(2z²) + ln(1/δ)/(α − 1).
        releases == 0 ? 0
        : (releases / (2 * noiseMultiplier * noiseMultiplier)) + (Math.Sqrt(2 * releases * Math.Log(1 / delta)) / noiseMultiplier);

    /// <summary>ε of releases that a client takes part in at random, independently each time: for planning.</summary>
    /// <remarks>Orders: the integers from 2 to 512. Does not hold for the arrivals of an asynchronous server, which are no random sample.</remarks>
    /// <param name="noiseMultiplier">z: standard deviation over sensitivity, above 0.</param>
    /// <param name="samplingRate">q, above 0, at most 1.</param>
    /// <param name="releases">Number of releases.</param>
    /// <param name="delta">δ, between 0 and 1.</param>
    public static double SampledEpsilon(double noiseMultiplier, double samplingRate, long releases, double delta) =>
        Enumerable.Range(2, LargestOrder - 1)
            .Min(order => (releases * SampledDivergence(noiseMultiplier, samplingRate, order)) + (Math.Log(1 / delta) / (order - 1)));

    /// <summary>The Rényi divergence of one release at an integer order: ln Σ_k C(α, k) (1 − q)^(α−k) q^k e^{k(k−1)/(2z²)} / (α − 1).</summary>
    /// <param name="noiseMultiplier">z, above 0.</param>
    /// <param name="samplingRate">q, above 0, at most 1.</param>
    /// <param name="order">α, at least 2.</param>
    public static double SampledDivergence(double noiseMultiplier, double samplingRate, int order)
    {
        double variance = noiseMultiplier * noiseMultiplier;
        if (samplingRate == 1)
        {
            return order / (2 * variance);
        }

        // The terms span hundreds of orders of magnitude, so their logarithms are added.
        double[] terms = [.. Enumerable.Range(0, order + 1).Select(k =>
            SpecialFunctions.BinomialLn(order, k) + ((order - k) * Math.Log(1 - samplingRate)) + (k * Math.Log(samplingRate))
            + (k * (k - 1.0) / (2 * variance)))];
        double largest = terms.Max();
        return (largest + Math.Log(terms.Sum(term => Math.Exp(term - largest)))) / (order - 1);
    }
}
