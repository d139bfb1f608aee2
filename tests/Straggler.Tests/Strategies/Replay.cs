using Straggler.Recording;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

/// <summary>A run of quadratic clients computed again from its record of arrivals, one number in double precision for the whole vector.</summary>
/// <param name="run">The run.</param>
/// <param name="problem">What its clients trained; without a mark of the occurrence.</param>
internal sealed class Replay(Trace run, QuadraticProblem problem)
{
    private readonly List<double> _versions = [problem.Initial];

    /// <summary>x at the end, where <paramref name="rule"/> says how an arrival moves it: the next x, or null for no step.</summary>
    public double End(Func<UpdateRecord, double, IReadOnlyList<double>, double?> rule)
    {
        foreach (UpdateRecord update in run.Updates)
        {
            double dispatched = _versions[(int)update.BaseVersion];
            double delta = problem.Pull * (problem.Optimum(update.Client) - dispatched);
            if (rule(update, delta, _versions) is { } next)
            {
                _versions.Add(next);
            }
        }

        return _versions[^1];
    }
}
