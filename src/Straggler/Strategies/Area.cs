using System.ComponentModel.DataAnnotations;
using Straggler.Checkpoints;
using Straggler.Federation;

namespace Straggler.Strategies;

/// <summary>Options of <see cref="Area"/>.</summary>
public sealed record AreaOptions
{
    /// <summary>Updates per server step, K.</summary>
    [Range(1, int.MaxValue)]
    public int BufferSize { get; init; } = 10;
}

/// <summary>
/// AREA: client i sends w_i − y_i and sets its memory y_i ← w_i; after K arrivals x ← x + (1/n) Σ (w_i − y_i), so that x is the mean of the
/// last models of all n clients.
/// </summary>
/// <remarks>
/// <para>Source: C. Iakovidou, K. Kim, "Asynchronous federated stochastic optimization for heterogeneous objectives under arbitrary
/// delays", 2024, arXiv 2405.10123, AREA (asynchronous exact averaging). y_i is the initial model before client i's first task. The
/// clients' memories are kept here, at the server, which changes nothing: what is sent is the same. The step is exact averaging, so there is
/// no server learning rate.</para>
/// <para>Memory: one vector for each client that has been heard of, see <see cref="ClientVectors"/>, the initial model and the running sum,
/// in single precision. BatchNorm's buffers are averaged like the parameters.</para>
/// </remarks>
public sealed class Area : IServerStrategy
{
    private readonly int _bufferSize;
    private readonly int _clientCount;
    private readonly ClientVectors _memories;
    private readonly float[] _initial;
    private readonly float[] _sum;
    private int _count;
    private bool _begun;

    /// <summary>Starts with an empty buffer.</summary>
    /// <exception cref="Configuration.InvalidOptionException">The buffer could never fill.</exception>
    public Area(AreaOptions options, StrategyServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        _bufferSize = BufferSizes.Checked(options.BufferSize, services);
        _clientCount = services.ClientCount;
        _memories = new(services.ClientCount, services.ParameterCount);
        _initial = new float[services.ParameterCount];
        _sum = new float[services.ParameterCount];
    }

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        KeepInitial(model);
        bool isKnown = _memories.Has(arrival.Client);
        Span<float> memory = _memories.Of(arrival.Client);
        FlatVector.Accumulate(_sum, update.Local, isKnown ? memory : _initial, 1);
        update.Local.CopyTo(memory);
        if (++_count == _bufferSize)
        {
            Step(model);
        }

        return 1.0 / _clientCount;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("memories", _memories);
        writer.Write<float>(_initial);
        writer.Write<float>(_sum);
        writer.Write(_count);
        writer.Write(_begun);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("memories", _memories);
        reader.ReadInto<float>(_initial);
        reader.ReadInto<float>(_sum);
        _count = reader.ReadInt32();
        _begun = reader.ReadBoolean();
    }

    /// <summary>Nothing moves the model before the first arrival, so it still is what everybody's memory begins with.</summary>
    private void KeepInitial(ServerModel model)
    {
        if (!_begun)
        {
            model.Current.CopyTo(_initial);
            _begun = true;
        }
    }

    private void Step(ServerModel model)
    {
        using (ServerStep step = model.BeginStep())
        {
            FlatVector.Step(step.Current, _sum, 1f / _clientCount, step.Next);
        }

        Array.Clear(_sum);
        _count = 0;
    }
}
