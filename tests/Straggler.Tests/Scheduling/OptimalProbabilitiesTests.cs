using Straggler.Scheduling;
using Straggler.SelfCheck.Theory;

namespace Straggler.Tests.Scheduling;

/// <summary>The optimal probabilities against a plain evaluation of the bound, which takes queue lengths from Buzen's algorithm.</summary>
public sealed class OptimalProbabilitiesTests
{
    private static readonly StalenessBound Bound = new(100, 20, 1, 10_000, 6);

    [Fact]
    public void QueueLengths_SixTasks_AreBuzens()
    {
        double[] loads = [0.3, 0.2, 1.7, 0.05];
        double[] lengths = new QueueLengths(loads, 6).Last.ToArray();
        Assert.Equal(6, lengths.Sum(), 1e-12);
        Assert.All(Enumerable.Range(0, 4), client => Assert.Equal(Buzen.MeanQueue(loads, 6, client), lengths[client], 1e-12));
    }

    [Fact]
    public void Evaluate_AnyProbabilities_IsTheBoundAndItsSlope()
    {
        double[] seconds = [1, 2, 5, 9], p = [0.4, 0.1, 0.3, 0.2];
        (double value, double[] gradient) = OptimalProbabilities.Evaluate(Bound, seconds, p);
        Assert.Equal(Plain(seconds, p), value, value * 1e-9);

        // Along p_i e^{h d_i}, scaled to sum 1, for d = one client: the slope at h = 0 by a central difference.
        for (int client = 0; client < 4; client++)
        {
            double slope = (Plain(seconds, Shifted(p, client, 1e-5)) - Plain(seconds, Shifted(p, client, -1e-5))) / 2e-5;
            Assert.Equal(slope, gradient[client], 1e-4 * value);
        }
    }

    [Fact]
    public void Find_TwoKinds_IsTheBestOfAGrid()
    {
        // Two fast clients and two slow ones; by symmetry one number is left: the share q of each fast client.
        double[] seconds = [1, 1, 8, 8];
        double[] found = OptimalProbabilities.Find(Bound, seconds);
        double best = Enumerable.Range(1, 4999).Select(step => step / 10_000.0).MinBy(q => Plain(seconds, [q, q, 0.5 - q, 0.5 - q]));

        Assert.Equal(1, found.Sum(), 1e-12);
        Assert.Equal((found[0], found[2]), (found[1], found[3]));
        Assert.Equal(best, found[0], 2e-4);
        Assert.NotEqual(0.25, found[0], 1e-2);
    }

    [Fact]
    public void Find_ClientsAlike_IsUniform() =>
        Assert.All(OptimalProbabilities.Find(Bound, [3, 3, 3, 3, 3]), p => Assert.Equal(0.2, p, 1e-9));

    /// <summary>min over η of A/(η(T + 1)) + ηLB/n² Σ 1/p_i + η²L²BC/n² Σ m_i/p_i³, m_i = E[tasks at i among C − 1], by trying many η.</summary>
    private static double Plain(double[] seconds, double[] p)
    {
        double[] loads = [.. p.Zip(seconds, (share, time) => share * time)];
        double a = 100.0 / 10_001, b = 20 / 16.0 * p.Sum(share => 1 / share);
        double c = 20 * 6 / 16.0 * p.Select((share, client) => Buzen.MeanQueue(loads, 5, client) / share / share / share).Sum();
        (double low, double high) = (1e-9, 1.0);
        for (int cut = 0; cut < 200; cut++)
        {
            double left = low + ((high - low) / 3), right = high - ((high - low) / 3);
            (low, high) = Value(left) < Value(right) ? (low, right) : (left, high);
        }

        return Value(low);

        double Value(double eta) => (a / eta) + (b * eta) + (c * eta * eta);
    }

    private static double[] Shifted(double[] p, int client, double step)
    {
        double[] moved = [.. p.Select((share, other) => other == client ? share * Math.Exp(step) : share)];
        return [.. moved.Select(share => share / moved.Sum())];
    }
}
