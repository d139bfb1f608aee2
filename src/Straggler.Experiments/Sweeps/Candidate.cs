namespace Straggler.Experiments.Sweeps;

/// <summary>A point of the search space: the trials that differ in their seed only, and how far each has come.</summary>
/// <param name="trials">The trials, in the sweep's order.</param>
/// <param name="rungs">Number of rungs.</param>
internal sealed class Candidate(IReadOnlyList<Trial> trials, int rungs)
{
    private readonly double?[,] _values = new double?[trials.Count, rungs];
    private readonly bool[] _running = new bool[trials.Count];

    /// <summary>The trials.</summary>
    public IReadOnlyList<Trial> Trials => trials;

    /// <summary>The rung that it is on its way to.</summary>
    public int Rung { get; set; }

    /// <summary>Whether one of its trials has failed.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Trials that were handed out and not reported.</summary>
    public int Running => _running.Count(running => running);

    /// <summary>What its trials have in common.</summary>
    public string Description => trials.Count == 1 ? trials[0].Name : NameOf(trials[0]);

    /// <summary>What trials of one candidate have in common: their values but the seed.</summary>
    public static string NameOf(Trial trial) =>
        string.Join(' ', trial.Values.Where(value => value.Key != "seed").Select(value => $"{value.Key}={value.Value}"));

    /// <summary>Whether all its trials have come to a rung, and none has failed since.</summary>
    public bool HasCome(int rung) => !HasFailed && Enumerable.Range(0, trials.Count).All(seed => _values[seed, rung] is not null);

    /// <summary>Its value at a rung to which it has come: the mean over its trials.</summary>
    public double Value(int rung) => Enumerable.Range(0, trials.Count).Average(seed => _values[seed, rung]!.Value);

    /// <summary>Hands out a trial that has not come to <see cref="Rung"/> and is not on its way there; null if there is none.</summary>
    public Trial? TryStart()
    {
        int seed = HasFailed ? -1 : Enumerable.Range(0, trials.Count).FirstOrDefault(seed => !_running[seed] && _values[seed, Rung] is null, -1);
        if (seed < 0)
        {
            return null;
        }

        _running[seed] = true;
        return trials[seed];
    }

    /// <summary>A trial has come to a rung, or failed on its way.</summary>
    public void Report(int seed, int rung, double? value)
    {
        _running[seed] = false;
        _values[seed, rung] = value;
        Rung = Math.Max(Rung, rung);
        HasFailed |= value is null;
    }

    /// <summary>The values that are known.</summary>
    public IEnumerable<RungValue> Values() =>
        from seed in Enumerable.Range(0, trials.Count)
        from rung in Enumerable.Range(0, rungs)
        where _values[seed, rung] is not null
        select new RungValue(trials[seed], rung, _values[seed, rung]!.Value);
}

/// <summary>What a trial came to at a rung.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Rung">The rung, 0-based.</param>
/// <param name="Value">In terms of <see cref="HalvingOptions.Metric"/>.</param>
public sealed record RungValue(Trial Trial, int Rung, double Value);
