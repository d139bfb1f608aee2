using Straggler.Checkpoints;
using Straggler.Simulation;
using Straggler.Strategies;
using Straggler.Training;

namespace Straggler.Scheduling;

/// <summary>Selections that judge clients by what their updates were worth, and try those of whom nothing is known yet.</summary>
/// <remarks>
/// C selections are a round, so that the rules of papers with rounds apply; under a scheduler with rounds they are its rounds. With
/// probability ε a client is drawn that no update has come from, if one is idle, else one of the others; ε falls from round to round. A
/// client's statistical utility is n_i times the root of its mean squared loss. Where no loss is known, as in a timeline without training, it
/// counts as 1. O(n) per selection.
/// </remarks>
public abstract class UtilitySelection : IClientSelection
{
    private readonly SelectionDraws _draws;
    private readonly Members _members;
    private readonly SchedulingServices _services;
    private readonly (double First, double Decay, double Least) _exploration;
    private readonly bool[] _idle;
    private readonly bool[] _known;
    private readonly double[] _utility;
    private readonly List<int> _candidates = [];

    /// <summary>All clients are idle and unknown.</summary>
    /// <param name="services">The run.</param>
    /// <param name="group">The group's number, which names its streams.</param>
    /// <param name="members">The group's clients, ascending; not copied.</param>
    /// <param name="exploration">ε before the first round, its factor for each round, and its least value.</param>
    protected UtilitySelection(SchedulingServices services, int group, int[] members, (double First, double Decay, double Least) exploration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(members);
        _draws = new(services.Streams, group);
        _members = new(members, services.ClientCount);
        _services = services;
        _exploration = exploration;
        _idle = new bool[members.Length];
        _known = new bool[members.Length];
        _utility = new double[members.Length];
        Array.Fill(_idle, true);
        Count = members.Length;
    }

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <summary>Clients of the group.</summary>
    protected int MemberCount => _members.Count;

    /// <summary>The round that the last selection belongs to, from 1.</summary>
    protected int Round { get; private set; } = 1;

    /// <summary>ε of the present round.</summary>
    protected double Exploration => Math.Max(_exploration.Least, _exploration.First * Math.Pow(_exploration.Decay, Round));

    /// <summary>Clients selected in a round.</summary>
    protected int PerRound => _services.Concurrency;

    /// <summary>Whether an update has come from the client at a place.</summary>
    protected bool IsKnown(int place) => _known[place];

    /// <summary>The statistical utility that the client at a place had last.</summary>
    protected double UtilityOf(int place) => _utility[place];

    /// <summary>Virtual seconds that a task of the client at a place is expected to take.</summary>
    protected double ExpectedSeconds(int place) => _services.ExpectedSeconds(_members[place]);

    /// <inheritdoc/>
    public int Take()
    {
        if (Count == 0)
        {
            throw new InvalidOperationException("No client is idle.");
        }

        Round = 1 + (_draws.Count / _services.Concurrency);
        BeforeSelection();
        double exploration = Exploration;
        RandomStream random = _draws.Next();
        bool explores = random.NextDouble() < exploration;
        int place = explores ? Draw(known: false, ref random) : Draw(known: true, ref random);
        place = place < 0 ? Draw(known: explores, ref random) : place;
        _idle[place] = false;
        Count--;
        return _members[place];
    }

    /// <inheritdoc/>
    public void Return(int client)
    {
        _idle[_members.PlaceOf(client)] = true;
        Count++;
    }

    /// <inheritdoc/>
    public void Observe(in Arrival arrival, LocalOutcome outcome)
    {
        int place = _members.PlaceOf(arrival.Client);
        double loss = outcome.RootMeanSquareLoss > 0 ? outcome.RootMeanSquareLoss : outcome.MeanLoss;
        if (double.IsFinite(loss) || !_known[place])
        {
            _utility[place] = Math.Max(1, arrival.Samples) * (double.IsFinite(loss) ? loss : 1);
        }

        _known[place] = true;
        Learn(place, arrival);
    }

    /// <summary>Called before each selection.</summary>
    protected virtual void BeforeSelection()
    {
    }

    /// <summary>An update of the client at a place has come; its utility is known.</summary>
    /// <param name="place">The client's place.</param>
    /// <param name="arrival">When, how stale.</param>
    protected abstract void Learn(int place, in Arrival arrival);

    /// <summary>Chooses one of the idle clients that are known.</summary>
    /// <param name="places">Their places, ascending; at least one.</param>
    /// <param name="random">The selection's draws.</param>
    protected abstract int Exploit(IReadOnlyList<int> places, ref RandomStream random);

    /// <summary>Chooses one of the idle clients that are not known.</summary>
    /// <param name="places">Their places, ascending; at least one.</param>
    /// <param name="random">The selection's draws.</param>
    protected abstract int Explore(IReadOnlyList<int> places, ref RandomStream random);

    /// <summary>Draws one of some places by weights; uniformly if none has any.</summary>
    /// <param name="places">The places.</param>
    /// <param name="weights">A weight of at least 0 for each of them.</param>
    /// <param name="random">The selection's draws.</param>
    protected static int DrawByWeight(IReadOnlyList<int> places, double[] weights, ref RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(places);
        WeightTree tree = new(weights);
        return places[tree.Total > 0 ? tree.At(random.NextDouble()) : random.NextInt32(places.Count)];
    }

    /// <inheritdoc/>
    public virtual void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("draws", _draws);
        writer.Write<bool>(_idle);
        writer.Write<bool>(_known);
        writer.Write<double>(_utility);
    }

    /// <inheritdoc/>
    public virtual void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("draws", _draws);
        reader.ReadInto<bool>(_idle);
        reader.ReadInto<bool>(_known);
        reader.ReadInto<double>(_utility);
        Count = _idle.Count(idle => idle);
        Round = 1 + (Math.Max(0, _draws.Count - 1) / _services.Concurrency);
    }

    /// <summary>Chooses an idle client that is known or one that is not; −1 if there is none.</summary>
    private int Draw(bool known, ref RandomStream random)
    {
        _candidates.Clear();
        for (int place = 0; place < _idle.Length; place++)
        {
            if (_idle[place] && _known[place] == known)
            {
                _candidates.Add(place);
            }
        }

        return _candidates.Count == 0 ? -1 : known ? Exploit(_candidates, ref random) : Explore(_candidates, ref random);
    }
}
