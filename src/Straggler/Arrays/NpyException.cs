namespace Straggler.Arrays;

/// <summary>Bytes that should be a .npy or .npz file are none, are damaged, or hold what is never read (object arrays, for instance).</summary>
public sealed class NpyException : Exception
{
    /// <summary>Says what is wrong.</summary>
    /// <param name="message">What is wrong.</param>
    public NpyException(string message)
        : base(message)
    {
    }

    /// <summary>Says what is wrong.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="cause">Why.</param>
    public NpyException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
