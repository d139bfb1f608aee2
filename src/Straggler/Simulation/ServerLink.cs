using Straggler.Checkpoints;
using Straggler.Delays;
using Straggler.Recording;

namespace Straggler.Simulation;

/// <summary>The server's link: takes tasks through download, work and upload, and says when the next of these ends.</summary>
/// <remarks>
/// How much a task is held up only shows as the run goes on, so the end of each phase is an event. At one instant uploads end first, then
/// downloads, then work, each in order of dispatch; then the server gives up those that are too late.
/// </remarks>
/// <param name="options">How much goes through, and how it is shared.</param>
/// <param name="queuesAtClients">Whether a client may have several tasks, of which it does one after another.</param>
internal sealed class ServerLink(ServerLinkOptions options, bool queuesAtClients)
{
    private readonly SharedPipe _down = PipeOf(options.Download, options.Discipline);
    private readonly SharedPipe _up = PipeOf(options.Upload, options.Discipline);
    private readonly EventQueue<LinkTask> _working = new();
    private readonly Queue<LinkTask> _limits = new();
    private readonly Dictionary<int, Queue<LinkTask>> _queues = [];

    /// <summary>Tasks on their way.</summary>
    public int Count => _down.Active.Count + _up.Active.Count + _working.Count + _queues.Values.Sum(queue => queue.Count);

    /// <summary>Their flights, in the order in which <see cref="Save"/> writes what is known of them.</summary>
    public IEnumerable<Flight> Flights => Tasks.Select(task => task.Flight);

    /// <summary>When the next phase of a task ends; <see cref="VirtualTime.Never"/> if none does.</summary>
    public VirtualTime NextEvent => Earlier(Earlier(_down.NextEnd, _up.NextEnd), Earlier(_working.NextTime, NextLimit));

    private IEnumerable<LinkTask> Tasks =>
        [.. _down.Active, .. _working.InOrder, .. _up.Active, .. _queues.Values.SelectMany(queue => queue).OrderBy(task => task.Flight.Number)];

    /// <summary>When the server gives up the next of those that are still on their way; all limits are equally long.</summary>
    private VirtualTime NextLimit
    {
        get
        {
            while (_limits.TryPeek(out LinkTask? task) && task.IsOver)
            {
                _limits.Dequeue();
            }

            return _limits.TryPeek(out LinkTask? next) ? next.Course.Limit : VirtualTime.Never;
        }
    }

    /// <summary>A task leaves; its client begins with it when it is free.</summary>
    public void Add(Flight flight, in LinkPlan plan, VirtualTime now)
    {
        LinkTask task = new(flight, plan);
        if (queuesAtClients && !_queues.TryAdd(flight.Client, new()))
        {
            _queues[flight.Client].Enqueue(task);
        }
        else
        {
            Begin(task, now);
        }
    }

    /// <summary>A client's task is over, and it begins with the next one that it has.</summary>
    public void Free(int client, VirtualTime now)
    {
        if (_queues.TryGetValue(client, out Queue<LinkTask>? queue))
        {
            if (queue.TryDequeue(out LinkTask? next))
            {
                Begin(next, now);
            }
            else
            {
                _queues.Remove(client);
            }
        }
    }

    /// <summary>What happens at <see cref="NextEvent"/>.</summary>
    /// <param name="arrive">Told the flights whose arrival is known now.</param>
    public void Step(Action<Flight> arrive)
    {
        VirtualTime now = NextEvent;
        if (_up.NextEnd == now)
        {
            foreach (LinkTask task in _up.TakeEnded())
            {
                task.EndUpload();
                Leave(task, now, arrive);
            }
        }
        else if (_down.NextEnd == now)
        {
            foreach (LinkTask task in _down.TakeEnded())
            {
                task.EndDownload();
                Work(task, now);
            }
        }
        else if (_working.NextTime == now)
        {
            Upload(_working.Take(), now, arrive);
        }
        else
        {
            GiveUp(_limits.Dequeue(), arrive);
        }
    }

    /// <summary>Takes tasks off the link, or out of their clients' queues, before their time.</summary>
    /// <param name="which">Which.</param>
    /// <param name="now">The moment.</param>
    /// <returns>Their flights in order of dispatch, due when they would have come if nobody else had held them up any more.</returns>
    public IReadOnlyList<Flight> Remove(Func<Flight, bool> which, VirtualTime now)
    {
        bool Chosen(LinkTask task) => which(task.Flight);
        List<LinkTask> removed = [];
        foreach ((int client, Queue<LinkTask> queue) in _queues.Where(queue => queue.Value.Any(Chosen)).ToArray())
        {
            removed.AddRange(queue.Where(Chosen));
            _queues[client] = new(queue.Where(task => !Chosen(task)));
        }

        foreach (LinkTask task in TakeOff(Chosen, now))
        {
            removed.Add(task);
            task.IsOver = true;
            task.Flight.Due = task.Expected;
            Free(task.Flight.Client, now);
        }

        return [.. removed.OrderBy(task => task.Flight.Number).Select(task => task.Flight)];
    }

    /// <summary>A client has a task that is on its last way, off the link: what it is sent has to wait.</summary>
    public void Occupy(int client)
    {
        if (queuesAtClients)
        {
            _queues.TryAdd(client, new());
        }
    }

    /// <summary>Writes into a checkpoint how far the tasks have come; their plans follow from the flights.</summary>
    public void Save(StateWriter writer)
    {
        writer.Write<double>([_down.Since.Seconds, _up.Since.Seconds]);
        writer.Write<int>([_down.Active.Count, _working.Count, _up.Active.Count]);
        writer.Write<double>([.. Tasks.Select(task => task.Course.Begun.Seconds)]);
        writer.Write<double>([.. Tasks.Select(task => task.Slip)]);
        writer.Write<double>([.. Tasks.Select(task => task.Left)]);
        writer.Write<bool>([.. Tasks.Select(task => task.IsHeldUp)]);
    }

    /// <summary>Takes over what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Reads it.</param>
    /// <param name="flights">The flights in the order of <see cref="Flights"/>.</param>
    /// <param name="planOf">What is known of a flight.</param>
    public void Load(StateReader reader, IReadOnlyList<Flight> flights, Func<Flight, LinkPlan> planOf)
    {
        double[] since = reader.ReadArray<double>();
        int[] counts = reader.ReadArray<int>();
        (double[] begun, double[] slip, double[] left) = (reader.ReadArray<double>(), reader.ReadArray<double>(), reader.ReadArray<double>());
        bool[] heldUp = reader.ReadArray<bool>();
        LinkTask[] tasks = [.. flights.Select(flight => new LinkTask(flight, planOf(flight)))];
        (int working, int uploads, int queued) = (counts[0], counts[0] + counts[1], counts.Sum());
        for (int place = 0; place < queued; place++)
        {
            LinkTask task = tasks[place];
            task.Begin(new VirtualTime(begun[place]));
            task.Begin(place < working ? task.Course.Download : task.Course.Upload);
            (task.Slip, task.Left, task.IsHeldUp) = (slip[place], left[place], heldUp[place]);
            Occupy(task.Flight.Client);
        }

        _down.Load(new(since[0]), tasks[..working]);
        Array.ForEach(tasks[working..uploads], task => _working.Add(task.At(task.Course.UploadBegin), task));
        _up.Load(new(since[1]), tasks[uploads..queued]);
        Array.ForEach(tasks[queued..], task => _queues[task.Flight.Client].Enqueue(task));
        foreach (LinkTask task in tasks[..queued].Where(task => task.Course.Limit < VirtualTime.Never).OrderBy(task => task.Course.Limit).ThenBy(task => task.Flight.Number))
        {
            _limits.Enqueue(task);
        }
    }

    private void Begin(LinkTask task, VirtualTime now)
    {
        task.Begin(now);
        if (task.Course.Limit < VirtualTime.Never)
        {
            _limits.Enqueue(task);
        }

        if (task.Course.Download.Seconds > 0)
        {
            task.Begin(task.Course.Download);
            _down.Join(task, now);
        }
        else
        {
            Work(task, now);
        }
    }

    private void Work(LinkTask task, VirtualTime now) => _working.Add(Later(now, task.At(task.Course.UploadBegin)), task);

    private void Upload(LinkTask task, VirtualTime now, Action<Flight> arrive)
    {
        if (task.Course.Upload.Seconds > 0)
        {
            task.Begin(task.Course.Upload);
            _up.Join(task, now);
        }
        else
        {
            Leave(task, now, arrive);
        }
    }

    private static void Leave(LinkTask task, VirtualTime now, Action<Flight> arrive)
    {
        LinkCourse course = task.Course;
        VirtualTime due = course.Upload.End == course.Due ? now : Later(now, task.At(course.Due));
        if (course.Loss is not null && course.NoticedLate)
        {
            due = course.Limit;
        }

        if (due > course.Limit)
        {
            due = course.Limit;
            task.Flight.Lose(UpdateOutcome.LostTimeout);
        }

        Arrive(task, due, arrive);
    }

    private void GiveUp(LinkTask task, Action<Flight> arrive)
    {
        VirtualTime now = task.Course.Limit;
        TakeOff(other => other == task, now);
        task.Flight.Lose(UpdateOutcome.LostTimeout);
        Arrive(task, now, arrive);
    }

    private LinkTask[] TakeOff(Func<LinkTask, bool> which, VirtualTime now) =>
        [.. _down.Remove(which, now), .. _working.Remove(which), .. _up.Remove(which, now)];

    private static void Arrive(LinkTask task, VirtualTime due, Action<Flight> arrive)
    {
        task.IsOver = true;
        task.Flight.Due = due;
        arrive(task.Flight);
    }

    /// <summary>A direction without a limit lets everybody have their own speed.</summary>
    private static SharedPipe PipeOf(double? capacity, LinkDiscipline discipline) =>
        capacity is { } bytes ? new(bytes, discipline) : new(double.PositiveInfinity, LinkDiscipline.ProcessorSharing);

    private static VirtualTime Earlier(VirtualTime left, VirtualTime right) => left < right ? left : right;

    private static VirtualTime Later(VirtualTime left, VirtualTime right) => left > right ? left : right;
}
