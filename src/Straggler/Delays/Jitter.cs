using Straggler.Simulation;

namespace Straggler.Delays;

/// <summary>Changes a duration by a draw of its own for every task.</summary>
/// <param name="options">The distribution and what it does.</param>
/// <param name="streams">The run's streams.</param>
/// <param name="purpose">The stream's name.</param>
internal sealed class Jitter(JitterOptions options, RandomStreams streams, StreamPurpose purpose)
{
    private readonly IDistribution _distribution = options.Dist.Create();

    /// <summary>Whether it comes on top of the duration.</summary>
    public bool IsLatency => options.Mode == JitterMode.Add;

    /// <summary>The duration with its jitter, in virtual seconds.</summary>
    public double Apply(double seconds, int client, int occurrence)
    {
        RandomStream random = streams.Open(purpose, client, occurrence);
        double draw = _distribution.Sample(ref random);
        return options.Mode == JitterMode.Add ? seconds + draw : seconds * draw;
    }
}
