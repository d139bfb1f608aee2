using System.Buffers.Binary;

namespace Straggler.Reports.TensorBoard;

/// <summary>What one event says: a <c>tensorflow.Summary</c>.</summary>
/// <remarks>Source: tensorflow/core/framework/summary.proto, tensor.proto and tensor_shape.proto.</remarks>
internal sealed class SummaryValues
{
    // Field numbers of Summary, Summary.Value and the messages within.
    private const int SummaryValue = 1;
    private const int ValueTag = 1, ValueSimple = 2, ValueImage = 4, ValueHistogram = 5, ValueTensor = 8, ValueMetadata = 9;
    private const int ImageHeight = 1, ImageWidth = 2, ImageColours = 3, ImageBytes = 4;
    private const int HistogramMin = 1, HistogramMax = 2, HistogramCount = 3, HistogramSum = 4, HistogramSquares = 5, HistogramLimits = 6, HistogramCounts = 7;
    private const int TensorType = 1, TensorShape = 2, TensorStrings = 8, ShapeDimension = 2, DimensionSize = 1;
    private const int MetadataPlugin = 1, PluginName = 1;
    private const int TypeString = 7, ColoursWithTransparency = 4;

    private const int PngWidth = 16, PngHeight = 20;

    private readonly ProtobufWriter _summary = new();

    /// <summary>The message.</summary>
    public ReadOnlySpan<byte> Written => _summary.Written;

    /// <summary>A number.</summary>
    public void Scalar(string tag, double value) => Add(tag, message => message.Float(ValueSimple, (float)value));

    /// <summary>A distribution.</summary>
    public void Histogram(string tag, Histogram histogram)
    {
        ProtobufWriter content = new();
        content.Double(HistogramMin, histogram.Min);
        content.Double(HistogramMax, histogram.Max);
        content.Double(HistogramCount, histogram.Count);
        content.Double(HistogramSum, histogram.Sum);
        content.Double(HistogramSquares, histogram.SumOfSquares);
        content.Doubles(HistogramLimits, histogram.Limits.AsSpan());
        content.Doubles(HistogramCounts, histogram.Counts.AsSpan());
        Add(tag, message => message.Message(ValueHistogram, content.Written));
    }

    /// <summary>A text, which TensorBoard shows as Markdown.</summary>
    public void Text(string tag, string markdown)
    {
        ProtobufWriter size = new(), shape = new(), tensor = new(), plugin = new(), metadata = new();
        size.Int64(DimensionSize, 1);
        shape.Message(ShapeDimension, size.Written);
        tensor.Int64(TensorType, TypeString);
        tensor.Message(TensorShape, shape.Written);
        tensor.String(TensorStrings, markdown);
        plugin.String(PluginName, "text");
        metadata.Message(MetadataPlugin, plugin.Written);
        Add(tag, message =>
        {
            message.Message(ValueTensor, tensor.Written);
            message.Message(ValueMetadata, metadata.Written);
        });
    }

    /// <summary>A picture.</summary>
    /// <param name="tag">Its tag.</param>
    /// <param name="png">A PNG file, whose header tells its size.</param>
    public void Image(string tag, byte[] png)
    {
        ProtobufWriter image = new();
        image.Int64(ImageHeight, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(PngHeight)));
        image.Int64(ImageWidth, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(PngWidth)));
        image.Int64(ImageColours, ColoursWithTransparency);
        image.Message(ImageBytes, png);
        Add(tag, message => message.Message(ValueImage, image.Written));
    }

    private void Add(string tag, Action<ProtobufWriter> content)
    {
        ProtobufWriter value = new();
        value.String(ValueTag, tag);
        content(value);
        _summary.Message(SummaryValue, value.Written);
    }
}
