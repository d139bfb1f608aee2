using System.IO.Compression;
using Straggler.Arrays;

namespace Straggler.Tests.Arrays;

public sealed class NpzFileTests
{
    /// <summary>np.savez_compressed(file, np.zeros(20, np.float32), np.ones(3, np.float16)).</summary>
    internal const string Compressed =
        "UEsDBBQAAAAIAAAAIQBOEGycSAAAANAAAAAJABQAYXJyXzAubnB5AQAQANAAAAAAAAAASAAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2airqOgnpZf"
        + "VFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGBjqaOgq1CuQDLgYqAwBQSwMEFAAAAAgAAAAhAH3o73xIAAAAhgAAAAkAFABhcnJfMS5ucHkBABAAhgAAAAAA"
        + "AABIAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqSuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6mjoKtQoUAC4GGxAEAFBLAQIUAxQA"
        + "AAAIAAAAIQBOEGycSAAAANAAAAAJAAAAAAAAAAAAAACAAQAAAABhcnJfMC5ucHlQSwECFAMUAAAACAAAACEAfejvfEgAAACGAAAACQAAAAAAAAAAAAAAgAGD"
        + "AAAAYXJyXzEubnB5UEsFBgAAAAACAAIAbgAAAAYBAAAAAA==";

    /// <summary>np.savez(file, a=np.array([[1, 2], [3, 4]], np.float32), b=np.float64(5)).</summary>
    private const string Plain =
        "UEsDBBQAAAAAAAAAIQBO+yB1kAAAAJAAAAAFABQAYS5ucHkBABAAkAAAAAAAAACQAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxmNCcsICdmb3J0cmFu"
        + "X29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCAyKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
        + "ICAKAACAPwAAAEAAAEBAAACAQFBLAwQUAAAAAAAAACEAZKb42YgAAACIAAAABQAUAGIubnB5AQAQAIgAAAAAAAAAiAAAAAAAAACTTlVNUFkBAHYAeydkZXNj"
        + "cic6ICc8ZjgnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
        + "ICAgICAgICAgICAgICAgICAgICAgCgAAAAAAABRAUEsBAhQDFAAAAAAAAAAhAE77IHWQAAAAkAAAAAUAAAAAAAAAAAAAAIABAAAAAGEubnB5UEsBAhQDFAAA"
        + "AAAAAAAhAGSm+NmIAAAAiAAAAAUAAAAAAAAAAAAAAIABxwAAAGIubnB5UEsFBgAAAAACAAIAZgAAAIYBAAAAAA==";

    [Fact]
    public void Read_NumPysFile_GivesItsArraysInOrder()
    {
        IReadOnlyList<NpzEntry> arrays = NpzFile.Read(new MemoryStream(Convert.FromBase64String(Plain)), 1000);

        Assert.Equal(["a", "b"], arrays.Select(array => array.Name));
        Assert.Equal([1, 2, 3, 4], arrays[0].Array.ToSingles());
        Assert.Equal([5], arrays[1].Array.ToSingles());
    }

    [Fact]
    public void Read_NumPysCompressedFile_GivesItsArrays()
    {
        IReadOnlyList<NpzEntry> arrays = NpzFile.Read(new MemoryStream(Convert.FromBase64String(Compressed)), 1000);

        Assert.Equal(["arr_0", "arr_1"], arrays.Select(array => array.Name));
        Assert.Equal(new float[20], arrays[0].Array.ToSingles());
        Assert.Equal([1, 1, 1], arrays[1].Array.ToSingles());
    }

    /// <summary>The two arrays take 144 + 136 = 280 bytes.</summary>
    [Fact]
    public void Read_MoreThanAllowed_IsRefused()
    {
        _ = NpzFile.Read(new MemoryStream(Convert.FromBase64String(Plain)), 280);

        Assert.Contains(
            "more than 279 bytes",
            Assert.Throws<NpyException>(() => NpzFile.Read(new MemoryStream(Convert.FromBase64String(Plain)), 279)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("weights.pkl", "weights.pkl")]
    [InlineData("a.npy", "\"a\"")]
    public void Read_WhatIsNoArray_IsRefused(string name, string message)
    {
        MemoryStream file = new();
        using (ZipArchive archive = new(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = archive.CreateEntry(name).Open();
            entry.Write("not an array"u8);
        }

        Assert.Contains(message, Assert.Throws<NpyException>(() => NpzFile.Read(file, 1000)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Arrays_AreReadAgainInOrderAndTheSameBytesEachTime()
    {
        byte[] whole = NpyWriter.Write(NpyType.F8, [2], [0.5f, -1]).ToArray(), counter = NpyWriter.Write(NpyType.I8, [], [3]).ToArray();
        MemoryStream first = new(), second = new();
        NpzFile.Write(first, [("b.weight", whole), ("a", counter)]);
        NpzFile.Write(second, [("b.weight", whole), ("a", counter)]);

        IReadOnlyList<NpzEntry> arrays = NpzFile.Read(first, 1000);
        Assert.Equal([("b.weight", NpyType.F8), ("a", NpyType.I8)], arrays.Select(array => (array.Name, array.Array.Header.Type)));
        Assert.Equal([0.5f, -1], arrays[0].Array.ToSingles());
        Assert.Equal([3], arrays[1].Array.ToSingles());
        Assert.Equal(first.ToArray(), second.ToArray());
    }

    [Fact]
    public void Read_NoZip_IsRefused() => Assert.Throws<NpyException>(() => NpzFile.Read(new MemoryStream([1, 2, 3]), 1000));
}
