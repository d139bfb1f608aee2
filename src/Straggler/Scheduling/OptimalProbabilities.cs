namespace Straggler.Scheduling;

/// <summary>The draw probabilities that minimise <see cref="StalenessBound"/>, by exponentiated gradient descent.</summary>
/// <remarks>
/// Queue lengths come from mean value analysis (Reiser, Lavenberg 1980), their derivatives from the same recursion run backwards, both in
/// O(n C). The exponentiated gradient keeps p on the simplex; a step that does not descend is halved.
/// </remarks>
internal static class OptimalProbabilities
{
    /// <summary>Most clients × tasks: 80 MB of queue lengths.</summary>
    public const long MostWork = 10_000_000;

    private const int MostSteps = 500;
    private const double Enough = 1e-12;

    /// <summary>Finds the probabilities.</summary>
    /// <param name="bound">What is minimised.</param>
    /// <param name="seconds">Each client's expected duration, above 0.</param>
    public static double[] Find(StalenessBound bound, double[] seconds)
    {
        double[] p = [.. seconds.Select(_ => 1.0 / seconds.Length)];
        (double value, double[] gradient) = Evaluate(bound, seconds, p);
        double rate = 1;
        for (int step = 0; step < MostSteps && rate > 1e-9; step++)
        {
            double[] next = Move(p, gradient, rate / value);
            (double lower, double[] nextGradient) = Evaluate(bound, seconds, next);
            if (!(lower < value))
            {
                rate /= 2;
                continue;
            }

            bool settled = value - lower < Enough * value;
            (p, value, gradient, rate) = (next, lower, nextGradient, rate * 1.5);
            if (settled)
            {
                break;
            }
        }

        return p;
    }

    /// <summary>The bound at p, and its derivatives by log p_i on the simplex (their mean, weighted by p, taken off).</summary>
    public static (double Value, double[] Gradient) Evaluate(StalenessBound bound, double[] seconds, double[] p)
    {
        QueueLengths queues = new([.. p.Select((share, client) => share * seconds[client])], bound.Tasks - 1);
        ReadOnlySpan<double> waiting = queues.Last;
        (double noise, double staleness) = (0, 0);
        for (int client = 0; client < p.Length; client++)
        {
            noise += 1 / p[client];
            staleness += waiting[client] / (p[client] * p[client] * p[client]);
        }

        (double value, double byNoise, double byStaleness) = bound.At(p.Length, noise, staleness);
        double[] byWaiting = [.. p.Select(share => byStaleness / (share * share * share))];
        double[] gradient = queues.Derivatives(byWaiting);
        for (int client = 0; client < p.Length; client++)
        {
            gradient[client] -= (byNoise / p[client]) + (3 * byStaleness * waiting[client] / (p[client] * p[client] * p[client]));
        }

        double sum = gradient.Sum();
        return (value, [.. gradient.Select((slope, client) => slope - (p[client] * sum))]);
    }

    private static double[] Move(double[] p, double[] gradient, double rate)
    {
        double[] moved = [.. p.Select((share, client) => share * Math.Exp(Math.Clamp(-rate * gradient[client], -1, 1)))];
        double sum = moved.Sum();
        return [.. moved.Select(share => share / sum)];
    }
}
