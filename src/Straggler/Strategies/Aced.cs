using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Federation;

namespace Straggler.Strategies;

/// <summary>Options of <see cref="Aced"/>.</summary>
public sealed record AcedOptions
{
    /// <summary>Oldest remembered delta that counts, in versions since its model was sent; null for three times the clients in flight.</summary>
    [Range(0L, long.MaxValue)]
    [ConfigKey("max_staleness", Aliases = ["tau_algo"])]
    public long? MaxStaleness { get; init; }

    /// <summary>
    /// Server learning rate η. A remembered delta is applied at every arrival until its client comes again, so this is far below 1.
    /// </summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    [ConfigKey("server_lr", Aliases = ["eta", "server_learning_rate"])]
    public double ServerLearningRate { get; init; } = 0.1;
}

/// <summary>ACED: ACE over the clients A whose remembered delta is at most τ_max versions old: x ← x + η (1/|A|) Σ_{j∈A} U_j.</summary>
/// <remarks>
/// <para>Source: X. Chang et al., "Mitigating participation imbalance bias in asynchronous federated learning", 2025, arXiv 2511.19066,
/// the delay-aware algorithm ACED. The age of U_j at version t is t minus the version that client j was sent for it. Deviations as in
/// <see cref="Ace"/>.</para>
/// <para>An arrival that is older than τ_max itself could never count, nor could what its client sent before: it is refused by its
/// metadata and not trained, and the server makes its step with the others, if there are any.</para>
/// <para>Memory: one vector for each client that has been heard of, and the sum over A, kept as a running sum in single precision.
/// BatchNorm's buffers are treated as in <see cref="Ace"/>.</para>
/// </remarks>
public sealed class Aced(AcedOptions options, StrategyServices services) : IServerStrategy
{
    private const long NotActive = -1;
    private readonly ClientVectors _deltas = new(services.ClientCount, services.TrainableCount);
    private readonly float[] _sum = new float[services.TrainableCount];
    private readonly long[] _sent = [.. Enumerable.Repeat(NotActive, services.ClientCount)];
    private readonly PriorityQueue<int, (long Sent, int Client)> _oldest = new();
    private readonly long _oldestAge = options.MaxStaleness ?? (3L * services.Concurrency);
    private int _active;

    /// <inheritdoc/>
    public bool Admits(in Arrival arrival) => arrival.Staleness <= _oldestAge;

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Retire(arrival.Version);
        Remember(arrival, update);
        using ServerStep step = model.BeginStep();
        int trained = _sum.Length;
        FlatVector.Step(step.Current[..trained], _sum, (float)(options.ServerLearningRate / _active), step.Next[..trained]);
        FlatVector.Mix(step.Current[trained..], update.Local[trained..], 1f / services.Concurrency, step.Next[trained..]);
        return options.ServerLearningRate / _active;
    }

    /// <inheritdoc/>
    public void OnRefused(in Arrival arrival, ServerModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Retire(arrival.Version);
        if (arrival.Staleness > _oldestAge && _active > 0)
        {
            using ServerStep step = model.BeginStep();
            int trained = _sum.Length;
            FlatVector.Step(step.Current[..trained], _sum, (float)(options.ServerLearningRate / _active), step.Next[..trained]);
            step.Current[trained..].CopyTo(step.Next[trained..]);
        }
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("deltas", _deltas);
        writer.Write<float>(_sum);
        writer.Write<long>(_sent);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("deltas", _deltas);
        reader.ReadInto<float>(_sum);
        reader.ReadInto<long>(_sent);
        _oldest.Clear();
        _active = 0;
        for (int client = 0; client < _sent.Length; client++)
        {
            if (_sent[client] != NotActive)
            {
                _active++;
                _oldest.Enqueue(client, (_sent[client], client));
            }
        }
    }

    /// <summary>Takes those whose delta has grown too old out of the sum, by age and then by number, which a checkpoint keeps.</summary>
    private void Retire(long version)
    {
        while (_oldest.TryPeek(out int client, out (long Sent, int) oldest) && version - oldest.Sent > _oldestAge)
        {
            _oldest.Dequeue();
            if (_sent[client] == oldest.Sent)
            {
                TensorPrimitives.Subtract(_sum, _deltas.Of(client), _sum);
                _sent[client] = NotActive;
                _active--;
            }
        }
    }

    private void Remember(in Arrival arrival, in ClientUpdate update)
    {
        int trained = _sum.Length;
        Span<float> delta = _deltas.Of(arrival.Client);
        if (_sent[arrival.Client] == NotActive)
        {
            _active++;
        }
        else
        {
            TensorPrimitives.Subtract(_sum, delta, _sum);
        }

        TensorPrimitives.Subtract(update.Local[..trained], update.Base[..trained], delta);
        TensorPrimitives.Add(_sum, delta, _sum);
        _sent[arrival.Client] = arrival.BaseVersion;
        _oldest.Enqueue(arrival.Client, (arrival.BaseVersion, arrival.Client));
    }
}
