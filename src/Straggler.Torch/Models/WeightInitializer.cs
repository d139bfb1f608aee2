using Straggler.Simulation;
using TorchSharp;
using static TorchSharp.torch;

namespace Straggler.Torch.Models;

/// <summary>Fills a model's initial weights from one random stream, by PyTorch's formulas.</summary>
/// <remarks>
/// Values are drawn in PyTorch's element order, layer after layer, so they depend on the seed and the architecture alone and neither on
/// libtorch's version nor on how kernels are stored. Source: torch.nn.init and the reset_parameters methods of PyTorch's layers;
/// K. He et al., "Delving deep into rectifiers", 2015, arXiv:1502.01852.
/// </remarks>
public sealed class WeightInitializer
{
    private RandomStream _random;

    /// <summary>Draws from a stream.</summary>
    /// <param name="random">The stream; copied.</param>
    public WeightInitializer(RandomStream random) => _random = random;

    /// <summary>Fills every layer as PyTorch's constructors do: linear and convolution uniform, norms 1 and 0.</summary>
    public void FillDefaults(nn.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        foreach (nn.Module layer in module.modules())
        {
            FillDefault(layer);
        }
    }

    /// <summary>Fills one layer as its PyTorch constructor does; a module without weights of its own is left alone.</summary>
    /// <remarks>Linear and convolution: weight and bias uniform within ±1/√fan_in (kaiming_uniform with a = √5).</remarks>
    public void FillDefault(nn.Module layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        Dictionary<string, Tensor> own = Own(layer);
        if (!own.TryGetValue("weight", out Tensor? weight))
        {
            return;
        }

        if (weight.dim() == 1)
        {
            FillNorm(own);
            return;
        }

        double bound = 1 / Math.Sqrt(FanIn(weight));
        Uniform(weight, bound);
        if (own.TryGetValue("bias", out Tensor? bias))
        {
            Uniform(bias, bound);
        }
    }

    /// <summary>Fills a weight uniformly within ±√(6/fan_in): He's initialisation for ReLU.</summary>
    public void KaimingUniform(Tensor weight) => Uniform(weight, Math.Sqrt(6.0 / FanIn(weight)));

    /// <summary>Fills a weight from a normal distribution with deviation √(2/fan_out): He's initialisation, fan-out mode.</summary>
    public void KaimingNormalFanOut(Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        Normal(weight, Math.Sqrt(2.0 / (weight.numel() / weight.shape[1])));
    }

    /// <summary>Fills a tensor uniformly within ±<paramref name="bound"/>.</summary>
    public void Uniform(Tensor tensor, double bound) => Fill(tensor, (ref RandomStream random) => ((2 * random.NextDouble()) - 1) * bound);

    /// <summary>Fills a tensor from a normal distribution with mean 0.</summary>
    public void Normal(Tensor tensor, double deviation) => Fill(tensor, (ref RandomStream random) => random.NextGaussian() * deviation);

    /// <summary>Fills a tensor with one value.</summary>
    public void Constant(Tensor tensor, double value) => Fill(tensor, (ref RandomStream _) => value);

    /// <summary>The parameters and buffers that a layer holds itself, by name.</summary>
    internal static Dictionary<string, Tensor> Own(nn.Module layer) =>
        layer.named_parameters(recurse: false).Select(entry => (entry.name, (Tensor)entry.parameter))
            .Concat(layer.named_buffers(recurse: false).Select(entry => (entry.name, entry.buffer)))
            .ToDictionary(entry => entry.name, entry => entry.Item2);

    private void FillNorm(Dictionary<string, Tensor> own)
    {
        foreach ((string name, Tensor tensor) in own)
        {
            if (tensor.dtype == ScalarType.Float32)
            {
                Constant(tensor, name is "weight" or "running_var" ? 1 : 0);
            }
        }
    }

    private static double FanIn(Tensor weight) => weight.numel() / weight.shape[0];

    private void Fill(Tensor tensor, Draw draw)
    {
        float[] values = new float[tensor.numel()];
        foreach (ref float value in values.AsSpan())
        {
            value = (float)draw(ref _random);
        }

        using (no_grad())
        {
            using Tensor source = torch.tensor(values).reshape(tensor.shape);
            tensor.copy_(source);
        }
    }

    private delegate double Draw(ref RandomStream random);
}
