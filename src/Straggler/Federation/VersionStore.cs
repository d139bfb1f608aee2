using System.Numerics.Tensors;

namespace Straggler.Federation;

/// <summary>Keeps the versions of the server's model that someone still holds, each once, in pooled buffers.</summary>
/// <remarks>Steps are made by the loop's thread; versions may be released on any thread.</remarks>
public sealed class VersionStore
{
    private readonly VectorPool _pool;
    private readonly ParameterPart[] _nonNegative;

    /// <summary>Starts at version 0.</summary>
    /// <param name="layout">The model's layout.</param>
    /// <param name="initial">The initial vector; copied.</param>
    public VersionStore(ParameterLayout layout, ReadOnlySpan<float> initial)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentOutOfRangeException.ThrowIfNotEqual(initial.Length, layout.Length);
        Length = layout.Length;
        _nonNegative = [.. layout.Parts.Where(part => part.NonNegative)];
        _pool = new(layout.Length);
        float[] first = _pool.Rent();
        initial.CopyTo(first);
        Current = new(this, 0, first, current: true);
    }

    /// <summary>Elements of a vector.</summary>
    public int Length { get; }

    /// <summary>The newest version.</summary>
    public ModelVersion Current { get; private set; }

    /// <summary>Vectors allocated so far, held and free: the high-water mark of versions alive at once.</summary>
    public int BuffersAllocated => _pool.Allocated;

    /// <summary>Takes hold of the current version; pair with <see cref="ModelVersion.Release"/>.</summary>
    public ModelVersion HoldCurrent()
    {
        Current.Hold();
        return Current;
    }

    internal ServerStep BeginStep()
    {
        ModelVersion next = Current.HeldOnlyByStore ? Current : new(this, Current.Number, _pool.Rent(), current: true);
        return new(this, Current, next);
    }

    internal void Commit(ModelVersion next)
    {
        long number = Current.Number + 1;
        if (next != Current)
        {
            Current.Release();
            Current = next;
        }

        next.Number = number;
        foreach (ParameterPart part in _nonNegative)
        {
            Span<float> values = next.Writable.Slice(part.Offset, part.Length);
            TensorPrimitives.Max(values, 0f, values);
        }
    }

    internal void Recycle(ModelVersion version) => _pool.Return(version.Buffer);
}
