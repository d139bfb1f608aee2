namespace Straggler.Reports.Differences;

/// <summary>A table that is read row by row and never held in memory.</summary>
internal interface IRecordTable : IDisposable
{
    /// <summary>The columns' names, in order.</summary>
    IReadOnlyList<string> Columns { get; }

    /// <summary>Goes to the next row.</summary>
    /// <returns>False at the end.</returns>
    bool Read();

    /// <summary>A cell of the row, as updates.csv and its like have it.</summary>
    string Text(int column);

    /// <summary>Whether the row is surely that of another table of the same columns; asked for every row, so it must be quick.</summary>
    bool IsSurelyThatOf(IRecordTable other);
}
