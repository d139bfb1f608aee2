using CsCheck;
using Straggler.Checkpoints;

namespace Straggler.Tests.Checkpoints;

public sealed class CheckpointFileTests
{
    [Fact]
    public void Read_WhatWasWritten_GivesTheSameValues()
    {
        MemoryStream file = Written(writer =>
        {
            writer.Section("here");
            writer.Write(long.MinValue);
            writer.Write(0.1);
            writer.Write(double.NaN);
            writer.Write(true);
            writer.Write("naïve");
            writer.Write<float>([1.5f, -0f, float.NaN]);
            writer.Write<int>([]);
        });

        CheckpointFile.Verify(file);
        CheckpointFile.Read(file, reader =>
        {
            reader.Section("here");
            Assert.Equal(long.MinValue, reader.ReadInt64());
            Assert.Equal(0.1, reader.ReadDouble());
            Assert.Equal(double.NaN, reader.ReadDouble());
            Assert.True(reader.ReadBoolean());
            Assert.Equal("naïve", reader.ReadString());
            float[] vector = new float[3];
            reader.ReadInto<float>(vector);
            Assert.Equal([1.5f, -0f, float.NaN], vector);
            Assert.Empty(reader.ReadArray<int>());
        });
    }

    [Fact]
    public void Verify_AnyByteChanged_IsDamage()
    {
        byte[] sound = Sound();
        for (int place = 0; place < sound.Length; place++)
        {
            foreach (byte change in new byte[] { 1, 0x80, 0xFF })
            {
                byte[] damaged = [.. sound];
                damaged[place] ^= change;
                Assert.Throws<CheckpointException>(() => CheckpointFile.Verify(new MemoryStream(damaged)));
            }
        }
    }

    [Fact]
    public void Verify_AnyLength_IsDamage()
    {
        byte[] sound = Sound();
        for (int length = 0; length < sound.Length; length++)
        {
            Assert.Throws<CheckpointException>(() => CheckpointFile.Verify(new MemoryStream(sound[..length])));
        }

        Assert.Throws<CheckpointException>(() => CheckpointFile.Verify(new MemoryStream([.. sound, 0])));
        CheckpointFile.Verify(new MemoryStream(sound));
    }

    [Fact]
    public void Verify_ArbitraryBytes_IsDamage() => Gen.Byte.Array[0, 200].Sample(
        bytes => Assert.Throws<CheckpointException>(() => CheckpointFile.Verify(new MemoryStream(bytes))));

    /// <summary>A file of the next version is whole, so that it is refused for its version and not taken for damage.</summary>
    [Fact]
    public void Read_AnotherVersion_IsRefusedForIt()
    {
        byte[] other = Sound();
        other[8]++;
        System.Security.Cryptography.SHA256.HashData(other.AsSpan(..^32), other.AsSpan(^32..));
        MemoryStream file = new(other);

        CheckpointFile.Verify(file);
        CheckpointException refusal = Assert.Throws<CheckpointException>(() => CheckpointFile.Read(file, _ => { }));
        Assert.Equal("has version 4 of the checkpoint format; this program reads version 3", refusal.Message);
    }

    [Fact]
    public void Read_LessThanIsThere_IsRefused() =>
        Assert.Throws<CheckpointException>(() => CheckpointFile.Read(new MemoryStream(Sound()), reader => reader.ReadInt64()));

    [Fact]
    public void Read_AnotherVectorLengthOrSection_IsRefused()
    {
        Assert.Throws<CheckpointException>(() => CheckpointFile.Read(Written(writer => writer.Write<float>([1, 2])), reader => reader.ReadInto<float>(new float[3])));
        Assert.Throws<CheckpointException>(() => CheckpointFile.Read(Written(writer => writer.Section("a")), reader => reader.Section("b")));
    }

    private static byte[] Sound() => Written(writer =>
    {
        writer.Write("state");
        writer.Write<double>([1, 2, 3]);
    }).ToArray();

    private static MemoryStream Written(Action<StateWriter> save)
    {
        MemoryStream file = new();
        CheckpointFile.Write(file, save);
        return file;
    }
}
