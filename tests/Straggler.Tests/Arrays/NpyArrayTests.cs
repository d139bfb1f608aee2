using System.Buffers.Binary;
using Straggler.Arrays;

namespace Straggler.Tests.Arrays;

public sealed class NpyArrayTests
{
    /// <summary>np.lib.format.write_array(file, np.array([[1,2],[3,4]], np.float32), version=(2, 0)).</summary>
    private const string Version2 =
        "934e554d50590200740000007b276465736372273a20273c6634272c2027666f727472616e5f6f72646572273a2046616c73652c20277368617065273a2028322c2032292c207d"
        + "20202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020200a"
        + "0000803f000000400000404000008040";

    /// <summary>np.lib.format.write_array(file, np.array([1.5], '>f8'), version=(3, 0)).</summary>
    private const string Version3 =
        "934e554d50590300740000007b276465736372273a20273e6638272c2027666f727472616e5f6f72646572273a2046616c73652c20277368617065273a2028312c292c207d"
        + "202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020200a"
        + "3ff8000000000000";

    [Fact]
    public void CopyTo_Version2_ReadsIt()
    {
        NpyArray array = new(Convert.FromHexString(Version2));

        Assert.Equal([2, 2], array.Header.Shape);
        Assert.Equal([1, 2, 3, 4], array.ToSingles());
    }

    [Fact]
    public void CopyTo_Version3BigEndian_ReadsIt()
    {
        NpyArray array = new(Convert.FromHexString(Version3));

        Assert.Equal(NpyType.F8, array.Header.Type);
        Assert.True(array.Header.BigEndian);
        Assert.Equal([1.5f], array.ToSingles());
    }

    /// <summary>np.arange(24).reshape(2, 3, 4) in Fortran's order begins 0, 12, 4, 16, 8, 20, 1: element (i, j, k) lies at i + 2j + 6k.</summary>
    [Fact]
    public void CopyTo_FortranOrder_GivesRows()
    {
        float[] stored = new float[24];
        for (int i = 0; i < 24; i++)
        {
            stored[(i / 12) + (2 * (i / 4 % 3)) + (6 * (i % 4))] = i;
        }

        Assert.Equal([0, 12, 4, 16, 8, 20, 1], stored[..7]);
        Assert.Equal(Enumerable.Range(0, 24).Select(i => (float)i), new NpyArray(Npy.File("<f4", "(2, 3, 4)", Npy.Bytes(stored), "True")).ToSingles());
    }

    [Theory]
    [InlineData("|b1", "000102", new float[] { 0, 1, 1 })]
    [InlineData("|u1", "0001FF", new float[] { 0, 1, 255 })]
    [InlineData("<i4", "FFFFFFFF0100000000000080", new float[] { -1, 1, int.MinValue })]
    [InlineData(">i4", "FFFFFFFF0000000180000000", new float[] { -1, 1, int.MinValue })]
    [InlineData("<i8", "FEFFFFFFFFFFFFFF01000000000000000000000000000000", new float[] { -2, 1, 0 })]
    [InlineData("<f2", "003CFFFB0100", new float[] { 1, -65504, 5.9604645e-8f })]
    [InlineData(">f2", "3C00FBFF0001", new float[] { 1, -65504, 5.9604645e-8f })]
    [InlineData(">f4", "3F800000C0000000BF000000", new float[] { 1, -2, -0.5f })]
    [InlineData("=f4", "0000803F000000C0000000BF", new float[] { 1, -2, -0.5f })]
    [InlineData("<f8", "000000000000F03F00000000000000C0000000000000E03F", new float[] { 1, -2, 0.5f })]
    public void CopyTo_EachType_ReadsIt(string description, string elements, float[] expected) =>
        Assert.Equal(expected, new NpyArray(Npy.File(description, "(3,)", Convert.FromHexString(elements))).ToSingles());

    [Fact]
    public void CopyTo_DoublesBeyondSingles_AreInfinite() =>
        Assert.Equal([float.PositiveInfinity], new NpyArray(Npy.File("<f8", "(1,)", BitConverter.GetBytes(1e300))).ToSingles());

    [Fact]
    public void CopyTo_LongBigEndian_CrossesItsChunks()
    {
        byte[] elements = new byte[8 * 3000];
        for (int i = 0; i < 3000; i++)
        {
            BinaryPrimitives.WriteDoubleBigEndian(elements.AsSpan(8 * i), i);
        }

        Assert.Equal(Enumerable.Range(0, 3000).Select(i => (float)i), new NpyArray(Npy.File(">f8", "(3000,)", elements)).ToSingles());
    }

    [Fact]
    public void Header_KeysInAnyOrderAndQuotes_AreRead()
    {
        byte[] file = Npy.FileWithText("""{"shape":(1,),'fortran_order':True,'descr':"<f4"}""" + "\n", new byte[4]);

        NpyHeader header = new NpyArray(file).Header;

        Assert.Equal((NpyType.F4, false, true), (header.Type, header.BigEndian, header.FortranOrder));
        Assert.Equal([1], header.Shape);
    }

    [Theory]
    [InlineData("|O", "Python objects")]
    [InlineData("<c8", "no type that is read")]
    [InlineData("<f3", "no type that is read")]
    [InlineData("|f4", "no type that is read")]
    [InlineData("f4", "no type that is read")]
    [InlineData("<U5", "no type that is read")]
    [InlineData("", "no type that is read")]
    public void Header_OtherTypes_AreRefused(string description, string message) =>
        Assert.Contains(message, Fault(Npy.File(description, "(0,)", [])), StringComparison.Ordinal);

    [Theory]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }", "arrays of records are not read")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, }", "is missing")]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (2,), }", "neither True nor False")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }", "no integer from 0")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }", "no integer from 0")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1.0,), }", "not parted by commas")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2), }", "not a tuple")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (,), }", "no integer from 0")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'shape': (2,), }", "'shape' is unknown or there twice")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': 1, }", "'x' is unknown")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } + 1", "follows the closing brace")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)", "'}' is missing")]
    [InlineData("{'descr: '<f4', 'fortran_order': False, 'shape': (2,), }", "':' is missing")]
    [InlineData("{'de\\x73cr': '<f4', 'fortran_order': False, 'shape': (2,), }", "backslash")]
    [InlineData("__import__('os').system('true')", "'{' is missing")]
    public void Header_Damaged_IsRefused(string text, string message) =>
        Assert.Contains(message, Fault(Npy.FileWithText(text, new byte[8])), StringComparison.Ordinal);

    [Theory]
    [InlineData("(65536, 65536)")]
    [InlineData("(2147483647, 2147483647, 2147483647, 2147483647, 4)")]
    public void Header_ShapeWhoseProductOverflows_IsRefused(string shape) =>
        Assert.Contains("elements", Fault(Npy.File("|u1", shape, [])), StringComparison.Ordinal);

    [Fact]
    public void Header_TooManyDimensions_IsRefused() =>
        Assert.Contains("64 dimensions", Fault(Npy.File("|u1", $"({string.Join(", ", Enumerable.Repeat(1, 65))})", [1])), StringComparison.Ordinal);

    [Theory]
    [InlineData(7)]
    [InlineData(9)]
    public void Array_WrongNumberOfBytes_IsRefused(int bytes) =>
        Assert.Contains("Expected 8: <f4 of shape (2,)", Fault(Npy.File("<f4", "(2,)", new byte[bytes])), StringComparison.Ordinal);

    [Theory]
    [InlineData("", "no .npy file")]
    [InlineData("934E554D5059", "no .npy file")]
    [InlineData("934E554D50590100", "ends within")]
    [InlineData("934E554D505901007600", "ends within")]
    [InlineData("934E554D5059040076000000", "Expected version 1, 2 or 3")]
    [InlineData("934E554D50590200FFFFFFFF", "Expected at most 10000")]
    [InlineData("80049503000000000000005D942E0000", "no .npy file")]
    public void Array_NoNpyFile_IsRefused(string bytes, string message) =>
        Assert.Contains(message, Fault(Convert.FromHexString(bytes)), StringComparison.Ordinal);

    private static string Fault(byte[] file) => Assert.Throws<NpyException>(() => new NpyArray(file)).Message;
}
