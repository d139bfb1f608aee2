using Straggler.Recording;
using Straggler.Simulation;

namespace Straggler.Reports.Records;

/// <summary>The tasks of a few clients from the beginning of a run, as far as a picture can show them one by one.</summary>
internal sealed class TaskWindow
{
    private readonly ClientSample<List<UpdateRecord>> _clients;
    private readonly int _mostTasks;
    private int _count;

    /// <summary>Makes an empty window.</summary>
    /// <param name="mostClients">Most clients.</param>
    /// <param name="mostTasks">Most tasks.</param>
    public TaskWindow(int mostClients = 32, int mostTasks = 400)
    {
        _clients = new(mostClients);
        _mostTasks = mostTasks;
    }

    /// <summary>Virtual seconds from which on dispatched tasks are left out; infinite if there are none.</summary>
    public double Until { get; private set; } = double.PositiveInfinity;

    /// <summary>Whether clients are left out.</summary>
    public bool IsPartial => _clients.IsPartial;

    /// <summary>The clients with their tasks, in the order of their ends; those that were still out at the end of the run come last and end at +∞.</summary>
    public IEnumerable<KeyValuePair<int, List<UpdateRecord>>> Clients
    {
        get
        {
            Shorten(_mostTasks);
            return _clients.Kept.Where(pair => pair.Value.Count > 0).OrderBy(pair => pair.Key);
        }
    }

    /// <summary>Takes the end of a task in, be it an arrival or a loss.</summary>
    /// <param name="row">The row.</param>
    public void Add(in UpdateRecord row)
    {
        if (row.DispatchVirtualTime < Until && double.IsFinite(row.VirtualTime) && _clients.TryMeet(row.Client, out List<UpdateRecord>? tasks))
        {
            tasks.Add(row);
            if (++_count > 2 * _mostTasks)
            {
                Shorten(_mostTasks);
            }
        }
    }

    /// <summary>Takes in a task that was still out at the end of the run.</summary>
    /// <param name="task">The task.</param>
    public void AddOutstanding(RecordedTask task)
    {
        if (task.Dispatched.Seconds < Until && _clients.TryMeet(task.Client, out List<UpdateRecord>? tasks))
        {
            tasks.Add(new(0, double.PositiveInfinity, task.Client, task.Dispatched.Seconds, task.BaseVersion, task.BaseVersion, double.NaN, 0, double.NaN, UpdateOutcome.Applied));
            _count++;
        }
    }

    /// <summary>Brings the window's end forward until few enough tasks were dispatched before it.</summary>
    private void Shorten(int most)
    {
        double[] dispatches = [.. _clients.Kept.Values.SelectMany(tasks => tasks).Select(task => task.DispatchVirtualTime).Order()];
        _count = dispatches.Length;
        if (_count <= most)
        {
            return;
        }

        // Tasks that were dispatched together stay together, unless these alone are too many.
        Until = dispatches[most] > dispatches[0] ? dispatches[most] : Math.BitIncrement(dispatches[0]);
        foreach (List<UpdateRecord> tasks in _clients.Kept.Values)
        {
            tasks.RemoveAll(task => task.DispatchVirtualTime >= Until);
        }

        _count = _clients.Kept.Values.Sum(tasks => tasks.Count);
    }
}
