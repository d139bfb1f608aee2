using System.ComponentModel.DataAnnotations;
using Straggler.Configuration;
using Straggler.Simulation;
using Straggler.Strategies;

namespace Straggler.Scheduling;

/// <summary>Options of <see cref="Polling"/>.</summary>
public sealed record PollingOptions : ILiveObstacle
{
    /// <summary>Clients polled each time, s; null for the concurrency.</summary>
    [Range(1, int.MaxValue)]
    public int? ClientsPerPoll { get; init; }

    /// <summary>Virtual seconds between polls, Δt.</summary>
    [Range(0.0, 1e15, MinimumIsExclusive = true)]
    public double PeriodS { get; init; } = 1;

    /// <inheritdoc/>
    string? ILiveObstacle.LiveObstacle => LiveObstacles.Durations;
}

/// <summary>All clients work all the time; every Δt the server asks s of them for what they have.</summary>
/// <remarks>
/// The clients of a poll are drawn uniformly without replacement from the stream <c>polling</c> by the poll's number, so that it is known
/// at dispatch when a client will be asked next and how many steps it has made by then: the share of its task that fits in, at most the
/// whole task, after which it waits. A poll is a round: it ends when all its clients have answered, at the instant of the poll, and they
/// leave again at once. The concurrency is no limit here: all clients are out. Source: Zakerinia et al. 2022, arXiv 2206.10032 (QuAFL);
/// Leconte et al. 2023, arXiv 2305.16099 (FAVAS).
/// </remarks>
public sealed class Polling : IDispatchPolicy
{
    private static readonly StreamPurpose _polling = new("polling");
    private readonly PollingOptions _options;
    private readonly int _asked;
    private readonly RandomStreams _streams;
    private readonly Queue<int>?[] _pollsOf;
    private readonly int[] _clients;
    private int _drawn;

    /// <summary>No poll is drawn yet.</summary>
    /// <exception cref="InvalidOptionException">More clients are to be polled than there are, tasks could queue at clients, clients may fail, or share a link.</exception>
    public Polling(PollingOptions options, SchedulingServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        if (services.TasksMayFail)
        {
            throw new InvalidOptionException("scheduler.name", "polling asks clients that work all the time, so it goes with neither "
                + "availability nor failure. Allowed: another scheduler, or clients that are always on and lose nothing.");
        }

        if (services.HoldsClients)
        {
            throw new InvalidOptionException("scheduler.name", "polling asks clients that work all the time, and the strategy makes them wait "
                + "for each other. Allowed: auto, or another scheduler.");
        }

        if (services.SharesLink)
        {
            throw new InvalidOptionException("scheduler.name", "polling asks clients at times of its own, so it has to know at dispatch how far "
                + "they will be, which nobody does on a shared link. Allowed: another scheduler, or no delay.server_link.");
        }

        _asked = options.ClientsPerPoll ?? services.Concurrency;
        if (_asked > services.ClientCount)
        {
            throw new InvalidOptionException("scheduler.clients_per_poll",
                $"{_asked} clients cannot be polled: there are {services.ClientCount}. Allowed: at most n_clients.");
        }

        if (services.Selection.Options is IDrawsFromAll)
        {
            throw new InvalidOptionException("scheduler.selection",
                $"{services.Selection.Name} may send a client several tasks, but polling has every client work all the time. "
                + "Allowed: a selection among idle clients, such as uniform.");
        }

        _options = options;
        _streams = services.Streams;
        _pollsOf = new Queue<int>?[services.Samples.Count];
        _clients = [.. Enumerable.Range(0, services.Samples.Count)];
        Groups = new(services.ClientCount);
    }

    /// <inheritdoc/>
    public ClientGroups Groups { get; }

    /// <inheritdoc/>
    public int Wanted(in Fleet fleet) => fleet.Concurrency - fleet.InFlight - fleet.Back;

    /// <inheritdoc/>
    public bool EndsRound(in Fleet fleet, VirtualTime now) => fleet.Back >= _asked;

    /// <inheritdoc/>
    public TaskTiming Time(in Dispatch dispatch, VirtualDuration duration)
    {
        VirtualTime due = TimeOf(NextPollOf(dispatch.Client, dispatch.Dispatched));
        double seconds = (due - dispatch.Dispatched).Seconds;
        return new(due, seconds < duration.Seconds ? seconds / duration.Seconds : 1);
    }

    private VirtualTime TimeOf(int poll) => new(poll * _options.PeriodS);

    /// <summary>The next poll that asks a client. Polls are drawn once, until the client is among them, and kept until they are over.</summary>
    /// <remarks>What is kept follows from the streams alone, so a resumed run draws it again.</remarks>
    private int NextPollOf(int client, VirtualTime now)
    {
        int next = FirstPollAfter(now);
        _drawn = Math.Max(_drawn, next - 1);
        while (true)
        {
            Queue<int>? polls = _pollsOf[client];
            while (polls?.Count > 0 && polls.Peek() < next)
            {
                polls.Dequeue();
            }

            if (polls?.Count > 0)
            {
                return polls.Peek();
            }

            Draw(++_drawn);
        }
    }

    private int FirstPollAfter(VirtualTime now)
    {
        int poll = checked((int)(now.Seconds / _options.PeriodS));
        poll = TimeOf(poll) > now ? poll - 1 : poll;
        return TimeOf(poll + 1) > now ? poll + 1 : poll + 2;
    }

    /// <summary>Draws a poll's clients: the first places of a shuffle that is undone afterwards, so that no poll depends on another.</summary>
    private void Draw(int poll)
    {
        RandomStream random = _streams.Open(_polling, 0, poll);
        Span<int> places = _asked <= 256 ? stackalloc int[_asked] : new int[_asked];
        for (int place = 0; place < places.Length; place++)
        {
            places[place] = place + random.NextInt32(_clients.Length - place);
            Swap(place, places[place]);
            (_pollsOf[_clients[place]] ??= new()).Enqueue(poll);
        }

        for (int place = places.Length - 1; place >= 0; place--)
        {
            Swap(place, places[place]);
        }
    }

    private void Swap(int one, int other) => (_clients[one], _clients[other]) = (_clients[other], _clients[one]);
}
