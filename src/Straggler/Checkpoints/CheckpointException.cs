namespace Straggler.Checkpoints;

/// <summary>A checkpoint that cannot be used; the message says which, why, and what to do.</summary>
public sealed class CheckpointException : Exception
{
    /// <summary>Explains.</summary>
    public CheckpointException(string message)
        : base(message)
    {
    }

    /// <summary>Explains, with the cause.</summary>
    public CheckpointException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
