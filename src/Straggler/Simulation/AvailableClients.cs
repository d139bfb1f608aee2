using Straggler.Availability;
using Straggler.Checkpoints;
using Straggler.Scheduling;

namespace Straggler.Simulation;

/// <summary>The clients that could leave: asks each group's selection who it is to be, and passes over those who are off.</summary>
/// <remarks>
/// Who was selected and found off sleeps: it is kept from the selection until it is on again. So nobody looks at a client that is not
/// selected, a client sleeps at most once for each time that it is found off, and who leaves is still drawn from all that are on, by the
/// selection's own rule. Without availability everybody is on, and nothing is asked.
/// </remarks>
/// <param name="selections">A selection for each group.</param>
/// <param name="groups">The groups.</param>
/// <param name="availability">When clients are on; null for always.</param>
/// <param name="isReady">Whether a live client is there; null where clients are simulated.</param>
internal sealed class AvailableClients(
    IClientSelection[] selections, ClientGroups groups, IAvailability? availability, Func<int, bool>? isReady = null) : IStateful
{
    // Live clients that were selected and not there: nobody knows when they will be.
    private readonly SortedSet<int> _away = [];
    private readonly EventQueue<int>[] _asleep = [.. selections.Select(_ => new EventQueue<int>())];

    /// <summary>When a live run that is loaded goes on; nobody wakes before then.</summary>
    public VirtualTime ResumedAt { get; set; }

    /// <summary>A group's selection.</summary>
    public IClientSelection this[int group] => selections[group];

    /// <summary>When the next sleeping client of a group wakes.</summary>
    public VirtualTime NextWake(int group) => _asleep[group].NextTime;

    /// <summary>Takes a client of a group that is on.</summary>
    /// <param name="group">The group.</param>
    /// <param name="now">The moment.</param>
    /// <returns>The client; −1 if all idle ones are off.</returns>
    public int Take(int group, VirtualTime now)
    {
        IClientSelection selection = selections[group];
        if (availability is null && isReady is null)
        {
            return selection.Take();
        }

        Wake(group, now);
        while (selection.Count > 0)
        {
            int client = selection.Take();
            VirtualTime on = NextOn(client, now);
            if (on <= now)
            {
                return client;
            }

            // Who is never on again stays away for good; a live client until it is heard of.
            if (on < VirtualTime.Never)
            {
                _asleep[group].Add(on, client);
            }
            else if (isReady is not null)
            {
                _away.Add(client);
            }
        }

        return -1;
    }

    /// <summary>A live client that was away is there from a moment on.</summary>
    public void Ready(int client, VirtualTime at)
    {
        if (_away.Remove(client))
        {
            _asleep[groups.Of(client)].Add(at, client);
        }
    }

    /// <summary>A client is idle again.</summary>
    public void Return(int client) => selections[groups.Of(client)].Return(client);

    /// <inheritdoc/>
    /// <remarks>Who is away is asked for at once when the run goes on.</remarks>
    public void Save(StateWriter writer)
    {
        for (int group = 0; group < selections.Length; group++)
        {
            writer.Write("selection", selections[group]);
            int number = group;
            IEnumerable<(VirtualTime Due, int Client)> away = _away.Where(client => groups.Of(client) == number).Select(client => (VirtualTime.Zero, client));
            (VirtualTime Due, int Client)[] asleep = [.. away, .. _asleep[group].InOrderOfTime];
            writer.Write<double>([.. asleep.Select(sleeper => sleeper.Due.Seconds)]);
            writer.Write<int>([.. asleep.Select(sleeper => sleeper.Client)]);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Sleepers are added in the order in which they wake, so that those who tie stay in order.</remarks>
    public void Load(StateReader reader)
    {
        for (int group = 0; group < selections.Length; group++)
        {
            reader.Read("selection", selections[group]);
            double[] due = reader.ReadArray<double>();
            int[] clients = new int[due.Length];
            reader.ReadInto<int>(clients);
            for (int sleeper = 0; sleeper < due.Length; sleeper++)
            {
                _asleep[group].Add(new(Math.Max(due[sleeper], ResumedAt.Seconds)), clients[sleeper]);
            }
        }
    }

    private VirtualTime NextOn(int client, VirtualTime now) =>
        isReady is null ? availability!.NextOn(client, now) : isReady(client) ? now : VirtualTime.Never;

    private void Wake(int group, VirtualTime now)
    {
        while (_asleep[group].NextTime <= now)
        {
            selections[group].Return(_asleep[group].Take());
        }
    }
}
