using Straggler.Checkpoints;
using Straggler.Federation;
using Straggler.Training;

namespace Straggler.Strategies;

/// <summary>QuAFL: at every poll server and clients asked move towards each other: x ← (x + Σ_{i∈S} y_i)/(s + 1), x_i ← (x + s·y_i)/(s + 1).</summary>
/// <remarks>
/// y_i is client i's model after its steps since it was last asked, at most those of a whole task, from its own model x_i; both averages
/// take the server's x from before the poll. Source: H. Zakerinia et al., "QuAFL: federated averaging made asynchronous and
/// communication-efficient", 2022, arXiv 2206.10032, Algorithm 1. Deviations: no quantisation of its own; the optional damping of fast
/// clients' steps is left out. Runs under <c>polling</c>; under another scheduler in rounds the clients of the round are the ones asked.
/// Keeps a vector for each client that was asked, and one more. A client whose answer is not finite starts again from where it had
/// started. BatchNorm's statistics are averaged like parameters.
/// </remarks>
public sealed class QuAfl(StrategyServices services) : IServerStrategy
{
    private readonly ClientVectors _clients = new(services.ClientCount, services.ParameterCount);
    private readonly float[] _sum = new float[services.ParameterCount];
    private readonly List<int> _asked = [];

    /// <inheritdoc/>
    public bool IsSynchronous => true;

    /// <inheritdoc/>
    public bool SendsVectors => true;

    /// <inheritdoc/>
    public string OwnScheduler => "polling";

    /// <inheritdoc/>
    public ClientAlgorithm Instruct(in Dispatch dispatch, ServerModel model) =>
        _clients.Has(dispatch.Client) ? new() { Start = _clients.Of(dispatch.Client).ToArray() } : ClientAlgorithm.Plain;

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        ArgumentNullException.ThrowIfNull(model);

        // Σ (y_i − x): x does not move between the answers to one poll.
        FlatVector.Accumulate(_sum, update.Local, model.Current, 1);
        update.Local.CopyTo(_clients.Of(arrival.Client));
        _asked.Add(arrival.Client);
        return 1;
    }

    /// <inheritdoc/>
    public void OnRoundEnd(in Round round, ServerModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (_asked.Count == 0)
        {
            return;
        }

        float share = 1f / (_asked.Count + 1);
        foreach (int client in _asked)
        {
            Span<float> own = _clients.Of(client);
            FlatVector.Mix(own, model.Current, share, own);
        }

        using (ServerStep step = model.BeginStep())
        {
            FlatVector.Step(step.Current, _sum, share, step.Next);
        }

        Array.Clear(_sum);
        _asked.Clear();
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("clients", _clients);
        writer.Write<float>(_sum);
        writer.Write<int>([.. _asked]);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("clients", _clients);
        reader.ReadInto<float>(_sum);
        _asked.Clear();
        _asked.AddRange(reader.ReadArray<int>());
    }
}
