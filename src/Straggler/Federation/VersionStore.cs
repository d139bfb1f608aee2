using System.Numerics.Tensors;
using Straggler.Checkpoints;

namespace Straggler.Federation;

/// <summary>Keeps the versions of the server's model that someone still holds, each once, in pooled buffers.</summary>
/// <remarks>Steps are made by the loop's thread; versions may be released on any thread.</remarks>
public sealed class VersionStore : IStateful
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
        Current = new(this, 0, first, held: true);
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

    /// <inheritdoc/>
    /// <remarks>The current version alone; whoever holds an older one saves it.</remarks>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Current.Number);
        writer.Write(Current.Parameters);
    }

    /// <inheritdoc/>
    /// <remarks>Into a store that nobody holds a version of yet.</remarks>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        Current.Number = reader.ReadInt64();
        reader.ReadInto(Current.Writable);
    }

    /// <summary>Brings an older version back, held once.</summary>
    internal ModelVersion LoadOlder(StateReader reader)
    {
        ModelVersion version = new(this, reader.ReadInt64(), _pool.Rent(), held: true);
        reader.ReadInto(version.Writable);
        return version;
    }

    internal ServerStep BeginStep()
    {
        ModelVersion next = Current.HeldOnlyByStore ? Current : new(this, Current.Number, _pool.Rent(), held: true);
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
