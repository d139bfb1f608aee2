namespace Straggler.Reports.Tracing;

/// <summary>How many tasks are out, from their dispatches and their ends.</summary>
/// <param name="dispatches">Virtual seconds of all dispatches, ascending.</param>
/// <param name="show">Told each moment at which the number changed, in order, and the number after all that happened at it.</param>
internal sealed class FlightCounter(IReadOnlyList<double> dispatches, Action<double, long> show)
{
    private double _moment = double.NegativeInfinity;
    private long _out;
    private int _next;

    /// <summary>A task ended; ends come in order.</summary>
    /// <param name="time">Virtual seconds.</param>
    public void Ended(double time)
    {
        LaunchBefore(time);
        GoTo(time);
        _out--;
    }

    /// <summary>There are no more.</summary>
    public void Finish()
    {
        LaunchBefore(double.PositiveInfinity);
        GoTo(double.PositiveInfinity);
    }

    private void LaunchBefore(double time)
    {
        for (; _next < dispatches.Count && dispatches[_next] < time; _next++)
        {
            GoTo(dispatches[_next]);
            _out++;
        }
    }

    private void GoTo(double time)
    {
        if (time > _moment && _moment >= 0)
        {
            show(_moment, _out);
        }

        _moment = Math.Max(_moment, time);
    }
}
