namespace Straggler.SelfCheck.Theory;

/// <summary>Harmonic numbers, and the exponential waiting times that they describe.</summary>
internal static class Harmonic
{
    /// <summary>H_n = 1 + 1/2 + ... + 1/n, or with 1/k^power as terms.</summary>
    public static double Number(int n, int power = 1) => Enumerable.Range(1, n).Sum(k => 1 / Math.Pow(k, power));

    /// <summary>The time until the first K of C tasks are over, exponential with mean 1 and started together.</summary>
    /// <remarks>The gaps between ends are independent and exponential with rates C, C − 1, ..., C − K + 1.</remarks>
    public static (double Mean, double Variance) FirstOf(int concurrency, int first) =>
        (Number(concurrency) - Number(concurrency - first), Number(concurrency, 2) - Number(concurrency - first, 2));
}
