using Straggler.Checkpoints;
using Straggler.Federation;

namespace Straggler.Strategies;

/// <summary>By what FAVAS divides a client's progress.</summary>
public enum FavasReweighting
{
    /// <summary>α = P(E &gt; 0) · E: the steps that the client made, and how often it made any.</summary>
    Stochastic,

    /// <summary>α = E[E]: the steps that the client makes on average.</summary>
    Deterministic,

    /// <summary>α = 1: progress counts as it is, and fast clients count more.</summary>
    None,
}

/// <summary>Options of <see cref="Favas"/>.</summary>
public sealed record FavasOptions
{
    /// <summary>By what progress is divided; the paper's experiments use the stochastic form.</summary>
    public FavasReweighting Reweighting { get; init; } = FavasReweighting.Stochastic;
}

/// <summary>FAVAS: at every poll x ← (x + Σ_{i∈S} u_i)/(s + 1) with the unbiased models u_i = x_i + (w_i − x_i)/α_i of the s clients asked.</summary>
/// <remarks>
/// x_i is the model that client i started from, w_i the one after its E_i steps since (at most the K of a whole task), and α_i makes a step
/// of a slow client count as much as one of a fast client; the clients asked start again from the new x. A client without a step yet
/// answers x_i. Source: L. Leconte, V. M. Nguyen and E. Moulines, "FAVANO/FAVAS: federated averaging with asynchronous nodes", 2023, arXiv
/// 2305.16099, Algorithm 1 and its two choices of α. P(E &gt; 0) and E[E] are taken over the polls of the client so far, this one
/// included. Runs under <c>polling</c>; under another scheduler in rounds the clients of the round are the ones asked. Keeps one vector and
/// three numbers for each client. BatchNorm's statistics are averaged as they are, undivided: they are no sum of steps.
/// </remarks>
public sealed class Favas(FavasOptions options, StrategyServices services) : IServerStrategy
{
    private readonly float[] _sum = new float[services.ParameterCount];
    private readonly Counts[] _counts = new Counts[services.ClientCount];
    private int _asked;

    /// <inheritdoc/>
    public bool IsSynchronous => true;

    /// <inheritdoc/>
    public string OwnScheduler => "polling";

    /// <inheritdoc/>
    /// <returns>1/α_i; 0 for a client without a step.</returns>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        double scale = Scale(ref _counts[arrival.Client], update.Outcome.GradientSteps);

        // Σ (u_i − x): x does not move between the answers to one poll.
        int trained = services.TrainableCount;
        FlatVector.Accumulate(_sum.AsSpan(0, trained), update.Local[..trained], update.Base[..trained], (float)scale);
        FlatVector.Accumulate(_sum.AsSpan(trained), update.Local[trained..], update.Base[trained..], 1);
        FlatVector.Accumulate(_sum, update.Base, model.Current, 1);
        _asked++;
        return scale;
    }

    /// <inheritdoc/>
    public void OnRoundEnd(in Round round, ServerModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (_asked == 0)
        {
            return;
        }

        using (ServerStep step = model.BeginStep())
        {
            FlatVector.Step(step.Current, _sum, 1f / (_asked + 1), step.Next);
        }

        Array.Clear(_sum);
        _asked = 0;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write<float>(_sum);
        writer.Write<Counts>(_counts);
        writer.Write(_asked);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.ReadInto<float>(_sum);
        reader.ReadInto<Counts>(_counts);
        _asked = reader.ReadInt32();
    }

    private double Scale(ref Counts client, int steps)
    {
        client = new(client.Polls + 1, client.Worked + (steps > 0 ? 1 : 0), client.Steps + steps);
        return steps == 0 ? 0 : options.Reweighting switch
        {
            FavasReweighting.Stochastic => (double)client.Polls / ((double)client.Worked * steps),
            FavasReweighting.Deterministic => (double)client.Polls / client.Steps,
            _ => 1,
        };
    }

    /// <summary>A client's polls, those of them with steps, and the steps.</summary>
    private readonly record struct Counts(long Polls, long Worked, long Steps);
}
