using System.Globalization;

namespace Straggler.Reports.Differences;

/// <summary>Says in sentences how two runs differ.</summary>
internal static class DifferenceText
{
    /// <summary>Where two runs first part.</summary>
    public static string Headline(RunDifference runs)
    {
        PartDifference[] different = [.. runs.Parts.Where(part => part.Verdict is not (PartVerdict.Same or PartVerdict.Immaterial))];
        return different.Length == 0
            ? $"The runs are the same: {string.Join(", ", runs.Parts.Select(part => part.Name))}."
            : string.Join(' ', different.Where(part => part.Name == "configuration").Concat(different.Where(part => part.Name != "configuration").Take(1)).Select(Sentence));
    }

    /// <summary>How a part differs.</summary>
    public static string Sentence(PartDifference part) => part switch
    {
        { Verdict: PartVerdict.Same } => $"The {part.Name} is the same.",
        { Verdict: PartVerdict.OnlyLeft } => $"Only the first run has {part.Name}.",
        { Verdict: PartVerdict.OnlyRight } => $"Only the second run has {part.Name}.",
        { Name: "configuration" } => $"The configurations differ in {List([.. part.Values.Where(value => value.IsMaterial).Select(value => value.Key)])}.",
        { Row: { } row } => Row(part.Name, row),
        { Tensors.IsEmpty: false } => $"The models differ in {Count(part.Tensors.Length, "tensor")}.",
        { Values: [var value, ..] } => $"The runs part in the {part.Name}: {value.Key} is {value.Left ?? "missing"} in the first and {value.Right ?? "missing"} in the second.",
        _ => $"The tables of {part.Name} have other columns.",
    };

    private static string Row(string name, RowDifference row)
    {
        string place = string.Create(CultureInfo.InvariantCulture, $"The runs part at row {row.Number} of the {name}");
        string when = row.VirtualTime is { } time ? string.Create(CultureInfo.InvariantCulture, $", at {time} virtual seconds") : "";
        string what = row switch
        {
            { Cells.IsEmpty: false } => string.Join("; ", row.Cells.Take(3).Select(one => $"{one.Key} is {Show(one.Left)} in the first and {Show(one.Right)} in the second"))
                + (row.Cells.Length > 3 ? string.Create(CultureInfo.InvariantCulture, $"; {row.Cells.Length - 3} more columns") : ""),
            { Left: null } => "the first run has no more",
            _ => "the second run has no more",
        };
        return $"{place}{when}: {what}.";
    }

    private static string List(string[] keys) => string.Join(", ", keys.Take(3)) + (keys.Length > 3 ? " and " + Count(keys.Length - 3, "more setting") : "");

    private static string Show(string? cell) => string.IsNullOrEmpty(cell) ? "empty" : cell;

    private static string Count(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}
