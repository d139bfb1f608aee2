using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Straggler.Partitioning;
using Straggler.Torch.Training;

namespace Straggler.Torch.Datasets;

/// <summary>Text for next-token prediction, cut into sequences of one length; every position of a sequence is predicted.</summary>
/// <remarks>
/// A training sample is a sequence; its label, for partitioners, is its last target. A test sample is one target of the held-out text, so
/// that accuracy and loss count characters, whichever way they were cut.
/// </remarks>
public sealed record SequenceDataset : LabelledDataset
{
    private int[] _testLabels;
    private SampleOwners _owners;

    /// <summary>Makes a data set.</summary>
    /// <param name="train">The training sequences.</param>
    /// <param name="test">The test sequences, of the same length.</param>
    /// <param name="ownerNames">Names of those whose text it is.</param>
    public SequenceDataset(SequenceSplit train, SequenceSplit test, ImmutableArray<string> ownerNames)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        (Train, Test) = (train, test);
        TrainLabels = [.. Enumerable.Range(0, train.Count).Select(train.LastTarget)];
        TestPlaces = [.. test.TargetPlaces()];
        _testLabels = Array.ConvertAll(TestPlaces, place => (int)test.TargetAt(place));
        _owners = new(ownerNames, train.Owners, Array.ConvertAll(TestPlaces, place => test.Owners[place / test.Length]));
    }

    /// <summary>The training sequences.</summary>
    public SequenceSplit Train { get; }

    /// <summary>The test sequences.</summary>
    public SequenceSplit Test { get; }

    /// <inheritdoc/>
    public override IInputShape Input => new SequenceShape(ClassNames.Length, Train.Length);

    /// <inheritdoc/>
    public override int[] TrainLabels { get; }

    /// <inheritdoc/>
    public override int[] TestLabels => _testLabels;

    /// <summary>The place (sequence × length + position) of every test sample's target.</summary>
    public int[] TestPlaces { get; private init; }

    /// <inheritdoc/>
    public override SampleOwners Owners => _owners;

    /// <inheritdoc/>
    public override int EvaluationChunk => SequenceBatch.TestSequences * Train.Length;

    /// <inheritdoc/>
    public override LabelledDataset WithTest(IReadOnlyList<int> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return this with
        {
            TestPlaces = [.. samples.Select(sample => TestPlaces[sample])],
            _testLabels = [.. samples.Select(sample => TestLabels[sample])],
            _owners = Owners with { Test = [.. samples.Select(sample => Owners.Test[sample])] },
        };
    }

    /// <inheritdoc/>
    public override void AppendTo(IncrementalHash hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        foreach (SequenceSplit split in new[] { Train, Test })
        {
            hash.AppendData(BitConverter.GetBytes(split.Length));
            hash.AppendData(split.Tokens);
            hash.AppendData(MemoryMarshal.AsBytes<int>(split.Owners));
        }
    }

    internal override ISampleBatch CreateBatch(int capacity, MemoryOrder order = MemoryOrder.ChannelsLast) => new SequenceBatch(this, capacity);
}

/// <summary>Sequences of tokens.</summary>
/// <param name="Vocabulary">Number of tokens.</param>
/// <param name="Length">Tokens of a sequence.</param>
public sealed record SequenceShape(int Vocabulary, int Length) : IInputShape
{
    /// <inheritdoc/>
    public string Description => $"sequences of {Length} characters";
}

/// <summary>Sequences of one split.</summary>
/// <param name="Tokens">[sequences, length + 1] tokens: each sequence's inputs and, one place later, its targets; <see cref="Padding"/> after the end of a text.</param>
/// <param name="Owners">[sequences] whose text each is.</param>
/// <param name="Length">Inputs of a sequence.</param>
public sealed record SequenceSplit(byte[] Tokens, int[] Owners, int Length)
{
    /// <summary>What fills a sequence up that is shorter than the others: nothing to be predicted.</summary>
    public const byte Padding = byte.MaxValue;

    /// <summary>Number of sequences.</summary>
    public int Count => Owners.Length;

    /// <summary>The tokens of a sequence: inputs and one place later targets.</summary>
    public ReadOnlySpan<byte> Sequence(int sequence) => Tokens.AsSpan(sequence * (Length + 1), Length + 1);

    /// <summary>The target at a place, sequence × length + position.</summary>
    public byte TargetAt(int place) => Tokens[place + (place / Length) + 1];

    /// <summary>The last target of a sequence.</summary>
    internal int LastTarget(int sequence) => Sequence(sequence).TrimEnd(Padding)[^1];

    /// <summary>The places of all targets that are not padding, ascending.</summary>
    internal IEnumerable<int> TargetPlaces() => Enumerable.Range(0, Count * Length).Where(place => TargetAt(place) != Padding);
}
