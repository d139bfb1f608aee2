namespace Straggler.Torch.Datasets;

/// <summary>A data set that cannot be had or is damaged; the message says what, where and what would do.</summary>
public sealed class DatasetException : Exception
{
    /// <summary>Explains the problem to the user.</summary>
    /// <param name="message">The explanation: file, expected, found.</param>
    public DatasetException(string message)
        : base(message)
    {
    }

    /// <summary>Explains a problem that the operating system or a decoder reported.</summary>
    /// <param name="message">The explanation: file, expected, found.</param>
    /// <param name="cause">What was reported.</param>
    public DatasetException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
