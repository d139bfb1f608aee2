using Straggler.Checkpoints;
using Straggler.Simulation;

namespace Straggler.Federation;

/// <summary>The clients as the engine sees them: how much each trains on, and which test samples stand for it.</summary>
public sealed class ClientPopulation : IStateful
{
    private readonly int[] _samples;
    private readonly int[] _testSamples;
    private readonly int[] _testOwner;
    private readonly SortedSet<int> _unknown = [];
    private bool _isForeign;
    private long? _sampleCount;

    /// <summary>Describes clients that hold data.</summary>
    /// <param name="shards">Each client's samples.</param>
    /// <param name="testCount">Size of the test set.</param>
    public ClientPopulation(IReadOnlyList<ClientShard> shards, int testCount)
    {
        ArgumentNullException.ThrowIfNull(shards);
        _samples = [.. shards.Select(shard => shard.Train.Length)];
        _testSamples = [.. shards.Select(shard => shard.Test.Length)];
        _testOwner = new int[testCount];
        Array.Fill(_testOwner, -1);
        for (int client = 0; client < shards.Count; client++)
        {
            foreach (int sample in shards[client].Test)
            {
                _testOwner[sample] = client;
            }
        }
    }

    /// <summary>Describes clients of which only the amount of training data is known: a run that trains nothing needs no more.</summary>
    /// <param name="samples">Training samples of each client; not copied.</param>
    public ClientPopulation(int[] samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        _samples = samples;
        _testSamples = new int[samples.Length];
        _testOwner = [];
    }

    /// <summary>Describes live clients that have not told yet how much they train on: each is taken to have as much as those who have on average.</summary>
    /// <param name="count">Number of clients n.</param>
    public static ClientPopulation OfUnknown(int count)
    {
        int[] samples = new int[count];
        Array.Fill(samples, 1);
        ClientPopulation population = new(samples) { _isForeign = true };
        population._unknown.UnionWith(Enumerable.Range(0, count));
        return population;
    }

    /// <summary>Number of clients n.</summary>
    public int Count => _samples.Length;

    /// <summary>Training samples of each client; of one that <see cref="KnownSamples"/> does not know of, what it is taken to have.</summary>
    public IReadOnlyList<int> Samples => _samples;

    /// <summary>Training samples of a client, for the record; null for a live one that has not told.</summary>
    public int? KnownSamples(int client) => _unknown.Contains(client) ? null : _samples[client];

    /// <summary>Test samples of a client, for the record; null for a live one, which alone knows them.</summary>
    public int? KnownTestSamples(int client) => _isForeign ? null : _testSamples[client];

    /// <summary>A client's samples will be asked for soon.</summary>
    internal void Expect(int client) => Prefetch.Element(_samples, client);

    /// <summary>A live client says how many samples it trained on.</summary>
    internal void Learn(int client, int samples)
    {
        if (_samples[client] == samples && !_unknown.Contains(client))
        {
            return;
        }

        _samples[client] = samples;
        _sampleCount = null;
        if (_unknown.Remove(client) && _unknown.Count > 0)
        {
            double known = SampleCount - ((long)_samples[_unknown.Min] * _unknown.Count);
            int mean = Math.Max(1, (int)Math.Round(known / (Count - _unknown.Count)));
            foreach (int other in _unknown)
            {
                _samples[other] = mean;
            }

            _sampleCount = null;
        }
    }

    /// <summary>Writes what live clients have said so far.</summary>
    void IStateful.Save(StateWriter writer)
    {
        writer.Write<int>(_samples);
        writer.Write<int>([.. _unknown]);
    }

    /// <summary>Takes over what live clients had said.</summary>
    void IStateful.Load(StateReader reader)
    {
        reader.ReadInto<int>(_samples);
        _unknown.Clear();
        _unknown.UnionWith(reader.ReadArray<int>(_samples.Length));
        _sampleCount = null;
    }

    /// <summary>Training samples of all clients.</summary>
    public long SampleCount => _sampleCount ??= _samples.Sum(samples => (long)samples);

    /// <summary>Test samples of each client.</summary>
    public IReadOnlyList<int> TestSamples => _testSamples;

    /// <summary>The client that each test sample stands for, −1 for none.</summary>
    public ReadOnlySpan<int> TestOwner => _testOwner;
}
