namespace Straggler.Federation;

/// <summary>The server's current model, moved by strategies one step at a time.</summary>
/// <remarks>
/// A version is immutable once dispatched: a step writes in place when nobody holds the current version and into a pooled buffer
/// otherwise. Kernels must therefore be elementwise: <see cref="ServerStep.Next"/> may be the same memory as
/// <see cref="ServerStep.Current"/>.
/// </remarks>
public sealed class ServerModel
{
    private readonly VersionStore _store;

    internal ServerModel(VersionStore store) => _store = store;

    /// <summary>Server steps applied so far; the initial model is version 0.</summary>
    public long Version => _store.Current.Number;

    /// <summary>The current parameters.</summary>
    public ReadOnlySpan<float> Current => _store.Current.Resident;

    /// <summary>Begins a server step; dispose of the result to commit it and count the version.</summary>
    public ServerStep BeginStep() => _store.BeginStep();
}

/// <summary>A server step under way: fill every element of <see cref="Next"/>, then dispose.</summary>
public readonly ref struct ServerStep
{
    private readonly VersionStore _store;
    private readonly ModelVersion _next;

    internal ServerStep(VersionStore store, ModelVersion current, ModelVersion next)
    {
        _store = store;
        _next = next;
        Current = current.Resident;
        Next = next.Resident;
    }

    /// <summary>x_t.</summary>
    public ReadOnlySpan<float> Current { get; }

    /// <summary>x_{t+1}, to be written in full; may alias <see cref="Current"/>.</summary>
    public Span<float> Next { get; }

    /// <summary>Commits the step.</summary>
    public void Dispose() => _store.Commit(_next);
}
