namespace Straggler.Delays;

/// <summary>How long a client's whole task is expected to take: what a scheduler that knows the clients' speeds goes by.</summary>
/// <remarks>
/// The mean over tasks that the client will never be sent, so that nothing is known of the real ones in advance; works for every model of
/// delays. Exact where delays are drawn once per client, else with a relative error of the coefficient of variation over √256.
/// </remarks>
public static class ExpectedDuration
{
    private const int Draws = 256;

    /// <summary>The expected duration in virtual seconds, above 0.</summary>
    /// <param name="delays">The run's delays.</param>
    /// <param name="client">The client.</param>
    public static double Of(DelayModel delays, int client)
    {
        ArgumentNullException.ThrowIfNull(delays);
        double first = Draw(0), sum = first;
        if (Draw(1) == first)
        {
            return Math.Max(first, double.Epsilon);
        }

        for (int draw = 1; draw < Draws; draw++)
        {
            sum += Draw(draw);
        }

        return Math.Max(sum / Draws, double.Epsilon);

        // Occurrences from the largest downwards, which no run reaches.
        double Draw(int number) => delays.Duration(client, int.MaxValue - number).Seconds;
    }
}
