using Straggler.Checkpoints;

namespace Straggler.Scheduling;

/// <summary>Clients take turns: who has been idle longest leaves next, at first in the order of their numbers. No draws; O(1) per call.</summary>
/// <param name="members">The group's clients, all idle.</param>
public sealed class RoundRobinSelection(int[] members) : IClientSelection
{
    private readonly int _clients = members.Length;
    private readonly Queue<int> _idle = new(members);

    /// <inheritdoc/>
    public int Count => _idle.Count;

    /// <inheritdoc/>
    public int Soon => _idle.TryPeek(out int client) ? client : -1;

    /// <inheritdoc/>
    public int Take() => _idle.TryDequeue(out int client) ? client : throw new InvalidOperationException("No client is idle.");

    /// <inheritdoc/>
    public void Return(int client) => _idle.Enqueue(client);

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write<int>([.. _idle]);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _idle.Clear();
        foreach (int client in reader.ReadArray<int>(_clients))
        {
            _idle.Enqueue(client);
        }
    }
}
