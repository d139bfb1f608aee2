namespace Straggler.Torch.Training;

/// <summary>An optimizer over one flat vector: one or two passes over memory per step, whatever the number of layers.</summary>
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
    public abstract void Step(Span<float> parameters, Span<float> gradient);
}
