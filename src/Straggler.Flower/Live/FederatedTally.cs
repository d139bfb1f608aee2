using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Straggler.Flower.Server;
using Straggler.Metrics;
using Straggler.Training;

namespace Straggler.Flower.Live;

/// <summary>Sums clients' evaluations up, and remembers who does not evaluate.</summary>
/// <param name="clients">Number of clients n.</param>
/// <param name="clock">The clock.</param>
internal sealed class FederatedTally(int clients, TimeProvider clock)
{
    private readonly ConditionalWeakTable<ConnectedClient, object> _unwilling = [];
    private readonly ConcurrentDictionary<ConnectedClient, long> _evaluating = [];

    /// <summary>Whether a client may evaluate, as far as is known.</summary>
    public bool MayEvaluate(ConnectedClient client) => !_unwilling.TryGetValue(client, out _);

    /// <summary>A client does not evaluate.</summary>
    public void Excuse(ConnectedClient client) => _unwilling.AddOrUpdate(client, this);

    /// <summary>Why a client's evaluation is of no use, for the log; null where it is of use.</summary>
    public static string? FaultOf(EvaluateResult result) =>
        !double.IsFinite(result.Loss) ? string.Create(CultureInfo.InvariantCulture, $"evaluated with loss {result.Loss}")
        : AccuracyOf(result) is { } accuracy and not (>= 0 and <= 1)
            ? string.Create(CultureInfo.InvariantCulture, $"evaluated with accuracy {accuracy}, expected from 0 to 1 (not in percent)")
        : null;

    /// <summary>Whether a client was asked to evaluate, be it another version, so long ago, and has not answered.</summary>
    public bool IsOverdue(ConnectedClient client, TimeSpan timeout) =>
        _evaluating.TryGetValue(client, out long asked) && clock.GetElapsedTime(asked) >= timeout;

    /// <summary>A client is asked.</summary>
    public void Begin(ConnectedClient client) => _evaluating[client] = clock.GetTimestamp();

    /// <summary>A client answered, or went.</summary>
    public void End(ConnectedClient client) => _evaluating.TryRemove(client, out _);

    /// <summary>Means weighted by the clients' samples; NaN where nobody told.</summary>
    /// <param name="answers">The clients' numbers and what they said.</param>
    public TestResult SumUp(IReadOnlyCollection<(int Client, EvaluateResult Result)> answers)
    {
        double[] byClient = new double[clients];
        Array.Fill(byClient, double.NaN);
        double loss = 0, samples = 0, hits = 0, judged = 0;
        foreach ((int client, EvaluateResult result) in answers.OrderBy(answer => answer.Client))
        {
            loss += result.Loss * result.Samples;
            samples += result.Samples;
            if (AccuracyOf(result) is { } accuracy)
            {
                byClient[client] = accuracy;
                hits += accuracy * result.Samples;
                judged += result.Samples;
            }
        }

        return new(samples > 0 ? loss / samples : double.NaN, [])
        {
            Measured = new AccuracyCount(judged > 0 ? hits / judged : double.NaN, [], [.. byClient]) { EvaluatingClients = answers.Count },
        };
    }

    private static double? AccuracyOf(EvaluateResult result) => result.Metrics.TryGetValue("accuracy", out Scalar value) ? value.Number : null;
}
