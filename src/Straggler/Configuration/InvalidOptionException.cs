namespace Straggler.Configuration;

/// <summary>An option that only turns out wrong when the parts of a run are put together.</summary>
/// <param name="path">The option's place in the configuration, such as <c>strategy.buffer_size</c>.</param>
/// <param name="problem">The value, what is wrong with it and what is allowed.</param>
public sealed class InvalidOptionException(string path, string problem) : Exception($"{path}: {problem}")
{
    /// <summary>The option's place in the configuration.</summary>
    public string Path { get; } = path;

    /// <summary>The value, what is wrong with it and what is allowed.</summary>
    public string Problem { get; } = problem;
}
