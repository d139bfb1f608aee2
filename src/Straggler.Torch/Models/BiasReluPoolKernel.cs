using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Straggler.Torch.Models;

/// <summary>The loops of <see cref="BiasReluPool"/>, over channels-last memory.</summary>
/// <remarks>Compiled with full optimisation at once, for a first client should not train on slow code.</remarks>
internal static class BiasReluPoolKernel
{
    /// <summary>Channels come in multiples of this many.</summary>
    public const int Block = 32;

    private const int Lanes = 8;
    private const int Dead = 4;

    /// <summary>Pools.</summary>
    /// <param name="maps">[rows, width, channels]: all images' rows, an even number.</param>
    /// <param name="bias">[channels].</param>
    /// <param name="pooled">[rows / 2, width / 2, channels].</param>
    /// <param name="winners">As pooled: which of the window's four pixels won, or 4 where ReLU cut it off.</param>
    /// <param name="width">Pixels in a row, even.</param>
    /// <param name="channels">A multiple of <see cref="Block"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(
        ReadOnlySpan<float> maps, ReadOnlySpan<float> bias, Span<float> pooled, Span<byte> winners, int width, int channels)
    {
        ref float source = ref MemoryMarshal.GetReference(maps), offsets = ref MemoryMarshal.GetReference(bias);
        ref float target = ref MemoryMarshal.GetReference(pooled);
        ref byte marks = ref MemoryMarshal.GetReference(winners);
        Span<Vector256<int>> index = stackalloc Vector256<int>[Block / Lanes];
        for (int place = 0; place < pooled.Length; place += Block)
        {
            (nuint first, int channel) = Window(place, width, channels);
            nuint below = first + (nuint)(width * channels), step = (nuint)channels;
            for (int lane = 0; lane < Block; lane += Lanes)
            {
                nuint at = (nuint)lane;
                Vector256<float> best = Vector256.LoadUnsafe(ref source, first + at);
                Vector256<int> winner = Vector256<int>.Zero;
                Challenge(ref best, ref winner, Vector256.LoadUnsafe(ref source, first + step + at), 1);
                Challenge(ref best, ref winner, Vector256.LoadUnsafe(ref source, below + at), 2);
                Challenge(ref best, ref winner, Vector256.LoadUnsafe(ref source, below + step + at), 3);
                best += Vector256.LoadUnsafe(ref offsets, (nuint)channel + at);
                Vector256<float> dead = Vector256.LessThanOrEqual(best, Vector256<float>.Zero);
                Vector256.AndNot(best, dead).StoreUnsafe(ref target, (nuint)place + at);
                index[lane / Lanes] = Vector256.ConditionalSelect(dead.AsInt32(), Vector256.Create(Dead), winner);
            }

            Vector256<byte> narrow = Vector256.Narrow(
                Vector256.Narrow(index[0], index[1]).AsUInt16(), Vector256.Narrow(index[2], index[3]).AsUInt16());
            narrow.StoreUnsafe(ref marks, (nuint)place);
        }
    }

    /// <summary>Sends the gradient back to the pixels that won.</summary>
    /// <param name="gradient">[rows / 2, width / 2, channels].</param>
    /// <param name="winners">What <see cref="Forward"/> left.</param>
    /// <param name="maps">[rows, width, channels]: written in full.</param>
    /// <param name="bias">[channels]: added to.</param>
    /// <param name="width">Pixels in a row of the maps, even.</param>
    /// <param name="channels">A multiple of <see cref="Block"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(
        ReadOnlySpan<float> gradient, ReadOnlySpan<byte> winners, Span<float> maps, Span<float> bias, int width, int channels)
    {
        ref float source = ref MemoryMarshal.GetReference(gradient), target = ref MemoryMarshal.GetReference(maps);
        ref byte marks = ref MemoryMarshal.GetReference(winners);
        Span<float> rowSums = stackalloc float[channels];
        ref float sums = ref MemoryMarshal.GetReference(rowSums);
        Span<Vector256<uint>> index = stackalloc Vector256<uint>[Block / Lanes];
        int rowLength = width / 2 * channels;
        for (int place = 0; place < gradient.Length; place += Block)
        {
            (nuint first, int channel) = Window(place, width, channels);
            nuint below = first + (nuint)(width * channels), step = (nuint)channels;
            (Vector256<ushort> low, Vector256<ushort> high) = Vector256.Widen(Vector256.LoadUnsafe(ref marks, (nuint)place));
            (index[0], index[1]) = Vector256.Widen(low);
            (index[2], index[3]) = Vector256.Widen(high);
            for (int lane = 0; lane < Block; lane += Lanes)
            {
                nuint at = (nuint)lane;
                Vector256<float> value = Vector256.LoadUnsafe(ref source, (nuint)place + at);
                Vector256<uint> winner = index[lane / Lanes];
                Share(value, winner, 0).StoreUnsafe(ref target, first + at);
                Share(value, winner, 1).StoreUnsafe(ref target, first + step + at);
                Share(value, winner, 2).StoreUnsafe(ref target, below + at);
                Share(value, winner, 3).StoreUnsafe(ref target, below + step + at);
                Vector256<float> alive = Vector256.AndNot(value, Vector256.Equals(winner, Vector256.Create((uint)Dead)).AsSingle());
                (Vector256.LoadUnsafe(ref sums, (nuint)channel + at) + alive).StoreUnsafe(ref sums, (nuint)channel + at);
            }

            if ((place + Block) % rowLength == 0)
            {
                // Row by row, so that long sums keep their precision.
                System.Numerics.Tensors.TensorPrimitives.Add(bias, rowSums, bias);
                rowSums.Clear();
            }
        }
    }

    /// <summary>Where the window of an output starts in the maps, and its channel.</summary>
    private static (nuint First, int Channel) Window(int place, int width, int channels)
    {
        (int pixel, int channel) = Math.DivRem(place, channels);
        (int row, int column) = Math.DivRem(pixel, width / 2);
        return ((nuint)((((2 * row * width) + (2 * column)) * channels) + channel), channel);
    }

    /// <summary>Lets a pixel win where it is larger, or not a number.</summary>
    private static void Challenge(ref Vector256<float> best, ref Vector256<int> winner, Vector256<float> pixel, int number)
    {
        Vector256<float> wins = Vector256.GreaterThan(pixel, best) | ~Vector256.Equals(pixel, pixel);
        best = Vector256.ConditionalSelect(wins, pixel, best);
        winner = Vector256.ConditionalSelect(wins.AsInt32(), Vector256.Create(number), winner);
    }

    private static Vector256<float> Share(Vector256<float> value, Vector256<uint> winner, uint number) =>
        value & Vector256.Equals(winner, Vector256.Create(number)).AsSingle();
}
