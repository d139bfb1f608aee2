using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using Straggler.Aggregation;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Federation;

namespace Straggler.Strategies;

/// <summary>Options of <see cref="Ca2Fl"/>.</summary>
public sealed record Ca2FlOptions
{
    /// <summary>Updates per server step, M; the paper's experiments have 10.</summary>
    [Range(1, int.MaxValue)]
    public int BufferSize { get; init; } = 10;

    /// <summary>Server learning rate η; 1 applies the calibrated mean as it is.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    [ConfigKey("server_lr", Aliases = ["eta", "server_learning_rate"])]
    public double ServerLearningRate { get; init; } = 1;
}

/// <summary>CA2FL: after M arrivals x ← x + η (h̄ + (1/M) Σ (Δ_i − h_i)), with h_i client i's delta before, and h̄ their mean over all n.</summary>
/// <remarks>
/// <para>Source: Y. Wang et al., "Tackling the data heterogeneity in asynchronous federated learning with cached update calibration",
/// ICLR 2024, Algorithm 2. h_i is 0 until the client's first update, and counts as 0 in the mean: h̄ = (1/n) Σ_j h_j over all n clients,
/// not over those seen. The h̄ of a step is the one from before its buffer, while h_i is replaced at each arrival: a client that arrives
/// twice in a buffer, which the paper's set of clients leaves open, is compared with its own last delta the second time.</para>
/// <para>Memory: one vector for each client that has been heard of, see <see cref="ClientVectors"/>, and one for h̄. h̄ is kept as a
/// running sum in single precision. BatchNorm's buffers are averaged over the M updates, without calibration.</para>
/// </remarks>
public sealed class Ca2Fl : IServerStrategy
{
    private readonly Ca2FlOptions _options;
    private readonly DeltaBuffer _buffer;
    private readonly ClientVectors _last;
    private readonly float[] _mean;
    private readonly int _clientCount;

    /// <summary>Starts with an empty buffer, knowing nobody.</summary>
    /// <exception cref="InvalidOptionException">The buffer could never fill.</exception>
    public Ca2Fl(Ca2FlOptions options, StrategyServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        BufferSizes.Checked(options.BufferSize, services);
        _options = options;
        _buffer = DeltaBuffer.WithoutNoise(services, "ca2fl");
        _last = new(services.ClientCount, services.TrainableCount);
        _mean = new float[services.TrainableCount];
        _clientCount = services.ClientCount;
    }

    /// <inheritdoc/>
    public bool AveragesDeltas => true;

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        int trained = _mean.Length;
        Span<float> last = _last.Of(arrival.Client), residuals = _buffer.Sum[..trained];
        TensorPrimitives.Subtract(residuals, last, residuals);
        _buffer.Add(update, 1);
        TensorPrimitives.Subtract(update.Local[..trained], update.Base[..trained], last);
        if (_buffer.Count == _options.BufferSize)
        {
            Step(model);
        }

        return 1;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("buffer", _buffer);
        writer.Write("last", _last);
        writer.Write<float>(_mean);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("buffer", _buffer);
        reader.Read("last", _last);
        reader.ReadInto<float>(_mean);
    }

    /// <summary>The buffer holds Σ(Δ_i − h_i), which is also what the sum of all h_j has grown by since the last step.</summary>
    private void Step(ServerModel model)
    {
        Span<float> sum = _buffer.Sum;
        for (int i = 0; i < _mean.Length; i++)
        {
            float residual = sum[i], before = _mean[i];
            sum[i] = residual + (_buffer.Count * before);
            _mean[i] = before + (residual / _clientCount);
        }

        _buffer.Step(model, _buffer.Count, _options.ServerLearningRate);
    }
}
