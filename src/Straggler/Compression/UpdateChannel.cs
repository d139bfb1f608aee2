using System.Numerics.Tensors;
using Straggler.Aggregation;
using Straggler.Checkpoints;
using Straggler.Federation;
using Straggler.Simulation;
using Straggler.Training;

namespace Straggler.Compression;

/// <summary>The way of the clients' updates to the server: the delta is encoded, and what was lost may come with the next one.</summary>
/// <remarks>
/// The trained parameters' delta is encoded; buffers such as BatchNorm's statistics travel as they are, for they are no sums of steps and
/// a lossy variance may be none. A client's memory of errors changes with its updates that the server takes; one that is refused for its
/// staleness was not trained here, and leaves the memory as it is. Random rounding draws from <c>compression</c>, by client and task.
/// Memory: with error feedback, clients seen × parameters × 4 bytes, in the process and in checkpoints. Not thread-safe.
/// </remarks>
public sealed class UpdateChannel : IStateful
{
    private static readonly StreamPurpose _purpose = new("compression");

    private readonly ICompressor _compressor;
    private readonly RandomStreams _streams;
    private readonly ClientVectors? _errors;
    private readonly float[] _received;
    private readonly int _trained;

    /// <summary>Nothing is lost yet.</summary>
    /// <param name="compressor">The encoding.</param>
    /// <param name="streams">The run's streams.</param>
    /// <param name="clientCount">Number of clients n.</param>
    /// <param name="layout">The model's layout.</param>
    public UpdateChannel(ICompressor compressor, RandomStreams streams, int clientCount, ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(compressor);
        ArgumentNullException.ThrowIfNull(layout);
        _compressor = compressor;
        _streams = streams;
        _trained = layout.TrainableLength;
        _received = compressor is NoCompression ? [] : new float[layout.Length];
        _errors = compressor.ErrorFeedback ? new(clientCount, _trained) : null;
    }

    /// <summary>What the server takes for the client's parameters: Base + decoded(Local − Base, with the memory of errors).</summary>
    /// <param name="task">Whose update.</param>
    /// <param name="dispatched">The parameters that the client started from.</param>
    /// <param name="local">The parameters that it trained.</param>
    /// <param name="limit">
    /// Longest norm that the server takes of a decoded delta; null for any. Rounding, and errors that come with a later delta, may
    /// make what arrives longer than what was encoded.
    /// </param>
    /// <returns>
    /// <paramref name="local"/> itself without compression, else a vector that is good until the next call. An update with values that
    /// are not finite comes back with such values and leaves no trace in the memory.
    /// </returns>
    public ReadOnlySpan<float> Receive(in LocalTask task, ReadOnlySpan<float> dispatched, ReadOnlySpan<float> local, double? limit = null)
    {
        if (_received.Length == 0 || !FlatVector.IsFinite(local))
        {
            return local;
        }

        Span<float> sent = _received.AsSpan(0, _trained);
        ReadOnlySpan<float> start = dispatched[.._trained];
        local[_trained..].CopyTo(_received.AsSpan(_trained));
        TensorPrimitives.Subtract(local[.._trained], start, sent);
        if (_errors is not null)
        {
            TensorPrimitives.Add(sent, _errors.Of(task.Client), sent);
        }

        if (FlatVector.IsFinite(sent))
        {
            Encode(task, sent);
        }

        TensorPrimitives.Add(sent, start, sent);
        if (limit is { } longest)
        {
            Clipping.Apply(_received, dispatched, _trained, longest);
        }

        return _received;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer) => _errors?.Save(writer);

    /// <inheritdoc/>
    public void Load(StateReader reader) => _errors?.Load(reader);

    /// <summary>Turns a delta into what the server decodes of it, and remembers the difference.</summary>
    private void Encode(in LocalTask task, Span<float> delta)
    {
        RandomStream random = _streams.Open(_purpose, task.Client, task.Occurrence);
        if (_errors is null)
        {
            _compressor.Compress(delta, ref random);
            return;
        }

        Span<float> error = _errors.Of(task.Client);
        delta.CopyTo(error);
        _compressor.Compress(delta, ref random);
        TensorPrimitives.Subtract(error, delta, error);
    }
}
