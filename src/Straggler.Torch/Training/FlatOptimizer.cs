namespace Straggler.Torch.Training;

/// <summary>An optimizer over one flat vector, block by block: what else is to be done to a block is done while the cache still holds it.</summary>
/// <remarks>
/// Works on the vector's memory directly. That is quicker than tensor operations, and safe where TorchSharp 0.107 is not: it turns
/// numbers into <c>Scalar</c> objects that the garbage collector may free while libtorch still reads them (docs/decisions/0007).
/// Lives for one client task, so its state starts afresh with every task. Not thread-safe.
/// </remarks>
public abstract class FlatOptimizer
{
    /// <summary>Moves the parameters by one step.</summary>
    /// <param name="parameters">[trainable]; changed in place.</param>
    /// <param name="gradient">[trainable]; may be overwritten.</param>
    public void Step(Span<float> parameters, Span<float> gradient)
    {
        Begin(parameters.Length);
        StepBlock(0, parameters, gradient);
    }

    /// <summary>Begins a step, whose blocks follow.</summary>
    /// <param name="length">Of the whole vector; the same at every step.</param>
    public virtual void Begin(int length)
    {
    }

    /// <summary>Moves a block of the parameters. Each element is moved by itself, so the blocks' sizes do not matter.</summary>
    /// <param name="first">The block's first element in the whole vector.</param>
    /// <param name="parameters">The block; changed in place.</param>
    /// <param name="gradient">The block's gradient; may be overwritten.</param>
    public abstract void StepBlock(int first, Span<float> parameters, Span<float> gradient);
}
