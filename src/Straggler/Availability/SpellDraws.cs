using Straggler.Simulation;

namespace Straggler.Availability;

/// <summary>The draws of alternating exponential spells, each named by its number.</summary>
/// <param name="purpose">What the spells are of.</param>
/// <param name="streams">The run's streams.</param>
/// <param name="meanOn">Mean length of an on-spell in virtual seconds.</param>
/// <param name="meanOff">Mean length of an off-spell in virtual seconds.</param>
internal sealed class SpellDraws(StreamPurpose purpose, RandomStreams streams, double meanOn, double meanOff)
{
    /// <summary>Whether the first spell is an on-spell: with the probability of the equilibrium.</summary>
    public bool StartsOn(int client) => streams.Open(purpose, client).NextDouble() * (meanOn + meanOff) < meanOn;

    /// <summary>The length of a spell in virtual seconds. The first one, too: what is left of an exponential spell is exponential.</summary>
    /// <param name="client">Whose.</param>
    /// <param name="number">Its number, 1 for the first.</param>
    /// <param name="on">Its kind.</param>
    public double Length(int client, int number, bool on) =>
        -(on ? meanOn : meanOff) * Math.Log(streams.Open(purpose, client, number).NextOpenDouble());
}
