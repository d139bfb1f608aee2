using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Straggler.Torch.Models;

/// <summary>BatchNorm over [batch, channels, height, width] with PyTorch's names, defaults and running averages.</summary>
/// <remarks>
/// While training it normalises by the batch and moves the running averages by a tenth; otherwise it uses the running averages.
/// In place of TorchSharp's layer, which counts batches in a way that its garbage collection can break (docs/decisions/0007); the
/// counter <c>num_batches_tracked</c> is there for its name alone. Source: S. Ioffe, C. Szegedy, "Batch normalization", 2015,
/// arXiv:1502.03167; torch.nn.BatchNorm2d.
/// </remarks>
internal sealed class BatchNorm : nn.Module<Tensor, Tensor>
{
    private const double Momentum = 0.1;
    private const double Epsilon = 1e-5;

    private readonly Parameter _weight;
    private readonly Parameter _bias;
    private readonly Tensor _mean;
    private readonly Tensor _variance;

    /// <summary>Makes the layer with weight 1, bias 0, mean 0 and variance 1.</summary>
    public BatchNorm(int channels)
        : base("BatchNorm")
    {
        _weight = nn.Parameter(ones(channels));
        _bias = nn.Parameter(zeros(channels));
        _mean = zeros(channels);
        _variance = ones(channels);
        register_parameter("weight", _weight);
        register_parameter("bias", _bias);
        register_buffer("running_mean", _mean);
        register_buffer("running_var", _variance);
        register_buffer("num_batches_tracked", zeros(1, ScalarType.Int64).squeeze(0));
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) =>
        nn.functional.batch_norm(input, _mean, _variance, _weight, _bias, training, Momentum, Epsilon);
}
