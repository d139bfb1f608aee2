using Straggler.Checkpoints;

namespace Straggler.Privacy;

/// <summary>Keeps, for each client, how many full noisy releases its updates amount to.</summary>
/// <remarks>
/// In a release whose noise has the standard deviation z·S·m, a client whose updates carry the weights s_1, s_2, ... moves the sum by at most
/// S·Σs, so the release counts (Σs/m)² for it: RDP grows with the square of the sensitivity. Nothing is taken off for not having been
/// chosen, because arrivals are no random sample.
/// </remarks>
/// <param name="clientCount">Number of clients n.</param>
public sealed class PrivacyLedger(int clientCount) : IStateful
{
    private readonly double[] _releases = new double[clientCount];

    /// <summary>The releases of the client who has the most.</summary>
    public double Most => _releases.Max();

    /// <summary>Enters a release.</summary>
    /// <param name="weights">The sum of the weights of each client in it.</param>
    /// <param name="largestWeight">m, what the noise was scaled to, above 0.</param>
    internal void Add(IReadOnlyDictionary<int, double> weights, double largestWeight)
    {
        foreach ((int client, double weight) in weights)
        {
            double share = weight / largestWeight;
            _releases[client] += share * share;
        }
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write<double>(_releases);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.ReadInto<double>(_releases);
    }
}
