using Straggler.Simulation;
using Straggler.Training;

namespace Straggler.Torch.Training;

/// <summary>Deals a client's samples into batches: a fresh shuffle for every epoch, as many epochs as the recipe asks for.</summary>
internal sealed class BatchOrder
{
    private readonly int[] _order;
    private readonly int _batchSize;
    private readonly bool _joinLoneSample;
    private RandomStream _random;
    private int _next;

    /// <summary>Starts a task's batches.</summary>
    /// <param name="samples">The client's samples; copied.</param>
    /// <param name="options">Batch size, epochs or steps.</param>
    /// <param name="joinLoneSample">
    /// Whether a last batch of a single sample joins the batch before it (and a client with a single sample makes no step): BatchNorm
    /// has no variance over one value.
    /// </param>
    /// <param name="random">The task's stream; copied.</param>
    public BatchOrder(ReadOnlySpan<int> samples, LocalTrainingOptions options, bool joinLoneSample, RandomStream random)
    {
        _order = samples.ToArray();
        _batchSize = options.BatchSize;
        _joinLoneSample = joinLoneSample;
        _random = random;
        _next = _order.Length;
        Count = _order.Length == 0 || (joinLoneSample && _order.Length == 1) ? 0 : options.Steps ?? (options.Epochs * BatchesPerEpoch);
    }

    /// <summary>Number of batches in the task.</summary>
    public int Count { get; }

    /// <summary>The largest batch that can come.</summary>
    public static int Capacity(LocalTrainingOptions options, int mostSamples) => Math.Max(1, Math.Min(options.BatchSize + 1, mostSamples));

    /// <summary>The next batch's samples; valid until the next call.</summary>
    public ReadOnlySpan<int> Next()
    {
        if (_next == _order.Length)
        {
            _random.Shuffle<int>(_order);
            _next = 0;
        }

        int left = _order.Length - _next;
        int size = _joinLoneSample && left == _batchSize + 1 ? left : Math.Min(_batchSize, left);
        ReadOnlySpan<int> batch = _order.AsSpan(_next, size);
        _next += size;
        return batch;
    }

    private int BatchesPerEpoch
    {
        get
        {
            int whole = _order.Length / _batchSize, rest = _order.Length % _batchSize;
            return whole + (rest == 0 || (_joinLoneSample && rest == 1) ? 0 : 1);
        }
    }
}
