namespace Straggler.Experiments;

/// <summary>A Parquet file as far as it had come at some moment.</summary>
/// <param name="Position">Where its row groups ended.</param>
/// <param name="Bytes">What lists them, and makes a whole file if it follows them there.</param>
internal sealed record ParquetFooter(long Position, byte[] Bytes);
