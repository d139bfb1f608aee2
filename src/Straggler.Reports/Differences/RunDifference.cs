using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Straggler.Federation;

namespace Straggler.Reports.Differences;

/// <summary>Two run directories held against each other.</summary>
/// <param name="Left">The first directory.</param>
/// <param name="Right">The second.</param>
/// <param name="Parts">Their files, in the order in which one follows from the other: configuration, events, evaluations, ...</param>
public sealed record RunDifference(string Left, string Right, ImmutableArray<PartDifference> Parts)
{
    /// <summary>Whether the runs came to the same results: no part differs.</summary>
    public bool IsSame => Parts.All(part => part.Verdict is PartVerdict.Same or PartVerdict.Immaterial);

    /// <summary>Where the runs first part, in a sentence.</summary>
    public string Headline => DifferenceText.Headline(this);
}

/// <summary>How a part of one run stands to that of the other.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PartVerdict>))]
public enum PartVerdict
{
    /// <summary>Nothing that counts differs.</summary>
    [JsonStringEnumMemberName("same")]
    Same,

    /// <summary>Settings differ, but none that a result depends on.</summary>
    [JsonStringEnumMemberName("immaterial")]
    Immaterial,

    /// <summary>Something differs.</summary>
    [JsonStringEnumMemberName("different")]
    Different,

    /// <summary>Only the first run has it.</summary>
    [JsonStringEnumMemberName("only_left")]
    OnlyLeft,

    /// <summary>Only the second run has it.</summary>
    [JsonStringEnumMemberName("only_right")]
    OnlyRight,
}

/// <summary>One file of the two runs.</summary>
/// <param name="Name">What it is: <c>configuration</c>, <c>updates</c>, <c>metrics</c>, <c>clients</c>, <c>in_flight</c>, <c>partition</c>, <c>samples</c>, <c>model</c>, <c>summary</c>.</param>
/// <param name="Verdict">How they stand to each other.</param>
public sealed record PartDifference(string Name, PartVerdict Verdict)
{
    /// <summary>Of a file of settings or values: those that differ; of a large file, the first.</summary>
    public ImmutableArray<ValueDifference> Values { get; init; } = [];

    /// <summary>Of a table: columns that only the first run has.</summary>
    public ImmutableArray<string> ColumnsOnlyLeft { get; init; } = [];

    /// <summary>Of a table: columns that only the second run has.</summary>
    public ImmutableArray<string> ColumnsOnlyRight { get; init; } = [];

    /// <summary>Of a table: the first row that differs; null if none does.</summary>
    public RowDifference? Row { get; init; }

    /// <summary>Of a model: the tensors that differ.</summary>
    public ImmutableArray<TensorDifference> Tensors { get; init; } = [];
}

/// <summary>A value that differs.</summary>
/// <param name="Key">Its path, or its column.</param>
/// <param name="Left">The first run's, as it is written; null where it has none.</param>
/// <param name="Right">The second run's; null where it has none.</param>
/// <param name="IsMaterial">Whether a result depends on it.</param>
public sealed record ValueDifference(string Key, string? Left, string? Right, bool IsMaterial = true);

/// <summary>The first row in which two tables differ.</summary>
/// <param name="Number">The row below the header, from 1.</param>
/// <param name="VirtualTime">Its virtual seconds, in the run in which the row comes first; null where the table has none.</param>
/// <param name="Cells">The columns that differ; none where one table ended.</param>
/// <param name="Columns">The columns of the rows below.</param>
/// <param name="Before">The last rows before it, which do not differ.</param>
/// <param name="Left">The first run's row; null where its table has ended.</param>
/// <param name="Right">The second run's row; null where its table has ended.</param>
public sealed record RowDifference(
    long Number,
    double? VirtualTime,
    ImmutableArray<ValueDifference> Cells,
    ImmutableArray<string> Columns,
    ImmutableArray<ImmutableArray<string>> Before,
    ImmutableArray<string>? Left,
    ImmutableArray<string>? Right);
