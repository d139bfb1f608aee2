using Straggler.Simulation;

namespace Straggler.Delays;

/// <summary>How long one task takes, part by part, in the order in which the parts follow one another.</summary>
/// <param name="Download">From the server to the client.</param>
/// <param name="Compute">Training.</param>
/// <param name="Upload">From the client to the server.</param>
public readonly record struct TaskDelay(VirtualDuration Download, VirtualDuration Compute, VirtualDuration Upload)
{
    /// <summary>Nothing is known of any part: each is NaN.</summary>
    public static TaskDelay Unknown { get; } = new(new(double.NaN), new(double.NaN), new(double.NaN));

    /// <summary>From dispatch to arrival.</summary>
    public VirtualDuration Total => Compute + (Download + Upload);
}
