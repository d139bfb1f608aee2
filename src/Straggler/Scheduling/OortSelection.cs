using System.ComponentModel.DataAnnotations;
using Straggler.Checkpoints;
using Straggler.Simulation;
using Straggler.Strategies;

namespace Straggler.Scheduling;

/// <summary>Options of <see cref="OortSelection"/>; the defaults are the authors' code's.</summary>
public sealed record OortSelectionOptions : IJudgesByReports, ILiveObstacle
{
    /// <summary>ε before the first round.</summary>
    [Range(0.0, 1.0)]
    public double Exploration { get; init; } = 0.9;

    /// <summary>What ε is multiplied by in each round; the paper has 0.98.</summary>
    [Range(0.0, 1.0)]
    public double ExplorationDecay { get; init; } = 0.98;

    /// <summary>Least ε.</summary>
    [Range(0.0, 1.0)]
    public double ExplorationMin { get; init; } = 0.2;

    /// <summary>α: how strongly a task that takes longer than preferred counts against its client.</summary>
    [Range(0.0, 100.0)]
    public double DurationPenalty { get; init; } = 2;

    /// <summary>Where the preferred duration T stands at first: so many per cent of the clients are faster.</summary>
    [Range(0.0, 100.0)]
    public double DurationPercentile { get; init; } = 10;

    /// <summary>W: rounds between two looks at whether T is to be raised.</summary>
    [Range(1, 1_000_000)]
    public int PacerStep { get; init; } = 20;

    /// <summary>Per cent of the clients by which T is raised when the utility of the last W rounds is below that of the W before.</summary>
    [Range(0.0, 100.0)]
    public double PacerDelta { get; init; } = 5;

    /// <summary>c: of those known, the ones that reach this share of the utility of the last that would be taken are drawn from; the paper has 0.95.</summary>
    [Range(0.0, 1.0)]
    public double CutOff { get; init; } = 0.95;

    /// <summary>Utilities above this quantile are lowered to it.</summary>
    [Range(0.0, 1.0)]
    public double ClipQuantile { get; init; } = 0.95;

    /// <inheritdoc/>
    string? ILiveObstacle.LiveObstacle => LiveObstacles.Durations;
}

/// <summary>Oort: idle clients by (U_i + √(0.1 ln R/L_i)) · (T/t_i)^α where t_i > T, and unknown ones by their speed.</summary>
/// <remarks>
/// <para>U_i = n_i √(mean loss²) of the client's last update, lowered to the 95 % quantile and scaled to [0, 1] over the idle known clients;
/// R is the round, L_i the round of its last update, t_i the duration of its last task. A client is drawn in proportion to that among those
/// that reach 95 % of the value of the ((1 − ε)C)-th. T, a quantile of the clients' durations, is raised when the utility gathered in W
/// rounds is below that of the W rounds before.</para>
/// <para>Source: F. Lai, X. Zhu, H. Madhyastha, M. Chowdhury, "Oort: efficient federated learning via guided participant selection", OSDI
/// 2021, arXiv 2010.06081, Algorithm 1. From the authors' code: U_i is scaled, T goes by quantiles. Deviations: one client is selected at a
/// time, C selections being a round; the mean squared loss is over batches, not samples; nobody is banned for having taken part often; no noise
/// for privacy.</para>
/// </remarks>
public sealed class OortSelection : UtilitySelection
{
    private const double LeastScale = 1e-4;
    private readonly OortSelectionOptions _options;
    private readonly double[] _seconds;
    private readonly int[] _lastRound;
    private readonly Queue<double> _history = new();
    private double _gathered;
    private double _percentile;
    private double _preferred;
    private int _round = 1;

    /// <summary>Nobody is known.</summary>
    /// <param name="options">The constants.</param>
    /// <param name="services">The run.</param>
    /// <param name="group">The group's number, which names its streams.</param>
    /// <param name="members">The group's clients, ascending; not copied.</param>
    public OortSelection(OortSelectionOptions options, SchedulingServices services, int group, int[] members)
        : base(services, group, members, Decay(options))
    {
        _options = options;
        _seconds = [.. Enumerable.Range(0, MemberCount).Select(ExpectedSeconds)];
        _lastRound = new int[MemberCount];
        _percentile = options.DurationPercentile;
        _preferred = PreferredSeconds();
    }

    /// <summary>T, the preferred duration of a task in virtual seconds.</summary>
    public double Preferred => _preferred;

    /// <inheritdoc/>
    protected override void BeforeSelection()
    {
        while (_round < Round)
        {
            EndRound();
        }
    }

    /// <inheritdoc/>
    protected override void Learn(int place, in Arrival arrival)
    {
        _seconds[place] = (arrival.Arrived - arrival.Dispatched).Seconds;
        _lastRound[place] = Round;
        _gathered += UtilityOf(place);
    }

    /// <inheritdoc/>
    protected override int Exploit(IReadOnlyList<int> places, ref RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(places);
        double[] scores = Scores(places);
        int last = Math.Clamp((int)((1 - Exploration) * PerRound), 0, scores.Length - 1);
        double least = _options.CutOff * scores.OrderDescending().ElementAt(last);
        return DrawByWeight(places, [.. scores.Select(score => score >= least ? score : 0)], ref random);
    }

    /// <inheritdoc/>
    protected override int Explore(IReadOnlyList<int> places, ref RandomStream random)
    {
        double fastest = places.Min(place => _seconds[place]);
        return DrawByWeight(places, [.. places.Select(place => fastest / _seconds[place])], ref random);
    }

    /// <inheritdoc/>
    public override void Save(StateWriter writer)
    {
        base.Save(writer);
        writer.Write<double>(_seconds);
        writer.Write<int>(_lastRound);
        writer.Write<double>([.. _history]);
        writer.Write(_gathered);
        writer.Write(_percentile);
        writer.Write(_preferred);
        writer.Write(_round);
    }

    /// <inheritdoc/>
    public override void Load(StateReader reader)
    {
        base.Load(reader);
        reader.ReadInto<double>(_seconds);
        reader.ReadInto<int>(_lastRound);
        _history.Clear();
        foreach (double gathered in reader.ReadArray<double>(2L * _options.PacerStep))
        {
            _history.Enqueue(gathered);
        }

        _gathered = reader.ReadDouble();
        _percentile = reader.ReadDouble();
        _preferred = reader.ReadDouble();
        _round = reader.ReadInt32();
    }

    private static (double First, double Decay, double Least) Decay(OortSelectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return (options.Exploration, options.ExplorationDecay, options.ExplorationMin);
    }

    private double[] Scores(IReadOnlyList<int> places)
    {
        double[] utilities = [.. places.Select(UtilityOf)];
        double[] sorted = [.. utilities.Order()];
        double most = AtShare(sorted, _options.ClipQuantile), least = sorted[0] * 0.999;
        double scale = Math.Max(sorted[^1] - least, LeastScale);
        double longing = 0.1 * Math.Log(Round);
        return [.. places.Zip(utilities, (place, utility) =>
        {
            double score = ((Math.Min(utility, most) - least) / scale) + Math.Sqrt(longing / _lastRound[place]);
            return _seconds[place] > _preferred ? score * Math.Pow(_preferred / _seconds[place], _options.DurationPenalty) : score;
        })];
    }

    private void EndRound()
    {
        int step = _options.PacerStep;
        _history.Enqueue(_gathered);
        _gathered = 0;
        if (_history.Count > 2 * step)
        {
            _history.Dequeue();
        }

        if (_round % step == 0 && _history.Count == 2 * step && _history.Take(step).Sum() > _history.Skip(step).Sum())
        {
            _percentile = Math.Min(100, _percentile + _options.PacerDelta);
        }

        _round++;
        _preferred = PreferredSeconds();
    }

    private double PreferredSeconds() => _percentile >= 100 || MemberCount == 0 ? double.PositiveInfinity
        : AtShare([.. _seconds.Order()], _percentile / 100);

    /// <summary>The value below which a share of the sorted values lies, as the authors take it.</summary>
    private static double AtShare(double[] sorted, double share) => sorted[Math.Min((int)(sorted.Length * share), sorted.Length - 1)];
}
