using System.Globalization;

namespace Straggler.Partitioning;

/// <summary>Takes the samples of a partition file one by one and refuses those that cannot be right.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="clientCount">Clients that it must hold.</param>
/// <param name="trainCount">Training samples of the data set.</param>
/// <param name="testCount">Test samples of the data set.</param>
internal sealed class PartitionTaker(string path, int clientCount, int trainCount, int testCount)
{
    private readonly List<int>[] _train = Dealing.EmptyClients(clientCount);
    private readonly List<int>[] _test = Dealing.EmptyClients(clientCount);
    private readonly Dictionary<int, int> _trainOwner = [];
    private readonly Dictionary<int, int> _testOwner = [];
    private bool _hasTest;

    /// <summary>Gives a training sample to a client.</summary>
    public void Train(int client, int sample) => Add("training", trainCount, _train, _trainOwner, client, sample);

    /// <summary>Gives a test sample to a client.</summary>
    public void Test(int client, int sample)
    {
        _hasTest = true;
        Add("test", testCount, _test, _testOwner, client, sample);
    }

    /// <summary>Says that the file deals out test samples, be it none.</summary>
    public void DealsTest() => _hasTest = true;

    /// <summary>Checks the number of clients that the file holds.</summary>
    public void HoldsClients(int count)
    {
        if (count != clientCount)
        {
            throw Fault(string.Create(CultureInfo.InvariantCulture,
                $"it holds {count} clients, not n_clients: {clientCount}. n_clients={count} uses it as it is"));
        }
    }

    /// <summary>Checks the size of the data set that the file was made for.</summary>
    /// <param name="train">Its training samples.</param>
    /// <param name="test">Its test samples.</param>
    public void MadeFor(int train, int test)
    {
        if (train != trainCount || test != testCount)
        {
            throw Fault(string.Create(CultureInfo.InvariantCulture,
                $"it was made for a data set of {train} training and {test} test samples; this one has {trainCount} and {testCount}"));
        }
    }

    /// <summary>A fault of the file.</summary>
    /// <param name="what">What is wrong, and what is allowed.</param>
    public PartitionException Fault(string what) => new($"The partition file \"{path}\" cannot be used: {what}.");

    /// <summary>What was taken.</summary>
    public Shares ToShares() => new(Dealing.Ascending(_train), _hasTest ? Dealing.Ascending(_test) : null);

    private void Add(string kind, int count, List<int>[] clients, Dictionary<int, int> owner, int client, int sample)
    {
        if ((uint)client >= (uint)clientCount)
        {
            throw Fault(string.Create(CultureInfo.InvariantCulture,
                $"client {client} is unknown. Expected 0 to {clientCount - 1} with n_clients: {clientCount}"));
        }

        if ((uint)sample >= (uint)count)
        {
            throw Fault(string.Create(CultureInfo.InvariantCulture,
                $"client {client} has the {kind} sample {sample}. Expected 0 to {count - 1}, the data set's {kind} samples"));
        }

        if (!owner.TryAdd(sample, client))
        {
            string other = owner[sample] == client ? "twice" : string.Create(CultureInfo.InvariantCulture, $"both to client {owner[sample]} and");
            throw Fault(string.Create(CultureInfo.InvariantCulture,
                $"the {kind} sample {sample} is given {other} to client {client}. A sample belongs to one client at most"));
        }

        clients[client].Add(sample);
    }
}
