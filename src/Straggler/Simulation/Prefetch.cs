using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Straggler.Simulation;

/// <summary>Asks the processor to bring memory closer before it is used.</summary>
/// <remarks>
/// Among a million clients each look at one costs a trip to the main memory, and those trips are most of what a timeline takes. Who comes
/// next is mostly known an event ahead, so the memory can be on its way meanwhile. A hint changes no outcome, however wrong it is.
/// </remarks>
internal static class Prefetch
{
    private const int CacheLine = 64;

    /// <summary>Brings an array's element closer; does nothing on processors without the instruction.</summary>
    /// <param name="array">The array.</param>
    /// <param name="index">The element; one outside the array is left alone.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Element<T>(T[] array, int index)
        where T : unmanaged
    {
        // The collector may move the array at any moment: the hint is then about other memory, which does no harm.
        if (Sse.IsSupported && (uint)index < (uint)array.Length)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref array[index]));
        }
    }

    /// <summary>Brings an object of a few fields closer; does nothing on processors without the instruction.</summary>
    /// <param name="item">The object, or null.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Object(object? item)
    {
        if (Sse.IsSupported && item is not null)
        {
            // Here, too, the collector may move it meanwhile. A prefetch never faults, not even beyond the object's end.
            byte* start = *(byte**)Unsafe.AsPointer(ref item);
            Sse.Prefetch0(start);
            Sse.Prefetch0(start + CacheLine);
            Sse.Prefetch0(start + (2 * CacheLine));
        }
    }
}
