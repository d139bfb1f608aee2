using System.Collections.Immutable;
using System.Globalization;

namespace Straggler.Reports.Differences;

/// <summary>Finds the first row in which two tables differ, reading both once and a second time up to that row for what stood before it.</summary>
/// <param name="name">The part's name.</param>
/// <param name="ignored">Columns that may differ.</param>
/// <param name="options">How to compare.</param>
internal sealed class TableComparison(string name, IReadOnlyList<string> ignored, DifferenceOptions options)
{
    private readonly ValueComparison _values = new(options.Tolerance);

    /// <summary>Columns that only one of the tables may have: they are named then, and are no difference.</summary>
    public IReadOnlyList<string> Optional { get; init; } = [];

    /// <summary>Compares.</summary>
    /// <param name="openLeft">Opens the first table, at its beginning.</param>
    /// <param name="openRight">Opens the second.</param>
    public PartDifference Compare(Func<IRecordTable> openLeft, Func<IRecordTable> openRight)
    {
        using IRecordTable left = openLeft(), right = openRight();
        ColumnMatch columns = new(left.Columns, right.Columns, ignored);
        (long number, bool hasLeft, bool hasRight) = FirstDifference(left, right, columns);
        PartDifference part = new(name, PartVerdict.Same) { ColumnsOnlyLeft = columns.OnlyLeft, ColumnsOnlyRight = columns.OnlyRight };
        if (!hasLeft && !hasRight)
        {
            return part with { Verdict = columns.AreSameBut(Optional) ? PartVerdict.Same : PartVerdict.Different };
        }

        ImmutableArray<string>? leftRow = hasLeft ? Row(left, columns.Left) : null, rightRow = hasRight ? Row(right, columns.Right) : null;
        return part with
        {
            Verdict = PartVerdict.Different,
            Row = new(number, VirtualTime(columns.Names, leftRow, rightRow), Cells(columns.Names, leftRow, rightRow), columns.Names, Before(openLeft, number, columns), leftRow, rightRow),
        };
    }

    private (long Number, bool HasLeft, bool HasRight) FirstDifference(IRecordTable left, IRecordTable right, ColumnMatch columns)
    {
        for (long number = 1; ; number++)
        {
            bool hasLeft = left.Read(), hasRight = right.Read();
            if (!hasLeft || !hasRight || !IsSame(left, right, columns))
            {
                return (number, hasLeft, hasRight);
            }
        }
    }

    private bool IsSame(IRecordTable left, IRecordTable right, ColumnMatch columns)
    {
        if (left.IsSurelyThatOf(right))
        {
            return true;
        }

        for (int column = 0; column < columns.Names.Length; column++)
        {
            if (!_values.AreSame(left.Text(columns.Left[column]), right.Text(columns.Right[column])))
            {
                return false;
            }
        }

        return true;
    }

    private ImmutableArray<ValueDifference> Cells(ImmutableArray<string> names, ImmutableArray<string>? left, ImmutableArray<string>? right) =>
        left is not { } one || right is not { } other ? [] :
        [
            .. Enumerable.Range(0, names.Length).Where(column => !_values.AreSame(one[column], other[column]))
                .Select(column => new ValueDifference(names[column], one[column], other[column])),
        ];

    private ImmutableArray<ImmutableArray<string>> Before(Func<IRecordTable> open, long number, ColumnMatch columns)
    {
        using IRecordTable table = open();
        ImmutableArray<ImmutableArray<string>>.Builder rows = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        for (long row = 1; row < number && table.Read(); row++)
        {
            if (row >= number - options.Context)
            {
                rows.Add(Row(table, columns.Left));
            }
        }

        return rows.ToImmutable();
    }

    private static ImmutableArray<string> Row(IRecordTable table, ImmutableArray<int> columns) => [.. columns.Select(table.Text)];

    /// <summary>When the row happened: of the two rows the earlier one, for that is when the runs had parted.</summary>
    private static double? VirtualTime(ImmutableArray<string> names, ImmutableArray<string>? left, ImmutableArray<string>? right)
    {
        int column = names.IndexOf("virtual_time");
        double[] times = [.. new[] { left, right }.Where(row => row is not null && column >= 0)
            .Select(row => double.TryParse(row!.Value[column], NumberStyles.Float, CultureInfo.InvariantCulture, out double time) ? time : double.NaN)
            .Where(double.IsFinite)];
        return times.Length == 0 ? null : times.Min();
    }

    /// <summary>The columns that two tables have in common.</summary>
    private sealed class ColumnMatch
    {
        public ColumnMatch(IReadOnlyList<string> left, IReadOnlyList<string> right, IReadOnlyList<string> ignored)
        {
            Names = [.. left.Where(column => right.Contains(column) && !ignored.Contains(column))];
            Left = [.. Names.Select(column => left.ToList().IndexOf(column))];
            Right = [.. Names.Select(column => right.ToList().IndexOf(column))];
            OnlyLeft = [.. left.Except(right).Except(ignored)];
            OnlyRight = [.. right.Except(left).Except(ignored)];
        }

        public ImmutableArray<string> Names { get; }

        public ImmutableArray<int> Left { get; }

        public ImmutableArray<int> Right { get; }

        public ImmutableArray<string> OnlyLeft { get; }

        public ImmutableArray<string> OnlyRight { get; }

        public bool AreSameBut(IReadOnlyList<string> optional) => OnlyLeft.Concat(OnlyRight).All(optional.Contains);
    }
}
