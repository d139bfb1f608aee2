namespace Straggler.Torch.NativeLoading;

/// <summary>libtorch cannot be loaded on this machine; the message says what failed, where, and the way out.</summary>
public sealed class NativeLoadException : Exception
{
    /// <summary>Explains a failure.</summary>
    /// <param name="message">The explanation for the user.</param>
    /// <param name="inner">What the system said.</param>
    public NativeLoadException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
