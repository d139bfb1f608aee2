using System.Collections.Immutable;

namespace Straggler.Experiments;

/// <summary>A configuration that cannot be run; carries every fault that was found, not only the first.</summary>
/// <param name="faults">The faults, in the order of their places.</param>
public sealed class ExperimentConfigException(IEnumerable<ConfigFault> faults) : Exception
{
    /// <summary>What is wrong, in the order of their places.</summary>
    public ImmutableArray<ConfigFault> Faults { get; } = [.. faults];

    /// <summary>One line for each fault.</summary>
    public override string Message => string.Join('\n', Faults);
}
