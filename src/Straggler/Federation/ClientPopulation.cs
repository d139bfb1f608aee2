using Straggler.Simulation;

namespace Straggler.Federation;

/// <summary>The clients as the engine sees them: how much each trains on, and which test samples stand for it.</summary>
public sealed class ClientPopulation
{
    private readonly int[] _samples;
    private readonly int[] _testSamples;
    private readonly int[] _testOwner;

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

    /// <summary>Number of clients n.</summary>
    public int Count => _samples.Length;

    /// <summary>Training samples of each client.</summary>
    public IReadOnlyList<int> Samples => _samples;

    /// <summary>A client's samples will be asked for soon.</summary>
    internal void Expect(int client) => Prefetch.Element(_samples, client);

    /// <summary>A live client says how many samples it trained on.</summary>
    internal void Learn(int client, int samples) => _samples[client] = samples;

    /// <summary>Test samples of each client.</summary>
    public IReadOnlyList<int> TestSamples => _testSamples;

    /// <summary>The client that each test sample stands for, −1 for none.</summary>
    public ReadOnlySpan<int> TestOwner => _testOwner;
}
