namespace Straggler.Federation;

/// <summary>One version of the server's model; immutable while anyone holds it.</summary>
/// <remarks>
/// Thread-safe: workers read the versions that their tasks hold. While nobody reads it, the store may move its parameters to a file;
/// <see cref="Read"/> brings them back.
/// </remarks>
public sealed class ModelVersion
{
    private readonly VersionStore _store;
    private readonly object? _gate;
    private float[]? _parameters;
    private long _slot = VersionSpill.NoSlot;
    private int _holders;
    private int _readers;

    internal ModelVersion(VersionStore store, long number, float[] parameters, bool held)
    {
        _store = store;
        _gate = store.Spill is null ? null : new();
        Number = number;
        _parameters = parameters;
        _holders = held ? 1 : 0;
    }

    /// <summary>Server steps behind this version.</summary>
    public long Number { get; internal set; }

    /// <summary>The parameters of a version that is in memory for sure, as the current one is.</summary>
    internal Span<float> Resident => _parameters;

    internal bool HeldOnlyByStore => Volatile.Read(ref _holders) == 1;

    /// <summary>Opens the version, which the caller holds, for reading; dispose of the result soon.</summary>
    /// <exception cref="IOException">The parameters are in a file and cannot be read back.</exception>
    public VersionLease Read() => new(this, _gate is null ? _parameters! : Pin(_gate));

    /// <summary>Lets go of the version; its buffer is used again once nobody holds it.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            Recycle();
        }
    }

    internal void Hold() => Interlocked.Increment(ref _holders);

    internal void Unpin()
    {
        if (_gate is not null)
        {
            Interlocked.Decrement(ref _readers);
        }
    }

    /// <summary>Moves the parameters to the file, unless somebody reads them; a version that has been there before is not written again.</summary>
    /// <returns>Whether a buffer became free.</returns>
    internal bool TrySpill()
    {
        // A reader may be waiting for the file inside the gate; whoever spills is not to wait for that.
        if (_gate is null || this == _store.Current || Volatile.Read(ref _readers) > 0)
        {
            return false;
        }

        lock (_gate)
        {
            if (_readers > 0 || _parameters is null || (_slot == VersionSpill.NoSlot && !_store.Spill!.TryWrite(_parameters, out _slot)))
            {
                return false;
            }

            _store.Buffers.Return(_parameters);
            _parameters = null;
            return true;
        }
    }

    private float[] Pin(object gate)
    {
        Interlocked.Increment(ref _readers);
        lock (gate)
        {
            return _parameters ??= Load();
        }
    }

    private float[] Load()
    {
        float[] buffer = _store.Buffers.Rent();
        try
        {
            _store.Spill!.Read(_slot, buffer);
            return buffer;
        }
        catch
        {
            Interlocked.Decrement(ref _readers);
            _store.Buffers.Return(buffer);
            throw;
        }
    }

    private void Recycle()
    {
        if (_gate is null)
        {
            _store.Buffers.Return(_parameters!);
            return;
        }

        // The loop may be about to spill the version that was let go of just now.
        lock (_gate)
        {
            if (_parameters is not null)
            {
                _store.Buffers.Return(_parameters);
                _parameters = null;
            }

            _store.Spill!.Free(_slot);
        }
    }
}

/// <summary>The parameters of a version, in memory until this is disposed of.</summary>
public readonly ref struct VersionLease
{
    private readonly ModelVersion _version;

    internal VersionLease(ModelVersion version, float[] parameters)
    {
        _version = version;
        Parameters = parameters;
    }

    /// <summary>The flat vector.</summary>
    public ReadOnlySpan<float> Parameters { get; }

    /// <summary>Ends the reading.</summary>
    public void Dispose() => _version.Unpin();
}
