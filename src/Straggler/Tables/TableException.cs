namespace Straggler.Tables;

/// <summary>A table that cannot be used; the message says where, what is there and what is allowed.</summary>
public sealed class TableException : Exception
{
    /// <summary>A fault of the whole file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="problem">What is wrong and what is allowed, without a full stop.</param>
    public TableException(string file, string problem)
        : base($"{file}: {problem}")
    {
    }

    /// <summary>A fault at one place of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="line">Line, from 1.</param>
    /// <param name="column">Character of the line, from 1.</param>
    /// <param name="problem">What is wrong and what is allowed, without a full stop.</param>
    public TableException(string file, int line, int column, string problem)
        : base(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{file}({line},{column}): {problem}"))
    {
    }
}
