namespace Straggler.Partitioning;

/// <summary>A partition that the data cannot give; the message says what is asked, what there is and what would do.</summary>
/// <param name="message">The explanation for the user.</param>
public sealed class PartitionException(string message) : Exception(message);
