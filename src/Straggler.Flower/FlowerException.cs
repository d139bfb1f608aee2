namespace Straggler.Flower;

/// <summary>A server that cannot be started, or a peer that does not keep to the protocol; the message is fit to be shown as it is.</summary>
public sealed class FlowerException : Exception
{
    /// <summary>Says what is wrong.</summary>
    /// <param name="message">What is wrong, and what is expected.</param>
    public FlowerException(string message)
        : base(message)
    {
    }

    /// <summary>Says what is wrong and what lies behind it.</summary>
    /// <param name="message">What is wrong, and what is expected.</param>
    /// <param name="cause">The cause.</param>
    public FlowerException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
