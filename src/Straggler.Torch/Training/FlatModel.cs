using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Straggler.Federation;
using Straggler.Torch.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Straggler.Torch.Training;

/// <summary>A module whose parameters, buffers and gradients are views into flat vectors.</summary>
/// <remarks>
/// Loading a version is one copy, and zeroing, clipping and optimizer steps are one operation each instead of one per layer. Gradients
/// accumulate in place because each parameter's <c>grad</c> is set beforehand and never taken away.
/// </remarks>
internal sealed class FlatModel : IDisposable
{
    private readonly List<Tensor> _views = [];

    /// <summary>Moves a module into flat storage.</summary>
    /// <param name="module">The module; owned from here on.</param>
    /// <param name="order">How kernels are stored; learners use channels-last, measurements compare.</param>
    public FlatModel(FederatedModule module, MemoryOrder order = MemoryOrder.ChannelsLast)
    {
        Module = module;
        Layout = Describe(module);
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            Vector = zeros(Layout.Length).DetachFromDisposeScope();
            Gradient = zeros(Layout.TrainableLength).DetachFromDisposeScope();
            Dictionary<string, ParameterPart> parts = Layout.Parts.ToDictionary(part => part.Name);
            foreach ((string name, TorchSharp.Modules.Parameter parameter) in module.named_parameters())
            {
                parameter.set_(View(Vector, parts[name], order));
                Tensor gradient = View(Gradient, parts[name], order).DetachFromDisposeScope();
                parameter.grad = gradient;
                _views.Add(gradient);
            }

            foreach ((string name, Tensor buffer) in FloatBuffers(module))
            {
                buffer.set_(View(Vector, parts[name], order));
            }
        }
    }

    /// <summary>The module.</summary>
    public FederatedModule Module { get; }

    /// <summary>Names and places.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>[length] the whole vector, in storage order.</summary>
    public Tensor Vector { get; }

    /// <summary>[trainable] gradients of the trained prefix of <see cref="Vector"/>.</summary>
    public Tensor Gradient { get; }

    /// <summary>The memory of <see cref="Vector"/>.</summary>
    public Span<float> Values => MemoryMarshal.Cast<byte, float>(Vector.bytes);

    /// <summary>The memory of the trained prefix.</summary>
    public Span<float> Trained => Values[..Layout.TrainableLength];

    /// <summary>The memory of <see cref="Gradient"/>.</summary>
    public Span<float> Gradients => MemoryMarshal.Cast<byte, float>(Gradient.bytes);

    /// <summary>Disposes of the module and the vectors.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in Module.parameters().Concat(Module.buffers()).ToList())
        {
            tensor.Dispose();
        }

        Module.Dispose();
        _views.ForEach(view => view.Dispose());
        Gradient.Dispose();
        Vector.Dispose();
    }

    private static ParameterLayout Describe(FederatedModule module)
    {
        List<ParameterPart> parts = [];
        int offset = 0;
        void Add(string name, Tensor tensor, ParameterKind kind)
        {
            ParameterPart part = new(
                name, [.. tensor.shape.Select(size => (int)size)], kind, offset, NonNegative: name.EndsWith("running_var", StringComparison.Ordinal));
            offset += part.Length;
            parts.Add(part);
        }

        foreach ((string name, TorchSharp.Modules.Parameter parameter) in module.named_parameters())
        {
            Add(name, parameter, ParameterKind.Parameter);
        }

        foreach ((string name, Tensor buffer) in FloatBuffers(module))
        {
            Add(name, buffer, ParameterKind.Buffer);
        }

        return new(parts, module.named_buffers().Where(entry => entry.buffer.dtype == ScalarType.Int64).Select(entry => entry.name));
    }

    private static IEnumerable<(string Name, Tensor Buffer)> FloatBuffers(FederatedModule module) =>
        module.named_buffers().Where(entry => entry.buffer.dtype == ScalarType.Float32);

    private static Tensor View(Tensor flat, ParameterPart part, MemoryOrder order)
    {
        Tensor piece = flat.narrow(0, part.Offset, part.Length);
        ImmutableArray<int> shape = part.Shape;
        return shape.Length == 4 && order == MemoryOrder.ChannelsLast
            ? piece.view(shape[0], shape[2], shape[3], shape[1]).permute(0, 3, 1, 2)
            : piece.view([.. shape.Select(size => (long)size)]);
    }
}
