using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Straggler.Federation;

/// <summary>A temporary file for the parameters of versions that are not needed for a while. Thread-safe.</summary>
/// <remarks>
/// It is made when first needed and has no name from then on (on Windows: none after the process), so that nothing of it is left even
/// by a process that is killed.
/// </remarks>
/// <param name="path">The file.</param>
/// <param name="resident">Vectors that may stay in memory.</param>
/// <param name="warn">Told once if the file cannot be written; versions stay in memory then.</param>
internal sealed class VersionSpill(string path, int resident, Action<string> warn) : IDisposable
{
    /// <summary>The slot of a vector that is not in the file.</summary>
    public const long NoSlot = -1;

    private readonly Stack<long> _free = [];
    private readonly Lock _lock = new();
    private SafeFileHandle? _file;
    private long _slots;
    private bool _failed;

    /// <summary>Vectors that may stay in memory; all of them once writing has failed.</summary>
    public int Resident => _failed ? int.MaxValue : resident;

    /// <summary>Vectors that the file has room for.</summary>
    public long Slots => Volatile.Read(ref _slots);

    /// <summary>Writes a vector into a free slot; called by one thread at a time.</summary>
    public bool TryWrite(ReadOnlySpan<float> vector, out long slot)
    {
        slot = NoSlot;
        if (_failed)
        {
            return false;
        }

        long taken = Take();
        try
        {
            _file ??= Open();
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(vector);
            RandomAccess.Write(_file, bytes, taken * bytes.Length);
            slot = taken;
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _failed = true;
            Free(taken);
            warn($"warning: model versions cannot be written to \"{path}\" ({failure.Message}); they stay in memory from here on.");
            return false;
        }
    }

    /// <summary>Reads the vector in a slot.</summary>
    public void Read(long slot, Span<float> vector)
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(vector);
        long offset = slot * bytes.Length;
        while (bytes.Length > 0)
        {
            int count = RandomAccess.Read(_file!, bytes, offset);
            if (count == 0)
            {
                throw new EndOfStreamException($"\"{path}\", which holds model versions, has become shorter.");
            }

            bytes = bytes[count..];
            offset += count;
        }
    }

    /// <summary>Frees a slot, if it is one.</summary>
    public void Free(long slot)
    {
        if (slot != NoSlot)
        {
            lock (_lock)
            {
                _free.Push(slot);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private long Take()
    {
        lock (_lock)
        {
            return _free.TryPop(out long slot) ? slot : _slots++;
        }
    }

    private SafeFileHandle Open()
    {
        SafeFileHandle file = File.OpenHandle(
            path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose | FileOptions.RandomAccess);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }

        return file;
    }
}
