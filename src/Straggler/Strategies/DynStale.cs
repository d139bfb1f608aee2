using System.ComponentModel.DataAnnotations;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Federation;
using Straggler.Metrics;

namespace Straggler.Strategies;

/// <summary>Options of <see cref="DynStale"/>.</summary>
public sealed record DynStaleOptions
{
    /// <summary>λ until the recent arrivals give one, per version; the seed's 0.1.</summary>
    [Range(0.0, 1e6)]
    public double InitLambda { get; init; } = 0.1;

    /// <summary>β, how strongly the agreement with the reference counts; 0 switches it off. The seed's 1.</summary>
    [Range(0.0, 100.0)]
    public double Beta { get; init; } = 1;

    /// <summary>How much of the reference direction is kept at each arrival; the seed's 0.9.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Ema { get; init; } = 0.9;

    /// <summary>q: the quantile of the recent staleness that gets half weight; the seed's 0.75.</summary>
    [Range(0.0, 1.0)]
    public double AdaptQuantile { get; init; } = 0.75;

    /// <summary>Updates staler than this are refused; null to take all.</summary>
    [Range(0L, long.MaxValue)]
    [ConfigKey("drop_stale_after", Aliases = ["max_staleness"])]
    public long? DropStaleAfter { get; init; }
}

/// <summary>DynStale: x ← x + m (w_i − x) with m = e^{−λτ}·max(0, cos(Δ_i, r))^β, λ following the staleness that really occurs.</summary>
/// <remarks>
/// <para>Source: the custom strategy of the Python baseline that this project grew from. Stated in full:</para>
/// <para>λ = ln 2 / Q, with Q the q-quantile (linear interpolation) of the staleness of the last 100 admitted arrivals before this one,
/// so that an update of staleness Q gets half weight. While there is no such arrival, and while Q is 0 (which gives no scale), λ keeps
/// its last value, at first <c>init_lambda</c>.</para>
/// <para>r is the exponential moving average r ← ema·r + (1 − ema)·Δ_i of all admitted deltas before this one, over the trained
/// parameters (BatchNorm buffers have no direction). Where Δ_i or r has no length, as at the first arrival, the cosine counts as 1.</para>
/// <para>Deviation: the baseline took the cosine between r and the client minus the <em>current</em> server model, which mixes the
/// client's own work with the server's progress since; here Δ_i is the client's own change, local − dispatched.</para>
/// <para>An update of weight 0 still is a server step: the version counts it.</para>
/// </remarks>
public sealed class DynStale(DynStaleOptions options, StrategyServices services) : IServerStrategy
{
    private const int Window = 100;
    private readonly Queue<long> _recent = new(Window);
    private readonly float[] _reference = new float[services.TrainableCount];
    private double _lambda = options.InitLambda;

    /// <inheritdoc/>
    public bool Admits(in Arrival arrival) => options.DropStaleAfter is not { } most || arrival.Staleness <= most;

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        AdaptLambda();
        double cosine = FlatVector.DeltaCosine(update.Local, update.Base, _reference);
        double weight = Math.Exp(-_lambda * arrival.Staleness) * Math.Pow(Math.Max(0, cosine), options.Beta);
        using (ServerStep step = model.BeginStep())
        {
            FlatVector.Mix(step.Current, update.Local, (float)weight, step.Next);
        }

        Remember(arrival, update);
        return weight;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write<long>([.. _recent]);
        writer.Write<float>(_reference);
        writer.Write(_lambda);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _recent.Clear();
        foreach (long staleness in reader.ReadArray<long>(Window))
        {
            _recent.Enqueue(staleness);
        }

        reader.ReadInto<float>(_reference);
        _lambda = reader.ReadDouble();
    }

    private void AdaptLambda()
    {
        double quantile = _recent.Count == 0 ? 0 : Statistics.Quantile([.. _recent.Order()], options.AdaptQuantile);
        _lambda = quantile > 0 ? Math.Log(2) / quantile : _lambda;
    }

    private void Remember(in Arrival arrival, in ClientUpdate update)
    {
        if (_recent.Count == Window)
        {
            _recent.Dequeue();
        }

        _recent.Enqueue(arrival.Staleness);
        int length = _reference.Length;
        FlatVector.Accumulate(_reference, update.Local[..length], update.Base[..length], (float)(1 - options.Ema), (float)options.Ema);
    }
}
