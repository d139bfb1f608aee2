using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Straggler.Torch.Models;

/// <summary>max-pool 2×2 of ReLU(maps + bias) in one pass, with its gradient.</summary>
/// <remarks>
/// The three steps of libtorch write and read the maps six times in training and keep an int64 index per output; together with the
/// bias's gradient they are a fifth of a small CNN's step. Adding a number and ReLU never change which pixel of a window is the largest,
/// so pooling first gives the same result to the bit. Ties go to the first pixel, as in libtorch.
/// </remarks>
internal static class BiasReluPool
{
    /// <summary>Applies the steps.</summary>
    /// <param name="maps">[batch, channels, height, width] of a convolution without bias.</param>
    /// <param name="bias">[channels].</param>
    /// <returns>[batch, channels, height / 2, width / 2].</returns>
    public static Tensor Apply(Tensor maps, Tensor bias) =>
        Fits(maps) ? Fused.apply(maps, bias) : nn.functional.max_pool2d(maps + bias.view(1, -1, 1, 1), 2).relu_();

    private static bool Fits(Tensor maps)
    {
        long[] shape = maps.shape;
        return maps.device_type == DeviceType.CPU && maps.dtype == ScalarType.Float32 && maps.stride(1) == 1
            && shape[1] % BiasReluPoolKernel.Block == 0 && shape[2] % 2 == 0 && shape[3] % 2 == 0;
    }

    /// <summary>The autograd node.</summary>
    private sealed class Fused : autograd.SingleTensorFunction<Fused>
    {
        public override string Name => nameof(BiasReluPool);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            using Tensor maps = Rows((Tensor)vars[0]);
            Tensor bias = (Tensor)vars[1];
            long[] shape = maps.shape;
            Tensor pooled = empty(shape[0], shape[1] / 2, shape[2] / 2, shape[3]);
            Tensor winners = empty(pooled.shape, ScalarType.Byte);
            BiasReluPoolKernel.Forward(Values(maps), Values(bias), Values(pooled), winners.bytes, (int)shape[2], (int)shape[3]);
            ctx.save_for_backward([winners]);
            return pooled.permute(0, 3, 1, 2);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            Tensor winners = ctx.get_saved_variables()[0];
            using Tensor gradient = Rows(grad_output);
            long[] shape = gradient.shape;
            Tensor maps = empty(shape[0], shape[1] * 2, shape[2] * 2, shape[3]);
            Tensor bias = zeros(shape[3]);
            BiasReluPoolKernel.Backward(Values(gradient), winners.bytes, Values(maps), Values(bias), (int)shape[2] * 2, (int)shape[3]);
            return [maps.permute(0, 3, 1, 2), bias];
        }

        /// <summary>[batch, height, width, channels], contiguous.</summary>
        private static Tensor Rows(Tensor maps) => maps.permute(0, 2, 3, 1).contiguous();

        private static Span<float> Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
    }
}
