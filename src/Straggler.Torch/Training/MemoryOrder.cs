namespace Straggler.Torch.Training;

/// <summary>How images and convolution kernels lie in memory.</summary>
public enum MemoryOrder
{
    /// <summary>[sample, row, column, channel]: what learners use, because libtorch's CPU kernels are quickest with it.</summary>
    ChannelsLast,

    /// <summary>[sample, channel, row, column]: libtorch's default.</summary>
    Default,
}
