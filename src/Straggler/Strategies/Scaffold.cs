using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using Straggler.Aggregation;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Federation;
using Straggler.Training;

namespace Straggler.Strategies;

/// <summary>Options of <see cref="Scaffold"/>.</summary>
public sealed record ScaffoldOptions
{
    /// <summary>Server learning rate η_g; the paper's 1.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    [ConfigKey("server_lr", Aliases = ["eta", "server_learning_rate"])]
    public double ServerLearningRate { get; init; } = 1;
}

/// <summary>SCAFFOLD: every local step is g − c_i + c; then x ← x + η_g mean Δ and c ← c + (|S|/n) mean(c_i⁺ − c_i).</summary>
/// <remarks>
/// <para>Source: S. P. Karimireddy et al., "SCAFFOLD: stochastic controlled averaging for federated learning", ICML 2020, arXiv
/// 1910.06378, Algorithm 1 with option II: c_i⁺ = c_i − c + (x − w_i)/(K η_l), for K local steps of rate η_l. c and all c_i begin at 0.
/// Clients count alike, as in the algorithm.</para>
/// <para>(x − w_i)/(K η_l) is the client's mean corrected gradient with plain SGD only: momentum, Adam and clipping are refused. Weight
/// decay is a part of f_i, and so of c_i. A client that made no step keeps its c_i.</para>
/// <para>c_i⁺ is reckoned from the correction that the client was given. In rounds that is c − c_i as they stand; under a scheduler that
/// lets updates arrive in a later round it is what its steps really contained.</para>
/// <para>Memory: a vector for each client heard of, see <see cref="ClientVectors"/>; c, its change and the round's sum; and the
/// correction of each client in flight. BatchNorm's buffers are averaged and have no variates.</para>
/// </remarks>
public sealed class Scaffold : IServerStrategy
{
    private readonly ScaffoldOptions _options;
    private readonly double _learningRate;
    private readonly int _clientCount;
    private readonly DeltaBuffer _round;
    private readonly ClientVectors _clients;
    private readonly float[] _control;
    private readonly float[] _change;

    /// <summary>Starts with variates of 0.</summary>
    /// <exception cref="InvalidOptionException">The clients' recipe is not plain SGD.</exception>
    public Scaffold(ScaffoldOptions options, StrategyServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        LocalRecipe.RequireSgd(services.Local, "scaffold");
        _options = options;
        _learningRate = services.Local.LearningRate;
        _clientCount = services.ClientCount;
        _round = DeltaBuffer.WithoutNoise(services, "scaffold");
        _clients = new(services.ClientCount, services.TrainableCount);
        _control = new float[services.TrainableCount];
        _change = new float[services.TrainableCount];
    }

    /// <inheritdoc/>
    public bool IsSynchronous => true;

    /// <inheritdoc/>
    public bool SendsVectors => true;

    /// <inheritdoc/>
    public bool AveragesDeltas => true;

    /// <summary>c, the server's control variate.</summary>
    public ReadOnlySpan<float> Control => _control;

    /// <inheritdoc/>
    public ClientAlgorithm Instruct(in Dispatch dispatch, ServerModel model) => new() { Correction = CorrectionOf(dispatch.Client) };

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        _round.Add(update, 1);
        int steps = update.Outcome.GradientSteps;
        if (steps > 0)
        {
            ReadOnlySpan<float> given = update.Algorithm.Correction.Span;
            given = given.IsEmpty ? CorrectionOf(arrival.Client) : given;
            double rate = _learningRate * update.Algorithm.LearningRateScale;
            Renew(_clients.Of(arrival.Client), update.Local, update.Base, given, (float)(1 / (steps * rate)));
        }

        return 1;
    }

    /// <inheritdoc/>
    public void OnRoundEnd(in Round round, ServerModel model)
    {
        // (|S|/n) mean over S is the sum over S divided by n.
        FlatVector.Step(_control, _change, 1f / _clientCount, _control);
        Array.Clear(_change);
        if (_round.Count > 0)
        {
            _round.Step(model, _round.Count, _options.ServerLearningRate);
        }
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("round", _round);
        writer.Write("clients", _clients);
        writer.Write<float>(_control);
        writer.Write<float>(_change);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("round", _round);
        reader.Read("clients", _clients);
        reader.ReadInto<float>(_control);
        reader.ReadInto<float>(_change);
    }

    /// <summary>c − c_i; a vector of its own, since it must not change afterwards.</summary>
    private float[] CorrectionOf(int client)
    {
        float[] correction = [.. _control];
        if (_clients.Has(client))
        {
            TensorPrimitives.Subtract(correction, _clients.Of(client), correction);
        }

        return correction;
    }

    /// <summary>c_i ← −correction + scale·(x − w), and the round's change of c grows by what c_i grows.</summary>
    private void Renew(Span<float> own, ReadOnlySpan<float> local, ReadOnlySpan<float> sent, ReadOnlySpan<float> correction, float scale)
    {
        TensorPrimitives.Subtract(_change, own, _change);
        TensorPrimitives.Subtract(sent[..own.Length], local[..own.Length], own);
        TensorPrimitives.Multiply(own, scale, own);
        TensorPrimitives.Subtract(own, correction, own);
        TensorPrimitives.Add(_change, own, _change);
    }
}
