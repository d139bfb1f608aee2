using System.ComponentModel.DataAnnotations;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Simulation;
using Straggler.Strategies;
using Straggler.Training;

namespace Straggler.Scheduling;

/// <summary>Options of <see cref="ImportanceSelection"/>.</summary>
public sealed record ImportanceSelectionOptions : IDrawsFromAll, IJudgesByReports, ILiveObstacle
{
    /// <summary>γ: this share of the draws is uniform, which keeps 1/(n p_i) at most 1/γ.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double UniformShare { get; init; } = 0.2;

    /// <inheritdoc/>
    string? ILiveObstacle.LiveObstacle => LiveObstacles.Queues;
}

/// <summary>Any client with probability γ/n + (1 − γ) u_i/Σu, where u_i is the norm of its last update; busy ones have tasks queue there.</summary>
/// <remarks>
/// <para>Source: W. Chen, S. Horváth, P. Richtárik, "Optimal client sampling for federated learning", TMLR 2022, arXiv 2010.13723: with
/// p_i ∝ ‖w_i U_i‖ the variance of the unbiased estimate Σ w_i U_i/p_i is least. Theirs asks all clients for the norm of the update that they
/// have just computed and then lets some of them upload it; asynchronously nothing is known of an update before its client is sent. So the
/// last norm stands for the next one.</para>
/// <para>The estimate stays unbiased: p_i is fixed before the draw, by what had arrived by then, and travels with the task to a strategy that
/// divides by it (<c>generalized_asyncsgd</c>). Only its variance is no longer least. Drawing from all clients and not from the idle ones is
/// what makes p_i known; γ guards against clients whose norm was small once. Clients that were never seen count as the mean of the others.
/// </para>
/// </remarks>
public sealed class ImportanceSelection : IClientSelection
{
    private readonly double _uniformShare;
    private readonly SelectionDraws _draws;
    private readonly Members _members;
    private readonly List<int> _unseen;
    private readonly int[] _placeAmongUnseen;
    private WeightTree _norms;

    /// <summary>Nobody was seen.</summary>
    /// <param name="options">How much is uniform.</param>
    /// <param name="services">The run.</param>
    /// <param name="group">The group's number, which names its streams.</param>
    /// <param name="members">The group's clients, ascending; not copied.</param>
    /// <exception cref="InvalidOptionException">Clients may go off, or tasks be lost.</exception>
    public ImportanceSelection(ImportanceSelectionOptions options, SchedulingServices services, int group, int[] members)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(members);
        services.RequireTasksToSucceed();
        _uniformShare = options.UniformShare;
        _draws = new(services.Streams, group);
        _members = new(members, services.ClientCount);
        _norms = new(new double[members.Length]);
        _unseen = [.. Enumerable.Range(0, members.Length)];
        _placeAmongUnseen = [.. _unseen];
    }

    /// <inheritdoc/>
    public int Count => _members.Count;

    /// <inheritdoc/>
    public bool TakesBusy => true;

    /// <inheritdoc/>
    public double Probability { get; private set; }

    /// <inheritdoc/>
    public int Take()
    {
        RandomStream random = _draws.Next();
        int place = random.NextDouble() < _uniformShare ? random.NextInt32(Count) : ByNorm(ref random);
        Probability = ProbabilityOf(place);
        return _members[place];
    }

    /// <summary>Nothing: busy clients could be taken all along.</summary>
    public void Return(int client)
    {
    }

    /// <inheritdoc/>
    public void Observe(in Arrival arrival, LocalOutcome outcome)
    {
        // A task that was not trained, or whose training blew up, says nothing.
        if (outcome.UpdateNorm is > 0 and < double.PositiveInfinity and var norm)
        {
            int place = _members.PlaceOf(arrival.Client);
            Saw(place);
            _norms[place] = norm;
        }
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("draws", _draws);
        writer.Write<double>([.. Enumerable.Range(0, Count).Select(place => _norms[place])]);
        writer.Write<int>([.. _unseen]);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("draws", _draws);
        double[] norms = new double[Count];
        reader.ReadInto<double>(norms);
        _norms = new(norms);
        _unseen.Clear();
        foreach (int place in reader.ReadArray<int>(Count))
        {
            _placeAmongUnseen[_members.Checked(place)] = _unseen.Count;
            _unseen.Add(place);
        }
    }

    /// <summary>The weight of those never seen, together; 1 each while nobody was.</summary>
    private double Unseen => _unseen.Count == Count ? Count : _norms.Total / (Count - _unseen.Count) * _unseen.Count;

    private int ByNorm(ref RandomStream random)
    {
        double unseen = Unseen, point = random.NextDouble() * (_norms.Total + unseen);
        return point < unseen ? _unseen[random.NextInt32(_unseen.Count)] : _norms.At(random.NextDouble());
    }

    private double ProbabilityOf(int place)
    {
        double unseen = Unseen, weight = _norms[place] > 0 ? _norms[place] : unseen / _unseen.Count;
        return (_uniformShare / Count) + ((1 - _uniformShare) * weight / (_norms.Total + unseen));
    }

    /// <summary>Takes a client from those never seen; the last of them gets its place in the list.</summary>
    private void Saw(int place)
    {
        if (_norms[place] > 0)
        {
            return;
        }

        int hole = _placeAmongUnseen[place], last = _unseen[^1];
        (_unseen[hole], _placeAmongUnseen[last]) = (last, hole);
        _unseen.RemoveAt(_unseen.Count - 1);
    }
}
