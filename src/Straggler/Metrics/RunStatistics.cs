using Straggler.Checkpoints;
using Straggler.Recording;
using Straggler.Simulation;

namespace Straggler.Metrics;

/// <summary>Everything counted over a run so far; the metric table reads from it.</summary>
/// <param name="clientCount">Number of clients n.</param>
/// <param name="modelBytes">Bytes of the model on the wire, as it is.</param>
/// <param name="uploadBytes">Bytes of an update on the wire; null for those of the model.</param>
public sealed class RunStatistics(int clientCount, long modelBytes, long? uploadBytes = null) : IStateful
{
    private readonly ClientCounts[] _clients = new ClientCounts[clientCount];
    private readonly List<long> _clientsByArrivals = [clientCount];
    private readonly long[] _lost = new long[LossKind(UpdateOutcome.LostCalledBack) + 1];
    private double[] _joules = [];
    private double _lostSeconds;
    private int _clientsSent;

    /// <summary>Arrivals processed.</summary>
    public long Arrivals { get; private set; }

    /// <summary>Arrivals refused.</summary>
    public long Refused { get; private set; }

    /// <summary>Tasks lost.</summary>
    public long Lost => _lost.Sum();

    /// <summary>Tasks that were lost, and what they cost.</summary>
    public WastedSummary Wasted => new(
        Lost, _lost[0], _lost[1], _lost[2], _lost[3], _lost[4], _lostSeconds, Lost * modelBytes, _lost[LossKind(UpdateOutcome.LostUpload)] * modelBytes);

    /// <summary>Tasks dispatched.</summary>
    public long Dispatches { get; private set; }

    /// <summary>Gradient steps behind the updates that were awaited.</summary>
    public long GradientSteps { get; private set; }

    /// <summary>Staleness over all arrivals.</summary>
    public StalenessDistribution Staleness { get; } = new();

    /// <summary>Bytes sent to clients.</summary>
    public long BytesDown => Dispatches * modelBytes;

    /// <summary>Bytes received from clients, refused updates included.</summary>
    public long BytesUp { get; private set; }

    /// <summary>Joules that the arrivals' tasks cost the clients; NaN where no energy is counted.</summary>
    public double EnergyJoules { get; private set; } = double.NaN;

    /// <summary>Whether participation is that of the clients alone that were sent a task: others of a live run may be nobody.</summary>
    public bool CountsOnlyClientsSent { get; init; }

    /// <summary>Gini coefficient of arrivals per client, as <see cref="Statistics.Gini"/>, but not slowed down by many clients.</summary>
    public double ParticipationGini
    {
        get
        {
            int count = CountsOnlyClientsSent ? _clientsSent : clientCount;
            if (Arrivals == 0 || count == 0)
            {
                return clientCount == 0 ? double.NaN : 0;
            }

            // Σ_i (2i − n − 1) x_(i), summed over each group of m clients with equally many arrivals: ranks r + 1 to r + m. Those without any
            // add nothing but their ranks.
            double weighted = 0, ranked = _clientsByArrivals[0] - (clientCount - count);
            for (int arrivals = 1; arrivals < _clientsByArrivals.Count; arrivals++)
            {
                double members = _clientsByArrivals[arrivals];
                weighted += arrivals * members * ((2 * ranked) + members - count);
                ranked += members;
            }

            return weighted / ((double)count * Arrivals);
        }
    }

    /// <summary>Joules of a client's tasks that arrived; NaN where no energy is counted.</summary>
    public double EnergyOf(int client) => _joules.Length == 0 ? double.NaN : _joules[client];

    /// <summary>Energy is counted from now on.</summary>
    public void CountsEnergy() => (EnergyJoules, _joules) = (0, new double[clientCount]);

    /// <summary>Counts what an arrival's task cost.</summary>
    public void CountEnergy(int client, double joules)
    {
        EnergyJoules += joules;
        _joules[client] += joules;
    }

    /// <summary>Mean staleness of a client's arrivals; NaN without any.</summary>
    public double MeanStaleness(int client) => _clients[client].Staleness / _clients[client].Arrivals;

    /// <summary>Arrivals of a client.</summary>
    public long ArrivalsOf(int client) => _clients[client].Arrivals;

    /// <summary>Counts a dispatch.</summary>
    /// <param name="clientsSent">Clients that have been sent a task so far, with this one.</param>
    public void CountDispatch(int clientsSent)
    {
        Dispatches++;
        _clientsSent = clientsSent;
    }

    /// <summary>An arrival of the client will be counted soon.</summary>
    internal void Expect(int client) => Prefetch.Element(_clients, client);

    /// <summary>Counts a task that was lost.</summary>
    public void CountLoss(in UpdateRecord task)
    {
        _lost[LossKind(task.Outcome)]++;
        _lostSeconds += task.VirtualTime - task.DispatchVirtualTime;
    }

    /// <summary>Counts an arrival.</summary>
    /// <param name="update">The arrival.</param>
    /// <param name="gradientSteps">Gradient steps behind it.</param>
    /// <param name="bytes">Bytes that it came in; null for those of any update.</param>
    public void Count(in UpdateRecord update, int gradientSteps, long? bytes = null)
    {
        Arrivals++;
        BytesUp += bytes ?? uploadBytes ?? modelBytes;
        Refused += update.Outcome == UpdateOutcome.Applied ? 0 : 1;
        GradientSteps += gradientSteps;
        Staleness.Add(update.Staleness);
        ref ClientCounts client = ref _clients[update.Client];
        int before = (int)client.Arrivals++;
        client.Staleness += update.Staleness;
        if (before + 1 == _clientsByArrivals.Count)
        {
            _clientsByArrivals.Add(0);
        }

        _clientsByArrivals[before]--;
        _clientsByArrivals[before + 1]++;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Arrivals);
        writer.Write(Refused);
        writer.Write(Dispatches);
        writer.Write(_clientsSent);
        writer.Write(BytesUp);
        writer.Write(GradientSteps);
        writer.Write<long>(_lost);
        writer.Write(_lostSeconds);
        writer.Write<ClientCounts>(_clients);
        writer.Write<long>([.. _clientsByArrivals]);
        writer.Write("staleness", Staleness);
        writer.Write(EnergyJoules);
        writer.Write<double>(_joules);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        Arrivals = reader.ReadInt64();
        Refused = reader.ReadInt64();
        Dispatches = reader.ReadInt64();
        _clientsSent = reader.ReadInt32();
        BytesUp = reader.ReadInt64();
        GradientSteps = reader.ReadInt64();
        reader.ReadInto<long>(_lost);
        _lostSeconds = reader.ReadDouble();
        reader.ReadInto<ClientCounts>(_clients);
        _clientsByArrivals.Clear();
        _clientsByArrivals.AddRange(reader.ReadArray<long>());
        reader.Read("staleness", Staleness);
        EnergyJoules = reader.ReadDouble();
        reader.ReadInto<double>(_joules);
    }

    private static int LossKind(UpdateOutcome loss) => loss - UpdateOutcome.LostDropout;

    /// <summary>What is counted of a client. Side by side: among a million clients each look costs a miss of the cache.</summary>
    private record struct ClientCounts(long Arrivals, double Staleness);
}
