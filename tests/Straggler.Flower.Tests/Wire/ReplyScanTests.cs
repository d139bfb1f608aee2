using System.Buffers;
using CsCheck;
using Google.Protobuf;
using Straggler.Flower.Tests.Support;
using Straggler.Flower.Wire;

namespace Straggler.Flower.Tests.Wire;

public sealed class ReplyScanTests
{
    /// <summary>
    /// Tag and length of fit (1 + 2 bytes), of parameters (1 + 2), of the image (1 + 2), and of the format (2) with its 13 letters; the
    /// samples' tag and value (2).
    /// </summary>
    [Fact]
    public void Check_FitReply_WeighsAllButTheImages()
    {
        ToServer reply = new() { Fit = new() { Parameters = Example.Tensors(new byte[1000]), NumExamples = 1 } };
        byte[] bytes = reply.ToByteArray();

        Assert.Equal(1000 + 26, bytes.Length);
        ReplyScan.Check(new(bytes), 26);
        Assert.Throws<FlowerException>(() => ReplyScan.Check(new(bytes), 25));
    }

    [Fact]
    public void Check_FieldsInAnotherOrder_AreWeighedAlike()
    {
        byte[] fields = [.. new FitReply { NumExamples = 300 }.ToByteArray(), .. new FitReply { Parameters = Example.Tensors(new byte[500]) }.ToByteArray()];
        byte[] bytes = [0x22, .. Varint(fields.Length), .. fields];

        ReplyScan.Check(new(bytes), bytes.Length - 500);
        Assert.Throws<FlowerException>(() => ReplyScan.Check(new(bytes), bytes.Length - 501));
        Assert.Equal(300, ToServer.Parser.ParseFrom(bytes).Fit.NumExamples);
    }

    /// <summary>A fit reply of one byte, the first of a number that does not end in it; what follows belongs to the reply.</summary>
    [Fact]
    public void Check_NumberThatRunsPastItsMessage_IsTheParsersBusiness()
    {
        byte[] bytes = [0x22, 1, 0x80, 1];

        ReplyScan.Check(new(bytes), bytes.Length);
        Assert.Throws<InvalidProtocolBufferException>(() => ToServer.Parser.ParseFrom(bytes));
    }

    /// <summary>The number in the fit reply must not swallow the image's frame behind it, which would then be weighed as nothing else.</summary>
    [Fact]
    public void Check_NumberThatRunsPastItsMessage_WeighsWhatFollows()
    {
        byte[] image = new FitReply { Parameters = Example.Tensors(new byte[1000]) }.ToByteArray();
        byte[] bytes = [0x22, 2, 0x18, 0x80, 0x22, .. Varint(image.Length), .. image];

        ReplyScan.Check(new(bytes), bytes.Length - 1000);
        Assert.Throws<FlowerException>(() => ReplyScan.Check(new(bytes), bytes.Length - 1001));
    }

    [Fact]
    public void Check_RandomBytes_NeverThrowsAnythingElse() => Gen.Byte.Array[0, 100].Sample(bytes =>
    {
        ReplyScan.Check(new(bytes), bytes.Length);
        ReplyScan.Check(Split(bytes), bytes.Length);
    });

    [Fact]
    public void Check_BrokenReplies_NeverThrowsAnythingElse() => Gen.Select(Gen.Int[0, 400], Gen.Byte).Array[1, 5].Sample(changes =>
    {
        byte[] bytes = Example.Fitted().ToByteArray();
        foreach ((int place, byte value) in changes)
        {
            bytes[place % bytes.Length] = value;
        }

        ReplyScan.Check(Split(bytes), bytes.Length);
    });

    private static byte[] Varint(int value) => value < 128 ? [(byte)value] : [(byte)((value & 127) | 128), (byte)(value >> 7)];

    /// <summary>The bytes in pieces of one.</summary>
    private static ReadOnlySequence<byte> Split(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return default;
        }

        Piece first = new(bytes.AsMemory(0, 1), 0), last = first;
        for (int i = 1; i < bytes.Length; i++)
        {
            last = last.Append(bytes.AsMemory(i, 1));
        }

        return new(first, 0, last, 1);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        public Piece Append(ReadOnlyMemory<byte> memory)
        {
            Piece next = new(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
