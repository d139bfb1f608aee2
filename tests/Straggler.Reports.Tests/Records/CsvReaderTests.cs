using System.Text;
using CsCheck;
using Straggler.Reports.Records;

namespace Straggler.Reports.Tests.Records;

public sealed class CsvReaderTests
{
    [Fact]
    public void Read_QuotedFields_AreUnquoted()
    {
        string[][] rows = Rows("a,b,c\n\"x,1\",\"say \"\"hi\"\"\",\"two\nlines\"\n");

        Assert.Equal(["x,1", "say \"hi\"", "two\nlines"], Assert.Single(rows));
    }

    [Theory]
    [InlineData("a,b\n1,2\n3,4\n")]
    [InlineData("a,b\r\n1,2\r\n3,4\r\n")]
    [InlineData("a,b\n1,2\n\n3,4")]
    [InlineData("\uFEFFa,b\n1,2\n3,4\n\n")]
    public void Read_LineEndsOfAllKinds_GiveTheSameRows(string text)
    {
        using CsvReader csv = Open(text);

        Assert.Equal(["a", "b"], csv.Header);
        Assert.Equal([["1", "2"], ["3", "4"]], Rows(text));
    }

    [Fact]
    public void Read_AnyTable_RoundTrips()
    {
        Gen<string> cell = Gen.Char[",\"\n\r aé0"].Array[0, 6].Select(letters => new string(letters));

        // Rows of one empty field are empty lines, which are skipped: two columns at least.
        Gen<string[][]> table = Gen.Int[2, 5].SelectMany(width => cell.Array[width].Array[0, 20]);

        table.Sample(rows =>
        {
            string[] header = [.. Enumerable.Range(0, rows.Length > 0 ? rows[0].Length : 2).Select(column => $"c{column}")];
            string text = string.Concat(rows.Prepend(header).Select(row => string.Join(',', row.Select(Quote)) + "\r\n"));
            Assert.Equal(rows, Rows(text));
        });
    }

    [Fact]
    public void Read_RowsLongerThanTheBuffer_RoundTrip()
    {
        string wide = new('x', 200_000);

        string[][] rows = Rows($"a,b\n{wide},1\n2,{wide}\n");

        Assert.Equal([[wide, "1"], ["2", wide]], rows);
    }

    [Fact]
    public void Read_StreamThatGivesOneByteAtATime_GivesTheSameRows()
    {
        string text = "\uFEFFa,b\n1,\"2,\n3\"\n4,5\n";
        using CsvReader csv = new(new Dripping(Encoding.UTF8.GetBytes(text)), "drip.csv");

        Assert.Equal([["1", "2,\n3"], ["4", "5"]], Rows(csv));
    }

    [Fact]
    public void Read_RowWithMissingFields_NamesFileAndLine()
    {
        using CsvReader csv = Open("a,b,c\n1,2,3\n4,5\n");
        Assert.True(csv.Read());

        ReportException fault = Assert.Throws<ReportException>(() => csv.Read());

        Assert.Equal("test.csv(3): the row has 2 fields, the header has 3; the file may be cut off or damaged.", fault.Message);
    }

    [Fact]
    public void Read_LineBreakInQuotes_CountsTowardsTheLineNumber()
    {
        using CsvReader csv = Open("a,b\n\"1\n1\",2\nx\n");
        Assert.True(csv.Read());

        ReportException fault = Assert.Throws<ReportException>(() => csv.Read());

        Assert.StartsWith("test.csv(4):", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_QuoteNeverClosed_NamesFileAndLine()
    {
        using CsvReader csv = Open("a,b\n1,\"2\n");

        ReportException fault = Assert.Throws<ReportException>(() => csv.Read());

        Assert.Equal("test.csv(2): a quoted field is never closed.", fault.Message);
    }

    [Fact]
    public void Number_Cells_AreReadInvariantly()
    {
        using CsvReader csv = Open("a,b,c,d\n1.5e-3,,NaN,-7\n");
        csv.Read();

        Assert.Equal([0.0015, double.NaN, double.NaN, -7.0], Enumerable.Range(0, 4).Select(csv.Number));
    }

    [Fact]
    public void Number_NotANumber_NamesFileLineColumnAndValue()
    {
        using CsvReader csv = Open("a,b\n1,2\n3,x2\n");
        csv.Read();
        csv.Read();

        ReportException fault = Assert.Throws<ReportException>(() => csv.Number(1));

        Assert.Equal("test.csv(3): b: \"x2\" is not a number.", fault.Message);
    }

    [Fact]
    public void Column_Missing_NamesItAndWhatIsThere()
    {
        using CsvReader csv = Open("a,b\n");

        ReportException fault = Assert.Throws<ReportException>(() => csv.Column("loss"));

        Assert.Equal("test.csv(1): the column \"loss\" is missing. Found: a, b.", fault.Message);
    }

    [Fact]
    public void Open_EmptyFile_IsAFault()
    {
        ReportException fault = Assert.Throws<ReportException>(() => Open(""));

        Assert.StartsWith("test.csv: the file is empty", fault.Message, StringComparison.Ordinal);
    }

    private static CsvReader Open(string text) => new(new MemoryStream(Encoding.UTF8.GetBytes(text)), "test.csv");

    private static string[][] Rows(string text)
    {
        using CsvReader csv = Open(text);
        return Rows(csv);
    }

    private static string[][] Rows(CsvReader csv)
    {
        List<string[]> rows = [];
        while (csv.Read())
        {
            rows.Add([.. Enumerable.Range(0, csv.Header.Count).Select(csv.Text)]);
        }

        return [.. rows];
    }

    private static string Quote(string cell) => "\"" + cell.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    private sealed class Dripping(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
    }
}
