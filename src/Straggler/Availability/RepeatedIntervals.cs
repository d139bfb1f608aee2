using Straggler.Simulation;

namespace Straggler.Availability;

/// <summary>A stretch of a trace during which its client is on.</summary>
/// <param name="Start">Its first second.</param>
/// <param name="End">Its end, which does not belong to it.</param>
internal readonly record struct Interval(double Start, double End);

/// <summary>A trace that begins again at its end, looked up by binary search.</summary>
internal sealed class RepeatedIntervals
{
    private readonly double _length;

    /// <summary>
    /// Where on and off change, in virtual seconds from the beginning of a repetition: on, off, on, off, ... Who is on at the end of a
    /// repetition does not change there.
    /// </summary>
    private readonly double[] _changes;

    /// <summary>Cuts a window out of a trace.</summary>
    /// <param name="intervals">The intervals in any order; they may overlap.</param>
    /// <param name="start">Where the window begins, in the trace's seconds.</param>
    /// <param name="length">How long it is, in the trace's seconds.</param>
    /// <param name="speed">The trace's seconds in a virtual second.</param>
    public RepeatedIntervals(IEnumerable<Interval> intervals, double start, double length, double speed)
    {
        _length = length / speed;
        List<double> changes = [];
        foreach (Interval interval in intervals.OrderBy(interval => interval.Start))
        {
            double on = Math.Max(0, interval.Start - start) / speed;
            double off = Math.Min(length, interval.End - start) / speed;
            if (off <= on)
            {
                continue; // Empty, or outside of the window.
            }

            if (changes.Count > 0 && on <= changes[^1])
            {
                changes[^1] = Math.Max(changes[^1], off);
            }
            else
            {
                changes.AddRange([on, off]);
            }
        }

        _changes = [.. changes.Where(change => change < _length)];
    }

    /// <summary>Whether the client is never on.</summary>
    public bool IsEmpty => _changes.Length == 0;

    private bool IsFull => _changes.Length == 1 && _changes[0] == 0;

    /// <summary>The spell that a moment lies in.</summary>
    public Spell At(VirtualTime at)
    {
        if (IsEmpty || IsFull)
        {
            return new(IsFull, VirtualTime.Never);
        }

        double repetition = RepetitionAt(at.Seconds), beginning = repetition * _length;

        // The first change that is later. Always the same sums are compared, so that the end of a spell lies in the next one, however rounded.
        int low = 0, high = _changes.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = beginning + _changes[middle] > at.Seconds ? (low, middle) : (middle + 1, high);
        }

        double next = (repetition + 1) * _length;
        return new(low % 2 == 1, new(low < _changes.Length ? Math.Min(beginning + _changes[low], next) : next));
    }

    /// <summary>The number, from 0, of the repetition that a moment lies in.</summary>
    private double RepetitionAt(double at)
    {
        // The quotient is rounded; the repetition's own ends decide.
        double repetition = Math.Floor(at / _length);
        return at < repetition * _length ? repetition - 1 : at >= (repetition + 1) * _length ? repetition + 1 : repetition;
    }
}
