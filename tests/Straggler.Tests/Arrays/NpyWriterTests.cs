using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Straggler.Arrays;

namespace Straggler.Tests.Arrays;

/// <summary>The expected bytes were written by NumPy 1.24.</summary>
public sealed class NpyWriterTests
{
    [Fact]
    public void Write_TwoByTwo_GivesNumPysBytes()
    {
        byte[] file = NpyWriter.Write([2, 2], [1, 2, 3, 4]);

        Assert.Equal(144, file.Length);
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0, 118, 0], file[..10]);
        Assert.Equal(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }".PadRight(117) + "\n",
            Encoding.ASCII.GetString(file, 10, 118));
        Assert.Equal("0000803F000000400000404000008040", Convert.ToHexString(file, 128, 16));
    }

    /// <summary>Flower names this array's chunk by the hash of these bytes after a head.</summary>
    [Fact]
    public void Write_TwoByTwo_HasFlowersObjectId()
    {
        byte[] chunk = [.. "ArrayChunk  144\0"u8, .. NpyWriter.Write([2, 2], [1, 2, 3, 4])];

        Assert.Equal(
            "0bd55c552a4d962cf4398ecd7b71d1a05377410b9b904603b85f1760b8928530",
            Convert.ToHexStringLower(SHA256.HashData(chunk)));
    }

    [Theory]
    [InlineData(NpyType.F4, "<f4", "0000C03F00000040")]
    [InlineData(NpyType.F8, "<f8", "000000000000F83F0000000000000040")]
    [InlineData(NpyType.F2, "<f2", "003E0040")]
    [InlineData(NpyType.I8, "<i8", "02000000000000000200000000000000")]
    [InlineData(NpyType.I4, "<i4", "0200000002000000")]
    [InlineData(NpyType.U1, "|u1", "0202")]
    [InlineData(NpyType.B1, "|b1", "0101")]
    public void Write_EachType_IsLittleEndianAndRounded(NpyType type, string description, string elements)
    {
        byte[] file = NpyWriter.Write(type, [2], [1.5f, 2]);

        Assert.StartsWith($"{{'descr': '{description}', 'fortran_order': False, 'shape': (2,), }}", Encoding.ASCII.GetString(file, 10, 118), StringComparison.Ordinal);
        Assert.Equal(elements, Convert.ToHexString(file.AsSpan(128)));
    }

    [Theory]
    [InlineData(new[] { 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, 128)]
    [InlineData(new[] { 1, 0, 10, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, 128)]
    [InlineData(new[] { 1, 0, 100, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, 192)]
    [InlineData(new[] { 12345, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, 128)]
    [InlineData(new[] { 12345, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, 192)]
    public void Write_LongShapes_PadAsNumPyDoes(int[] shape, int length) =>
        Assert.Equal(length, NpyWriter.Write([.. shape], []).Length);

    [Fact]
    public void Write_OutOfRange_StaysAtTheEnds()
    {
        Assert.Equal("00FF", Convert.ToHexString(NpyWriter.Write(NpyType.U1, [2], [-3, 300]).AsSpan(128)));
        Assert.Equal("FFFFFF7F00000080", Convert.ToHexString(NpyWriter.Write(NpyType.I4, [2], [1e20f, -1e20f]).AsSpan(128)));
    }

    [Fact]
    public void Write_WrongNumberOfValues_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => NpyWriter.Write(ImmutableArray.Create(2, 2), [1, 2, 3]));
}
