using System.Collections.Immutable;

namespace Straggler.Reports.Charts;

/// <summary>The range of an axis and where its ticks stand.</summary>
internal abstract record Scale
{
    /// <summary>Lower end, in the scale's own coordinate (see <see cref="Place"/>).</summary>
    public abstract double Low { get; }

    /// <summary>Upper end, in the scale's own coordinate; above <see cref="Low"/>.</summary>
    public abstract double High { get; }

    /// <summary>A value's coordinate: the value itself, or its logarithm.</summary>
    public virtual double Place(double value) => value;

    /// <summary>The ticks, at about <paramref name="count"/> places.</summary>
    public abstract ImmutableArray<Tick> Ticks(int count);
}

/// <summary>A tick.</summary>
/// <param name="Place">In the scale's own coordinate.</param>
/// <param name="Label">Its text.</param>
internal readonly record struct Tick(double Place, string Label);

/// <summary>An even scale with ticks at round numbers.</summary>
internal sealed record LinearScale : Scale
{
    /// <summary>A point's radius beyond the data, as a factor.</summary>
    private const double Room = 1.02;

    /// <summary>How many times more ticks than asked for are still better than half as many.</summary>
    private const double Crowding = 1.45;

    /// <summary>Most steps up to the round number on top; few enough for a tick at each.</summary>
    private const int MostSteps = 7;

    private LinearScale(double low, double high) => (Low, High) = (low, high);

    /// <inheritdoc/>
    public override double Low { get; }

    /// <inheritdoc/>
    public override double High { get; }

    /// <summary>Whether ticks stand at whole numbers only.</summary>
    public bool Whole { get; init; }

    /// <summary>Whether values are fractions to be shown in per cent.</summary>
    public bool Percent { get; init; }

    /// <summary>The scale from exactly <paramref name="low"/> to <paramref name="high"/>.</summary>
    public static LinearScale Exact(double low, double high) => new(low, high > low ? high : low + 1);

    /// <summary>Fractions from 0 to 1 in per cent, with room above for points that stand at 1.</summary>
    public static LinearScale Fraction { get; } = new(0, Room) { Percent = true };

    /// <summary>From 0 to a last value, with room on both sides for points that stand at the ends.</summary>
    public static LinearScale Along(double last) => last > 0 ? new(last * (1 - Room), last * Room) : Along(1);

    /// <summary>From the smallest to the largest of all values and 0, with room on both sides; values that are not finite do not count.</summary>
    public static LinearScale WithZero(IEnumerable<double> values)
    {
        double[] known = [0, .. values.Where(double.IsFinite)];
        (double low, double high) = (known.Min(), known.Max());
        double room = high > low ? 0.04 * (high - low) : 1;
        return new(low - room, high + room);
    }

    /// <summary>From 0 to a round number at or above all values, with room above; values that are not finite do not count.</summary>
    /// <param name="values">The values.</param>
    /// <param name="most">The largest value there can be.</param>
    public static LinearScale FromZero(IEnumerable<double> values, double most = double.PositiveInfinity)
    {
        double high = values.Where(double.IsFinite).DefaultIfEmpty(0).Max();
        if (high <= 0)
        {
            return new(0, 1);
        }

        double step = RoundNumbers.Step(high, MostSteps);
        return new(0, Room * Math.Min(most, step * Math.Ceiling(high / step * (1 - 1e-9))));
    }

    /// <inheritdoc/>
    public override ImmutableArray<Tick> Ticks(int count)
    {
        double step = RoundNumbers.Step(High - Low, Crowding * count);
        step = Whole ? Math.Max(1, step) : step;
        ImmutableArray<Tick>.Builder ticks = ImmutableArray.CreateBuilder<Tick>();
        double slack = 1e-9 * (High - Low);
        for (double index = Math.Ceiling((Low - slack) / step); index * step <= High + slack; index++)
        {
            // Adding 0 turns a negative zero into zero.
            double place = (index * step) + 0.0;
            ticks.Add(new(place, Percent ? NumberText.PercentTick(place, step) : NumberText.Tick(place, step, Math.Max(Math.Abs(Low), Math.Abs(High)))));
        }

        return ticks.ToImmutable();
    }
}

/// <summary>A logarithmic scale with ticks at powers of ten, or at 1, 2 and 5 times them where there are few.</summary>
internal sealed record LogScale : Scale
{
    private LogScale(double low, double high) => (Low, High) = (low, high);

    /// <inheritdoc/>
    public override double Low { get; }

    /// <inheritdoc/>
    public override double High { get; }

    /// <summary>A scale that holds all positive, finite values.</summary>
    public static LogScale Around(IEnumerable<double> values)
    {
        double[] places = [.. values.Where(value => value > 0 && double.IsFinite(value)).Select(Math.Log10)];
        (double low, double high) = places.Length > 0 ? (places.Min(), places.Max()) : (0, 1);
        double margin = Math.Max(0.05, 0.04 * (high - low));
        return new(low - margin, high + margin);
    }

    /// <inheritdoc/>
    public override double Place(double value) => value > 0 ? Math.Log10(value) : double.NaN;

    /// <inheritdoc/>
    public override ImmutableArray<Tick> Ticks(int count)
    {
        double span = High - Low;
        double[] factors = span * 3 <= count + 1 ? [1, 2, 5] : [1];
        int stride = (int)Math.Ceiling(span / count);
        int decades = (int)Math.Ceiling(High) - (int)Math.Floor(Low);
        return [.. from decade in Enumerable.Range((int)Math.Floor(Low), decades + 1)
                   where decade % stride == 0
                   from factor in factors
                   let value = factor * Math.Pow(10, decade)
                   let place = Math.Log10(value)
                   where place >= Low && place <= High
                   select new Tick(place, NumberText.Tick(value, value, value))];
    }
}

/// <summary>Named places 0, 1, 2, ...</summary>
/// <param name="Labels">The names.</param>
internal sealed record CategoryScale(ImmutableArray<string> Labels) : Scale
{
    /// <inheritdoc/>
    public override double Low => -0.6;

    /// <inheritdoc/>
    public override double High => Math.Max(1, Labels.Length) - 0.4;

    /// <inheritdoc/>
    public override ImmutableArray<Tick> Ticks(int count)
    {
        // Classes are short; a hundred of them still leave room for every tenth label.
        int stride = Labels.Length <= 3 * count ? 1 : RoundNumbers.WholeStep(Labels.Length, count);
        return [.. Labels.Select((label, place) => new Tick(place, label)).Where(tick => tick.Place % stride == 0)];
    }
}
