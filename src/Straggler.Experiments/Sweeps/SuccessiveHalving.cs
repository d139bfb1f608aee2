using Straggler.Experiments.Binding;

namespace Straggler.Experiments.Sweeps;

/// <summary>Says which trial runs next and how far, so that only the best 1/η of the candidates at a rung go on to the next.</summary>
/// <remarks>
/// <para>
/// Source: successive halving, Jamieson and Talwalkar 2016, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS,
/// arXiv 1502.07943; asynchronous (ASHA), Li et al. 2020, "A system for massively parallel hyperparameter tuning", MLSys, arXiv 1810.05934,
/// algorithms 1 and 2.
/// </para>
/// <para>
/// A candidate is all trials that differ in their seed only; its value is their mean. Deviations: the candidates are the sweep's, a finite
/// list in its order, where ASHA draws new ones for ever; of a rung with fewer than η candidates the best one is promoted, so that there is
/// always one that is run to its end (with ASHA once nothing else is left to do). Ties go to the earlier candidate. A trial that fails takes
/// its candidate out. Thread-safe.
/// </para>
/// </remarks>
public sealed class SuccessiveHalving
{
    private readonly HalvingOptions _options;
    private readonly Candidate[] _candidates;
    private readonly Dictionary<string, (int Candidate, int Seed)> _places = [];
    private readonly Lock _lock = new();

    /// <summary>Nothing has been run.</summary>
    /// <param name="sweep">A sweep with <see cref="Sweep.Halving"/>.</param>
    public SuccessiveHalving(Sweep sweep)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        _options = sweep.Halving ?? throw new ArgumentException("The sweep says nothing of halving.", nameof(sweep));
        Rungs = _options.Rungs(sweep.Trials[0].Plan.Rounds);
        _candidates = [.. sweep.Trials.GroupBy(Candidate.NameOf).Select(trials => new Candidate([.. trials], Rungs.Count))];
        for (int candidate = 0; candidate < _candidates.Length; candidate++)
        {
            for (int seed = 0; seed < _candidates[candidate].Trials.Count; seed++)
            {
                _places[_candidates[candidate].Trials[seed].Key] = (candidate, seed);
            }
        }
    }

    /// <summary>What a trial that has come to a rung is judged by.</summary>
    public HalvingMetric Metric => _options.Metric;

    /// <summary>Arrivals of each rung, the last one a whole trial's.</summary>
    public IReadOnlyList<long> Rungs { get; }

    /// <summary>Work of the whole, in whole trials, if nothing fails.</summary>
    public double ExpectedTrials
    {
        get
        {
            double sum = 0, candidates = _candidates.Length, seeds = _places.Count / candidates;
            for (int rung = 0; rung < Rungs.Count; rung++)
            {
                sum += candidates * seeds * ShareOf(rung);
                candidates = Math.Max(1, Math.Floor(candidates / _options.Eta));
            }

            return sum;
        }
    }

    /// <summary>The part of a trial between the rung before and a rung.</summary>
    public double ShareOf(int rung) => (double)(Rungs[rung] - (rung == 0 ? 0 : Rungs[rung - 1])) / Rungs[^1];

    /// <summary>Every value that is known, by trial in the order of the sweep and by rung.</summary>
    public IReadOnlyList<RungValue> Values
    {
        get
        {
            lock (_lock)
            {
                return [.. _candidates.SelectMany(candidate => candidate.Values())];
            }
        }
    }

    /// <summary>The best candidate of those that were run to their end, in a line; null if there is none yet.</summary>
    public string? Best
    {
        get
        {
            lock (_lock)
            {
                int last = Rungs.Count - 1;
                return _candidates.Where(candidate => candidate.HasCome(last)).MaxBy(candidate => _options.ScoreOf(candidate.Value(last))) is { } best
                    ? FormattableString.Invariant($"{best.Description}: {KeyOf(_options.Metric)} {best.Value(last):0.####}{(best.Trials.Count > 1 ? $" over {best.Trials.Count} seeds" : "")}")
                    : null;
            }
        }
    }

    /// <summary>A metric as configurations name it.</summary>
    internal static string KeyOf(HalvingMetric metric) => OptionSchema.SnakeCase(metric.ToString());

    /// <summary>Hands out the next trial.</summary>
    /// <returns>The trial and the rung to which it is to be run; null if there is nothing to do before another trial is reported.</returns>
    public (Trial Trial, int Rung)? TryNext()
    {
        lock (_lock)
        {
            List<Candidate>[] promotable = Promotable();

            // Whoever has been promoted goes first, as in algorithm 2.
            for (int rung = Rungs.Count - 1; rung >= 0; rung--)
            {
                if (Waiting(rung) is { } next)
                {
                    return next;
                }

                if (rung > 0 && promotable[rung - 1] is [var promoted, ..])
                {
                    promoted.Rung = rung;
                    return Waiting(rung);
                }
            }

            return null;
        }
    }

    /// <summary>Whether a trial that was handed out has not been reported yet.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_lock)
            {
                return _candidates.Any(candidate => candidate.Running > 0);
            }
        }
    }

    /// <summary>Takes over what came of a trial, handed out just now or known from before.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="rung">The rung to which it was run.</param>
    /// <param name="value">Its value there; null if it failed.</param>
    public void Report(Trial trial, int rung, double? value)
    {
        ArgumentNullException.ThrowIfNull(trial);
        lock (_lock)
        {
            (int place, int seed) = _places[trial.Key];
            _candidates[place].Report(seed, rung, value);
        }
    }

    private (Trial Trial, int Rung)? Waiting(int rung) =>
        _candidates.Where(candidate => candidate.Rung == rung).Select(candidate => candidate.TryStart()).FirstOrDefault(trial => trial is not null) is { } next
            ? (next, rung) : null;

    /// <summary>For each rung the candidates that are among its best and have not gone on yet, the best first.</summary>
    private List<Candidate>[] Promotable()
    {
        List<Candidate>[] promotable = new List<Candidate>[Rungs.Count];
        bool isClosed = true; // Nobody can come to the rung any more.
        for (int rung = 0; rung < promotable.Length; rung++)
        {
            isClosed &= !_candidates.Any(candidate => candidate.Rung == rung && !candidate.HasFailed && !candidate.HasCome(rung));
            Candidate[] come = [.. _candidates.Where(candidate => candidate.HasCome(rung)).OrderByDescending(candidate => _options.ScoreOf(candidate.Value(rung)))];
            int most = come.Length / _options.Eta;
            most = isClosed ? Math.Max(1, most) : _options.Asynchronous ? most : 0;
            promotable[rung] = [.. come.Take(most).Where(candidate => candidate.Rung == rung)];
            isClosed &= promotable[rung].Count == 0;
        }

        return promotable;
    }
}
