using System.Runtime.InteropServices;
using Straggler.Torch.Datasets;
using static TorchSharp.torch;

namespace Straggler.Torch.Training;

/// <summary>A learner's buffers of token sequences: [batch, length] inputs and, flattened, as many targets.</summary>
internal sealed class SequenceBatch : ISampleBatch
{
    /// <summary>Test sequences that are evaluated at once.</summary>
    public const int TestSequences = 50;

    /// <summary>The target that cross-entropy leaves out.</summary>
    private const long Ignored = -100;

    private readonly SequenceDataset _dataset;
    private readonly int _length;
    private readonly Tensor _inputs;
    private readonly Tensor _targets;
    private readonly int[] _places;
    private int _placeCount;

    /// <summary>Makes buffers.</summary>
    /// <param name="dataset">The data.</param>
    /// <param name="capacity">Most training sequences in a batch.</param>
    public SequenceBatch(SequenceDataset dataset, int capacity)
    {
        _dataset = dataset;
        _length = dataset.Train.Length;
        int most = Math.Max(capacity, TestSequences);
        _inputs = zeros(most, _length, ScalarType.Int64).DetachFromDisposeScope();
        _targets = zeros(most * _length, ScalarType.Int64).DetachFromDisposeScope();
        _places = new int[TestSequences * _length];
    }

    private Span<long> Inputs => MemoryMarshal.Cast<byte, long>(_inputs.bytes);

    private Span<long> Targets => MemoryMarshal.Cast<byte, long>(_targets.bytes);

    /// <inheritdoc/>
    public (Tensor Inputs, Tensor Targets) FillTraining(ReadOnlySpan<int> samples, ref ClientView view)
    {
        for (int place = 0; place < samples.Length; place++)
        {
            Copy(_dataset.Train, samples[place], place);
        }

        return Views(samples.Length);
    }

    /// <inheritdoc/>
    public (Tensor Inputs, Tensor Targets, int Taken) FillTest(int first, int left)
    {
        int[] all = _dataset.TestPlaces;
        int start = all[first] / _length, taken = 0;
        while (taken < left && all[first + taken] / _length < start + TestSequences)
        {
            _places[taken] = all[first + taken] - (start * _length);
            taken++;
        }

        int count = (_places[taken - 1] / _length) + 1;
        for (int place = 0; place < count; place++)
        {
            Copy(_dataset.Test, start + place, place);
        }

        // A stretch may begin and end within a sequence, and leave some out: the rest of it is context, and other stretches count it.
        Span<long> targets = Targets;
        for (int target = 0, next = 0; target < count * _length; target++)
        {
            if (next < taken && _places[next] == target)
            {
                next++;
            }
            else
            {
                targets[target] = Ignored;
            }
        }

        _placeCount = taken;
        (Tensor inputs, Tensor views) = Views(count);
        return (inputs, views, taken);
    }

    /// <inheritdoc/>
    public void ReadPredictions(ReadOnlySpan<long> classes, Span<int> predictions)
    {
        for (int sample = 0; sample < _placeCount; sample++)
        {
            predictions[sample] = (int)classes[_places[sample]];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _inputs.Dispose();
        _targets.Dispose();
    }

    private void Copy(SequenceSplit split, int sequence, int place)
    {
        ReadOnlySpan<byte> tokens = split.Sequence(sequence);
        Span<long> inputs = Inputs.Slice(place * _length, _length), targets = Targets.Slice(place * _length, _length);
        for (int position = 0; position < _length; position++)
        {
            // Padding follows the last target, so what stands for it as an input has nothing to predict.
            inputs[position] = tokens[position] == SequenceSplit.Padding ? 0 : tokens[position];
            targets[position] = tokens[position + 1] == SequenceSplit.Padding ? Ignored : tokens[position + 1];
        }
    }

    private (Tensor Inputs, Tensor Targets) Views(int sequences) =>
        (_inputs.narrow(0, 0, sequences), _targets.narrow(0, 0, (long)sequences * _length));
}
