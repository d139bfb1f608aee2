using System.Runtime.InteropServices;
using Straggler.Simulation;
using Straggler.Torch.Datasets;
using static TorchSharp.torch;

namespace Straggler.Torch.Training;

/// <summary>A learner's input buffers: gathers samples by index, normalises them and stores them as libtorch is quickest with.</summary>
/// <remarks>
/// The data set stays as bytes, once, shared by all learners; a table turns a byte into its normalised value. Nothing is allocated per
/// batch but the tensors' handles.
/// </remarks>
internal sealed class ImageBatch : ISampleBatch
{
    /// <summary>Test images that are evaluated at once.</summary>
    public const int TestImages = 50;

    private const int Padding = 4;

    private readonly ImageDataset _dataset;
    private readonly int[] _slice = new int[TestImages];
    private readonly ImageShape _shape;
    private readonly bool _channelsLast;
    private readonly int _pixelStep;
    private readonly int _channelStep;
    private readonly float[][] _values;
    private readonly Tensor _pixels;
    private readonly Tensor _labels;

    /// <summary>Makes buffers.</summary>
    /// <param name="dataset">Gives the shape and the normalisation.</param>
    /// <param name="capacity">Most samples in a batch.</param>
    /// <param name="order">How images are stored.</param>
    public ImageBatch(ImageDataset dataset, int capacity, MemoryOrder order = MemoryOrder.ChannelsLast)
    {
        _dataset = dataset;
        _shape = dataset.Shape;
        _channelsLast = order == MemoryOrder.ChannelsLast;
        (_pixelStep, _channelStep) = _channelsLast ? (_shape.Channels, 1) : (1, _shape.Height * _shape.Width);
        _values = [.. Enumerable.Range(0, _shape.Channels).Select(channel => Table(dataset.Mean[channel], dataset.Deviation[channel]))];
        _pixels = (_channelsLast
            ? zeros(capacity, _shape.Height, _shape.Width, _shape.Channels)
            : zeros(capacity, _shape.Channels, _shape.Height, _shape.Width)).DetachFromDisposeScope();
        _labels = zeros(capacity, ScalarType.Int64).DetachFromDisposeScope();
    }

    /// <summary>Takes samples as they are.</summary>
    /// <returns>[n, channels, height, width] inputs and [n] labels: views, valid until the next fill.</returns>
    public (Tensor Inputs, Tensor Labels) Fill(ImageSplit split, ReadOnlySpan<int> samples)
    {
        Span<float> pixels = Pixels;
        for (int place = 0; place < samples.Length; place++)
        {
            Copy(split, samples[place], pixels.Slice(place * _shape.Length, _shape.Length), 0, 0, mirrored: false);
        }

        return Views(split, samples);
    }

    /// <summary>Takes samples cropped at random after padding by 4 black pixels, and mirrored half of the time.</summary>
    /// <returns>[n, channels, height, width] inputs and [n] labels: views, valid until the next fill.</returns>
    public (Tensor Inputs, Tensor Labels) FillAugmented(ImageSplit split, ReadOnlySpan<int> samples, ref RandomStream random)
    {
        Span<float> pixels = Pixels;
        for (int place = 0; place < samples.Length; place++)
        {
            int down = random.NextInt32((2 * Padding) + 1) - Padding;
            int right = random.NextInt32((2 * Padding) + 1) - Padding;
            bool mirrored = random.NextInt32(2) == 1;
            Copy(split, samples[place], pixels.Slice(place * _shape.Length, _shape.Length), down, right, mirrored);
        }

        return Views(split, samples);
    }

    /// <inheritdoc/>
    public (Tensor Inputs, Tensor Targets) FillTraining(ReadOnlySpan<int> samples, ref ClientView view)
    {
        (Tensor inputs, Tensor labels) = _dataset.Augment && view.Augments
            ? FillAugmented(_dataset.Train, samples, ref view.Augmentation)
            : Fill(_dataset.Train, samples);
        if (view.Noise > 0)
        {
            for (int place = 0; place < samples.Length; place++)
            {
                AddNoise(Pixels.Slice(place * _shape.Length, _shape.Length), view.Noise, view.NoiseOf(samples[place]));
            }
        }

        return (inputs, labels);
    }

    /// <inheritdoc/>
    public (Tensor Inputs, Tensor Targets, int Taken) FillTest(int first, int left)
    {
        int count = Math.Min(TestImages, left);
        for (int place = 0; place < count; place++)
        {
            _slice[place] = first + place;
        }

        (Tensor inputs, Tensor labels) = Fill(_dataset.Test, _slice.AsSpan(0, count));
        return (inputs, labels, count);
    }

    /// <inheritdoc/>
    public void ReadPredictions(ReadOnlySpan<long> classes, Span<int> predictions)
    {
        for (int place = 0; place < predictions.Length; place++)
        {
            predictions[place] = (int)classes[place];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pixels.Dispose();
        _labels.Dispose();
    }

    private Span<float> Pixels => MemoryMarshal.Cast<byte, float>(_pixels.bytes);

    private static float[] Table(float mean, float deviation) =>
        [.. Enumerable.Range(0, 256).Select(value => ((value / 255f) - mean) / deviation)];

    /// <summary>Adds the noise of one image, drawn channel by channel, row by row, whatever the order in memory.</summary>
    private void AddNoise(Span<float> image, double deviation, RandomStream random)
    {
        for (int channel = 0; channel < _shape.Channels; channel++)
        {
            double scale = deviation / _dataset.Deviation[channel];
            for (int pixel = 0; pixel < _shape.Height * _shape.Width; pixel++)
            {
                image[(pixel * _pixelStep) + (channel * _channelStep)] += (float)(scale * random.NextGaussian());
            }
        }
    }

    private (Tensor Inputs, Tensor Labels) Views(ImageSplit split, ReadOnlySpan<int> samples)
    {
        Span<long> labels = MemoryMarshal.Cast<byte, long>(_labels.bytes);
        for (int place = 0; place < samples.Length; place++)
        {
            labels[place] = split.Labels[samples[place]];
        }

        Tensor pixels = _pixels.narrow(0, 0, samples.Length);
        return (_channelsLast ? pixels.permute(0, 3, 1, 2) : pixels, _labels.narrow(0, 0, samples.Length));
    }

    private void Copy(ImageSplit split, int sample, Span<float> to, int down, int right, bool mirrored)
    {
        (int channels, int height, int width) = _shape;
        ReadOnlySpan<byte> image = split.Pixels.AsSpan(sample * _shape.Length, _shape.Length);
        bool moved = down != 0 || right != 0 || mirrored;
        for (int channel = 0; channel < channels; channel++)
        {
            int first = channel * _channelStep;
            ReadOnlySpan<float> table = _values[channel];
            ReadOnlySpan<byte> plane = image.Slice(channel * height * width, height * width);
            if (!moved)
            {
                for (int pixel = 0; pixel < plane.Length; pixel++)
                {
                    to[(pixel * _pixelStep) + first] = table[plane[pixel]];
                }

                continue;
            }

            for (int row = 0; row < height; row++)
            {
                for (int column = 0; column < width; column++)
                {
                    int fromRow = row + down, fromColumn = (mirrored ? width - 1 - column : column) + right;
                    bool inside = (uint)fromRow < (uint)height && (uint)fromColumn < (uint)width;
                    byte value = inside ? plane[(fromRow * width) + fromColumn] : (byte)0;
                    to[(((row * width) + column) * _pixelStep) + first] = table[value];
                }
            }
        }
    }
}
