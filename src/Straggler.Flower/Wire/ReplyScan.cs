using System.Buffers;

namespace Straggler.Flower.Wire;

/// <summary>Weighs a reply before it is parsed.</summary>
/// <remarks>
/// The contents of arrays become one block of memory each. Everything else (maps, texts, a great many empty arrays, fields that nobody
/// knows) becomes objects that take many times their bytes, so there must not be much of it.
/// </remarks>
internal static class ReplyScan
{
    private const int LengthDelimited = 2;

    /// <summary>Field numbers from a reply down to an array's content: get_parameters or fit, parameters, images.</summary>
    private static readonly int[][] _path = [[3, 4], [2], [1]];

    /// <summary>Checks that all but the arrays' contents takes no more bytes than allowed.</summary>
    /// <exception cref="FlowerException">It takes more.</exception>
    public static void Check(ReadOnlySequence<byte> reply, long maximumBytes)
    {
        SequenceReader<byte> reader = new(reply);
        long contents = Contents(ref reader, 0);
        if (reply.Length - contents > maximumBytes)
        {
            throw new FlowerException($"all but the arrays' contents takes {reply.Length - contents} bytes, allowed are {maximumBytes}");
        }
    }

    /// <summary>Bytes of array contents in a message. What cannot be read counts as none, and the parser will say what is wrong with it.</summary>
    private static long Contents(ref SequenceReader<byte> reader, int depth)
    {
        long contents = 0;
        while (ReadVarint(ref reader, out ulong tag) && ReadLength(ref reader, (int)(tag & 7), out ulong length) && length <= (ulong)reader.Remaining)
        {
            if ((tag & 7) == LengthDelimited && _path[depth].Contains((int)Math.Min(tag >> 3, int.MaxValue)))
            {
                contents += depth == _path.Length - 1 ? (long)length : Inside(reader.UnreadSequence.Slice(0, (long)length), depth + 1);
            }

            reader.Advance((long)length);
        }

        return contents;
    }

    /// <summary>A message in a message has a reader of its own: a number in it that does not end must not run into what follows.</summary>
    private static long Inside(ReadOnlySequence<byte> message, int depth)
    {
        SequenceReader<byte> reader = new(message);
        return Contents(ref reader, depth);
    }

    /// <summary>How many bytes of the field are still to come.</summary>
    private static bool ReadLength(ref SequenceReader<byte> reader, int wireType, out ulong length)
    {
        length = wireType switch { 1 => sizeof(ulong), 5 => sizeof(uint), _ => 0 };
        return wireType switch
        {
            0 => ReadVarint(ref reader, out _),
            1 or 5 => true,
            LengthDelimited => ReadVarint(ref reader, out length),
            _ => false,
        };
    }

    private static bool ReadVarint(ref SequenceReader<byte> reader, out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 64 && reader.TryRead(out byte part); shift += 7)
        {
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
