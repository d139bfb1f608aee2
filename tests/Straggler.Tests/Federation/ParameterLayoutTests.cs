using Straggler.Federation;

namespace Straggler.Tests.Federation;

public sealed class ParameterLayoutTests
{
    [Fact]
    public void Constructor_ParametersThenBuffers_AddsLengthsUp()
    {
        ParameterLayout layout = new(
        [
            new("conv.weight", [4, 3, 2, 2], ParameterKind.Parameter, 0),
            new("scale", [], ParameterKind.Parameter, 48),
            new("bn.running_mean", [5], ParameterKind.Buffer, 49),
        ], ["bn.num_batches_tracked"]);

        // 4·3·2·2 = 48, a scalar is one element, five buffer elements: 54 floats, 216 bytes.
        Assert.Equal((54, 49, 216L), (layout.Length, layout.TrainableLength, layout.ByteCount));
        Assert.Equal(["bn.num_batches_tracked"], layout.Counters);
    }

    [Fact]
    public void Constructor_Gap_Throws() => Assert.Throws<ArgumentException>(() =>
        new ParameterLayout([new("a", [2], ParameterKind.Parameter, 0), new("b", [2], ParameterKind.Parameter, 3)]));

    [Fact]
    public void Constructor_BufferBeforeParameter_Throws() => Assert.Throws<ArgumentException>(() =>
        new ParameterLayout([new("a", [2], ParameterKind.Buffer, 0), new("b", [2], ParameterKind.Parameter, 2)]));
}
