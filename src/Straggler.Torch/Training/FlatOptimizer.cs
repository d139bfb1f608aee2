using static TorchSharp.torch;

namespace Straggler.Torch.Training;

/// <summary>An optimizer over one flat vector: a few fused operations per step, whatever the number of layers.</summary>
/// <remarks>Lives for one client task, so its state starts afresh with every task. Not thread-safe.</remarks>
public abstract class FlatOptimizer : IDisposable
{
    /// <summary>Moves the parameters by one step.</summary>
    /// <param name="parameters">[trainable] float32, changed in place.</param>
    /// <param name="gradient">[trainable] float32; may be overwritten.</param>
    public abstract void Step(Tensor parameters, Tensor gradient);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes of the state.</summary>
    /// <param name="disposing">Always true.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
