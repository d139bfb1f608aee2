using CsCheck;
using Straggler.Reports.TensorBoard;

namespace Straggler.Reports.Tests.TensorBoard;

public sealed class Crc32CTests
{
    [Fact]
    public void Of_VectorsOfRfc3720_AreAsPublished()
    {
        // RFC 3720, B.4: 32 bytes of zeros, of ones, ascending, descending; and the usual check string.
        Assert.Equal(0x8A9136AAu, Crc32C.Of(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Of([.. Enumerable.Repeat((byte)0xFF, 32)]));
        Assert.Equal(0x46DD794Eu, Crc32C.Of([.. Enumerable.Range(0, 32).Select(value => (byte)value)]));
        Assert.Equal(0x113FDB5Cu, Crc32C.Of([.. Enumerable.Range(0, 32).Select(value => (byte)(31 - value))]));
        Assert.Equal(0xE3069283u, Crc32C.Of("123456789"u8));
    }

    [Fact]
    public void Of_AnyBytes_EqualsLongDivision() =>
        Gen.Byte.Array[0, 100].Sample(bytes => Crc32C.Of(bytes) == EventFileDecoder.PlainCrc(bytes));
}
