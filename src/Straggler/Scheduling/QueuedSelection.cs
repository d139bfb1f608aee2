using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Straggler.Checkpoints;
using Straggler.Configuration;

namespace Straggler.Scheduling;

/// <summary>How likely each client is to be drawn.</summary>
public enum DrawBy
{
    /// <summary>All alike.</summary>
    Uniform,

    /// <summary>By the number of training samples.</summary>
    Samples,

    /// <summary>As minimises the bound of Leconte et al. 2024, given the clients' expected durations.</summary>
    Optimal,
}

/// <summary>Options of <see cref="QueuedSelection"/>.</summary>
public sealed record QueuedSelectionOptions : IDrawsFromAll, IValidatableObject, ILiveObstacle
{
    /// <summary>The probabilities, where they are not listed.</summary>
    public DrawBy By { get; init; } = DrawBy.Uniform;

    /// <summary>A weight above 0 for each client, instead of <see cref="By"/>; scaled to sum 1.</summary>
    [ElementRange(1e-300, 1e300)]
    public ImmutableArray<double> Probabilities { get; init; } = [];

    /// <summary>A = f(x_0) − f*, for <c>optimal</c>. The defaults of the four constants are orders of magnitude only.</summary>
    [Range(0.0, 1e12, MinimumIsExclusive = true)]
    public double InitialGap { get; init; } = 100;

    /// <summary>B, the bound of the gradients' noise and diversity, for <c>optimal</c>.</summary>
    [Range(0.0, 1e12, MinimumIsExclusive = true)]
    public double GradientBound { get; init; } = 20;

    /// <summary>L, the smoothness of the loss, for <c>optimal</c>.</summary>
    [Range(0.0, 1e12, MinimumIsExclusive = true)]
    public double Smoothness { get; init; } = 1;

    /// <summary>T, the server steps that the bound is for, for <c>optimal</c>.</summary>
    [Range(1L, long.MaxValue)]
    public long Horizon { get; init; } = 10_000;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Probabilities.Length > 0 && By != DrawBy.Uniform)
        {
            yield return new("listed probabilities go without by", [nameof(Probabilities)]);
        }
    }

    /// <inheritdoc/>
    string? ILiveObstacle.LiveObstacle => LiveObstacles.Queues;
}

/// <summary>Any client with probability p_i, busy or not: a busy client's tasks queue there, first come, first served.</summary>
/// <remarks>
/// Source: L. Leconte, M. Jonckheere, S. Samsonov, E. Moulines, "Queuing dynamics of asynchronous federated learning", AISTATS 2024, arXiv
/// 2405.00017: C tasks go round in a closed Jackson network. A task holds the version of its dispatch and waits until its client is free.
/// The k-th selection of a run always uses the k-th stream <c>selection</c> of the group; O(log n) per call.
/// </remarks>
public sealed class QueuedSelection : IClientSelection
{
    private readonly SelectionDraws _draws;
    private readonly int[] _members;
    private readonly WeightTree _weights;

    /// <summary>Computes the probabilities.</summary>
    /// <param name="options">Which.</param>
    /// <param name="services">The run.</param>
    /// <param name="group">The group's number, which names its streams.</param>
    /// <param name="members">The group's clients, ascending; not copied.</param>
    /// <exception cref="InvalidOptionException">The list is not one probability for each client, there is too much to optimise, or tasks may fail.</exception>
    public QueuedSelection(QueuedSelectionOptions options, SchedulingServices services, int group, int[] members)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(members);
        services.RequireTasksToSucceed();
        _draws = new(services.Streams, group);
        _members = members;
        _weights = new(Weights(options, services, members));
    }

    /// <inheritdoc/>
    public int Count => _members.Length;

    /// <inheritdoc/>
    public bool TakesBusy => true;

    /// <inheritdoc/>
    public double Probability { get; private set; }

    /// <summary>p_i of each of the group's clients.</summary>
    public IEnumerable<double> Probabilities => Enumerable.Range(0, _members.Length).Select(place => _weights[place] / _weights.Total);

    /// <inheritdoc/>
    public int Take()
    {
        int place = _weights.At(_draws.Next().NextDouble());
        Probability = _weights[place] / _weights.Total;
        return _members[place];
    }

    /// <summary>Nothing: busy clients could be taken all along.</summary>
    public void Return(int client)
    {
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("draws", _draws);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("draws", _draws);
    }

    private static double[] Weights(QueuedSelectionOptions options, SchedulingServices services, int[] members)
    {
        ImmutableArray<double> listed = options.Probabilities;
        if (listed.Length > 0 && listed.Length != services.ClientCount)
        {
            throw new InvalidOptionException("scheduler.selection.probabilities",
                $"{listed.Length} probabilities for {services.ClientCount} clients. Allowed: one for each client, or by: uniform, samples or optimal.");
        }

        if (listed.Length > 0)
        {
            double most = listed.Max();
            return [.. members.Select(client => listed[client] / most is > 0 and var weight ? weight
                : throw new InvalidOptionException("scheduler.selection.probabilities",
                    $"client {client} is too unlikely beside the likeliest client. Allowed: probabilities that differ less."))];
        }

        return options.By switch
        {
            DrawBy.Samples => [.. members.Select(client => (double)Math.Max(1, services.Samples[client]))],
            DrawBy.Optimal => Optimal(options, services, members),
            _ => [.. members.Select(_ => 1.0)],
        };
    }

    private static double[] Optimal(QueuedSelectionOptions options, SchedulingServices services, int[] members)
    {
        if ((long)members.Length * services.Concurrency > OptimalProbabilities.MostWork)
        {
            throw new InvalidOptionException("scheduler.selection.by",
                $"optimal for {members.Length} clients and {services.Concurrency} tasks is too much to compute. "
                + $"Allowed: clients × concurrency up to {OptimalProbabilities.MostWork}; else uniform or samples.");
        }

        if (members.Length == 0)
        {
            return [];
        }

        StalenessBound bound = new(options.InitialGap, options.GradientBound, options.Smoothness, options.Horizon, services.Concurrency);
        return OptimalProbabilities.Find(bound, [.. members.Select(services.ExpectedSeconds)]);
    }
}
