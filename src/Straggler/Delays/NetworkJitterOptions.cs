namespace Straggler.Delays;

/// <summary>The configuration's <c>delay.network_jitter</c> section: a draw for every transfer, or one for both transfers of a task.</summary>
public sealed record NetworkJitterOptions : JitterOptions
{
    /// <summary>Whether a task's download and upload have one draw together instead of one each.</summary>
    public bool Together { get; init; }
}
