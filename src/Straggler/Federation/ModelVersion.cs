namespace Straggler.Federation;

/// <summary>One version of the server's model; immutable while anyone holds it.</summary>
/// <remarks>Thread-safe: workers read the parameters of versions that their tasks hold.</remarks>
public sealed class ModelVersion
{
    private readonly VersionStore _store;
    private readonly float[] _parameters;
    private int _holders;

    internal ModelVersion(VersionStore store, long number, float[] parameters, bool held)
    {
        _store = store;
        Number = number;
        _parameters = parameters;
        _holders = held ? 1 : 0;
    }

    /// <summary>Server steps behind this version.</summary>
    public long Number { get; internal set; }

    /// <summary>The flat vector.</summary>
    public ReadOnlySpan<float> Parameters => _parameters;

    internal Span<float> Writable => _parameters;

    internal float[] Buffer => _parameters;

    internal bool HeldOnlyByStore => Volatile.Read(ref _holders) == 1;

    internal void Hold() => Interlocked.Increment(ref _holders);

    /// <summary>Lets go of the version; its buffer is used again once nobody holds it.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            _store.Recycle(this);
        }
    }
}
