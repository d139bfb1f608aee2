using Straggler.Configuration;
using Straggler.Scheduling;

namespace Straggler.Strategies;

/// <summary>What all strategies with a buffer of K updates check.</summary>
internal static class BufferSizes
{
    /// <summary>Refuses a buffer that could never fill, because those whose updates wait in it are replaced only after a step.</summary>
    /// <param name="bufferSize">K.</param>
    /// <param name="services">The run.</param>
    /// <param name="option">The option's name.</param>
    /// <exception cref="InvalidOptionException">The buffer could never fill.</exception>
    public static int Checked(int bufferSize, StrategyServices services, string option = "buffer_size")
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.Redispatch == Redispatch.Arrival || bufferSize <= services.Concurrency ? bufferSize
            : throw new InvalidOptionException($"strategy.{option}",
                $"{bufferSize} is more than the {services.Concurrency} clients in flight, so with scheduler.redispatch: flush the "
                + $"buffer never fills. Allowed: a {option} of at most the concurrency, or redispatch: arrival.");
    }
}
