using System.Numerics.Tensors;
using Straggler.Checkpoints;

namespace Straggler.Federation;

/// <summary>Keeps the versions of the server's model that someone still holds, each once, in pooled buffers.</summary>
/// <remarks>
/// Steps are made by the loop's thread; versions may be released on any thread. Once a limit is set, versions beyond it go to a file and
/// come back when they are read: to the last bit the same, only later.
/// </remarks>
public sealed class VersionStore : IStateful, IDisposable
{
    /// <summary>Versions that stay in memory under any limit: a few that are trained from, the current one and the next.</summary>
    public const int FewestResident = 4;

    private readonly ParameterPart[] _nonNegative;

    /// <summary>Starts at version 0.</summary>
    /// <param name="layout">The model's layout.</param>
    /// <param name="initial">The initial vector; copied.</param>
    public VersionStore(ParameterLayout layout, ReadOnlySpan<float> initial)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentOutOfRangeException.ThrowIfNotEqual(initial.Length, layout.Length);
        Length = layout.Length;
        TrainableLength = layout.TrainableLength;
        _nonNegative = [.. layout.Parts.Where(part => part.NonNegative)];
        Buffers = new(layout.Length);
        float[] first = Buffers.Rent();
        initial.CopyTo(first);
        Current = new(this, 0, first, held: true);
    }

    /// <summary>Elements of a vector.</summary>
    public int Length { get; }

    /// <summary>Elements of a vector's trained prefix.</summary>
    public int TrainableLength { get; }

    /// <summary>The newest version; always in memory.</summary>
    public ModelVersion Current { get; private set; }

    /// <summary>Vectors allocated so far, held and free: the high-water mark of versions in memory at once.</summary>
    public int BuffersAllocated => Buffers.Allocated;

    /// <summary>Versions in memory beyond the limit; negative while there is room.</summary>
    internal int Excess => Spill is null ? int.MinValue : Buffers.Rented - Spill.Resident;

    /// <summary>Versions that may be in memory; the largest number without a limit.</summary>
    internal int MostResident => Spill?.Resident ?? int.MaxValue;

    internal VersionSpill? Spill { get; private set; }

    internal VectorPool Buffers { get; }

    /// <summary>Sets a limit to the memory of versions, before the first of them is held.</summary>
    /// <param name="bytes">The limit; at least <see cref="FewestResident"/> versions stay in memory whatever it is.</param>
    /// <param name="path">The temporary file for the others, made when it is needed.</param>
    /// <param name="warn">Told once if the file cannot be written; versions stay in memory then.</param>
    public void LimitMemory(long bytes, string path, Action<string> warn)
    {
        // A run that trains nothing has versions without parameters.
        if (Length > 0)
        {
            long vectors = bytes / ((long)Length * sizeof(float));
            LimitResident((int)Math.Clamp(vectors, FewestResident, int.MaxValue), path, warn);
        }
    }

    /// <summary>Takes hold of the current version; pair with <see cref="ModelVersion.Release"/>.</summary>
    public ModelVersion HoldCurrent()
    {
        Current.Hold();
        return Current;
    }

    /// <summary>Keeps a vector that is no version of the server's, under the current version's number; held once.</summary>
    /// <param name="parameters">What a client is to start from; copied.</param>
    public ModelVersion Keep(ReadOnlySpan<float> parameters)
    {
        float[] copy = Buffers.Rent();
        parameters.CopyTo(copy);
        return new(this, Current.Number, copy, held: true);
    }

    /// <inheritdoc/>
    /// <remarks>The current version alone; whoever holds an older one saves it.</remarks>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Current.Number);
        writer.Write<float>(Current.Resident);
    }

    /// <inheritdoc/>
    /// <remarks>Into a store that nobody holds a version of yet.</remarks>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        Current.Number = reader.ReadInt64();
        reader.ReadInto(Current.Resident);
    }

    /// <summary>Gives up the file.</summary>
    public void Dispose() => Spill?.Dispose();

    /// <summary>Sets the limit as a number of versions, the current one included.</summary>
    internal void LimitResident(int versions, string path, Action<string> warn)
    {
        Spill = new(path, versions, warn);
        float[] buffer = Buffers.Rent();
        Current.Resident.CopyTo(buffer);
        Current.Release();
        Current = new(this, 0, buffer, held: true);
    }

    /// <summary>Writes an older version into a checkpoint.</summary>
    internal void SaveOlder(ModelVersion version, StateWriter writer)
    {
        writer.Write(version.Number);
        using (VersionLease lease = version.Read())
        {
            writer.Write(lease.Parameters);
        }

        SpillIfOver(version);
    }

    /// <summary>Brings an older version back, held once.</summary>
    internal ModelVersion LoadOlder(StateReader reader)
    {
        ModelVersion version = new(this, reader.ReadInt64(), Buffers.Rent(), held: true);
        reader.ReadInto(version.Resident);
        SpillIfOver(version);
        return version;
    }

    internal ServerStep BeginStep()
    {
        ModelVersion next = Current.HeldOnlyByStore ? Current : new(this, Current.Number, Buffers.Rent(), held: true);
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
            Span<float> values = next.Resident.Slice(part.Offset, part.Length);
            TensorPrimitives.Max(values, 0f, values);
        }
    }

    private void SpillIfOver(ModelVersion version)
    {
        if (Excess > 0)
        {
            version.TrySpill();
        }
    }
}
