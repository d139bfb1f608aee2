using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using Straggler.Aggregation;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Federation;
using Straggler.Scheduling;

namespace Straggler.Strategies;

/// <summary>Options of <see cref="Malenia"/>.</summary>
public sealed record MaleniaOptions
{
    /// <summary>S: a step is made once the harmonic mean of the clients' counts reaches S/n; null for n, one update of each client.</summary>
    [Range(1.0, 1e12)]
    [ConfigKey("total_batch", Aliases = ["s"])]
    public double? TotalBatch { get; init; }

    /// <summary>Server learning rate γ; 1 applies the mean of the clients' means as it is.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    [ConfigKey("server_lr", Aliases = ["eta", "server_learning_rate"])]
    public double ServerLearningRate { get; init; } = 1;
}

/// <summary>
/// Malenia SGD: collects updates made from the current model until ((1/n) Σ 1/B_i)⁻¹ ≥ S/n, with B_i those of client i, and steps by the
/// mean over the clients of each client's mean.
/// </summary>
/// <remarks>
/// <para>Source: A. Tyurin, P. Richtárik, "Optimal time complexities of parallel stochastic optimization methods under a fixed computation
/// model", NeurIPS 2023, arXiv 2305.12387, method "Malenia SGD", for clients with different
/// data. An update from an older model is refused by its metadata and never trained. Every client must answer from the same model before a
/// step, so the method wants all n clients in flight; with fewer it works, but waits until the selection has reached all of them.
/// The paper's S is max(⌈σ²/ε⌉, n). Deviation: a delta of several local steps stands for the gradient.</para>
/// <para>Memory: one vector for each client, see <see cref="ClientVectors"/>, since B_i is not known before the step; and two more.</para>
/// </remarks>
public sealed class Malenia(MaleniaOptions options, StrategyServices services) : IServerStrategy
{
    private readonly DeltaBuffer _mean = new(RequireFreshDispatches(options, services));
    private readonly float[] _origin = new float[services.ParameterCount];
    private readonly ClientVectors _sums = new(services.ClientCount, services.ParameterCount);
    private readonly int[] _counts = new int[services.ClientCount];
    private int _heard;

    /// <inheritdoc/>
    public bool AveragesDeltas => true;

    /// <inheritdoc/>
    public bool Admits(in Arrival arrival) => arrival.Staleness == 0;

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        FlatVector.Accumulate(_sums.Of(arrival.Client), update.Local, update.Base, 1);
        _heard += _counts[arrival.Client]++ == 0 ? 1 : 0;
        if (_heard == _counts.Length && HarmonicMean() >= (options.TotalBatch ?? _counts.Length) / _counts.Length)
        {
            Step(model);
        }

        return 1;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("mean", _mean);
        writer.Write("sums", _sums);
        writer.Write<int>(_counts);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("mean", _mean);
        reader.Read("sums", _sums);
        reader.ReadInto<int>(_counts);
        _heard = _counts.Count(count => count > 0);
    }

    /// <summary>Refuses to wait for a step before clients leave again, where one dispatch of each in flight makes none.</summary>
    private static StrategyServices RequireFreshDispatches(MaleniaOptions options, StrategyServices services) =>
        services.Redispatch == Redispatch.Arrival || Math.Max(services.ClientCount, options.TotalBatch ?? 0) <= services.Concurrency ? services
            : throw new InvalidOptionException("scheduler.redispatch",
                "flush sends clients again after a step only, and malenia's step needs total_batch updates and one of every client. "
                + "Allowed: arrival, or a concurrency of at least both.");

    private double HarmonicMean() => _counts.Length / _counts.Sum(count => 1.0 / count);

    private void Step(ServerModel model)
    {
        for (int client = 0; client < _counts.Length; client++)
        {
            // The client's mean is no longer than its longest delta, so it counts as one update of weight 1.
            Span<float> mean = _sums.Of(client);
            TensorPrimitives.Divide(mean, _counts[client], mean);
            _mean.Add(new(_origin, mean, client: client), 1);
            mean.Clear();
        }

        _mean.Step(model, _mean.Count, options.ServerLearningRate);
        Array.Clear(_counts);
        _heard = 0;
    }
}
