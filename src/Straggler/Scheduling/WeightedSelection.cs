using System.ComponentModel.DataAnnotations;
using Straggler.Checkpoints;
using Straggler.Configuration;

namespace Straggler.Scheduling;

/// <summary>What makes a client likely to be drawn.</summary>
public enum SelectionWeight
{
    /// <summary>Its number of training samples.</summary>
    Samples,

    /// <summary>Its speed: 1 ÷ the expected duration of its task.</summary>
    Speed,
}

/// <summary>Options of <see cref="WeightedSelection"/>.</summary>
public sealed record WeightedSelectionOptions : ILiveObstacle
{
    /// <summary>What the clients are weighed by.</summary>
    public SelectionWeight By { get; init; } = SelectionWeight.Samples;

    /// <summary>The exponent of the weight; negative prefers the small or the slow.</summary>
    [Range(-100.0, 100.0)]
    public double Power { get; init; } = 1;

    /// <inheritdoc/>
    string? ILiveObstacle.LiveObstacle => By == SelectionWeight.Speed ? "by speed " + LiveObstacles.Durations : null;
}

/// <summary>An idle client with probability w_i ÷ the sum of the idle clients' weights, with w_i = n_i^a or (1/E[D_i])^a.</summary>
/// <remarks>
/// The k-th selection of a run always uses the k-th stream <c>selection</c> of the group; one draw, no rejection; O(log n) per call.
/// Sampling by n_i with plain averaging is the second scheme of Li et al. 2020, "On the convergence of FedAvg on non-IID data", arXiv
/// 1907.02189, except that theirs is with replacement (see <see cref="QueuedSelection"/>).
/// </remarks>
public sealed class WeightedSelection : IClientSelection
{
    private readonly SelectionDraws _draws;
    private readonly double[] _weights;
    private readonly Members _members;
    private WeightTree _idle;

    /// <summary>All clients are idle.</summary>
    /// <param name="options">What weighs.</param>
    /// <param name="services">The run.</param>
    /// <param name="group">The group's number, which names its streams.</param>
    /// <param name="members">The group's clients, ascending; not copied.</param>
    /// <exception cref="InvalidOptionException">A client's weight is no finite number above 0.</exception>
    public WeightedSelection(WeightedSelectionOptions options, SchedulingServices services, int group, int[] members)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(members);
        _draws = new(services.Streams, group);
        _members = new(members, services.ClientCount);
        double[] raw = [.. members.Select(client =>
            options.By == SelectionWeight.Samples ? services.Samples[client] : 1 / services.ExpectedSeconds(client))];
        double scale = raw.Length == 0 ? 1 : raw.Max();
        _weights = [.. raw.Select((weight, place) => Math.Pow(weight / scale, options.Power) is > 0 and < double.PositiveInfinity and var powered
            ? powered
            : throw new InvalidOptionException("scheduler.selection", Unusable(options, members[place])))];
        _idle = new(_weights);
        Count = members.Length;
    }

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public int Take()
    {
        if (Count == 0)
        {
            throw new InvalidOperationException("No client is idle.");
        }

        int place = _idle.At(_draws.Next().NextDouble());
        _idle[place] = 0;
        Count--;
        return _members[place];
    }

    /// <inheritdoc/>
    public void Return(int client)
    {
        int place = _members.PlaceOf(client);
        _idle[place] = _weights[place];
        Count++;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("draws", _draws);
        writer.Write<int>([.. Enumerable.Range(0, _members.Count).Where(place => _idle[place] > 0)]);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("draws", _draws);
        int[] idle = reader.ReadArray<int>(_members.Count);
        double[] weights = new double[_members.Count];
        foreach (int place in idle)
        {
            weights[_members.Checked(place)] = _weights[place];
        }

        Count = idle.Length;
        _idle = new(weights);
    }

    private static string Unusable(WeightedSelectionOptions options, int client) => FormattableString.Invariant(
        $"by {(options.By == SelectionWeight.Samples ? "samples" : "speed")} to the power {options.Power}, client {client} has no weight above 0. ")
        + "Allowed: a power closer to 0, or clients that differ less.";
}
