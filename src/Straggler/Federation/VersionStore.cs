using System.Numerics.Tensors;

namespace Straggler.Federation;

/// <summary>Keeps the versions of the server's model that someone still holds, each once, in pooled buffers.</summary>
/// <remarks>Steps are made by the loop's thread; versions may be released on any thread.</remarks>
public sealed class VersionStore
{
    private readonly Stack<float[]> _free = [];
    private readonly Lock _lock = new();
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
        Current = new(this, 0, initial.ToArray(), current: true);
        BuffersAllocated = 1;
    }

    /// <summary>Elements of a vector.</summary>
    public int Length { get; }

    /// <summary>The newest version.</summary>
    public ModelVersion Current { get; private set; }

    /// <summary>Vectors allocated so far, held and free: the high-water mark of versions alive at once.</summary>
    public int BuffersAllocated { get; private set; }

    /// <summary>Takes hold of the current version; pair with <see cref="ModelVersion.Release"/>.</summary>
    public ModelVersion HoldCurrent()
    {
        Current.Hold();
        return Current;
    }

    internal ServerStep BeginStep()
    {
        ModelVersion next = Current.HeldOnlyByStore ? Current : new(this, Current.Number, Rent(), current: true);
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

    internal void Recycle(ModelVersion version)
    {
        lock (_lock)
        {
            _free.Push(version.Buffer);
        }
    }

    private float[] Rent()
    {
        lock (_lock)
        {
            if (_free.TryPop(out float[]? buffer))
            {
                return buffer;
            }

            BuffersAllocated++;
        }

        return GC.AllocateUninitializedArray<float>(Length);
    }
}
