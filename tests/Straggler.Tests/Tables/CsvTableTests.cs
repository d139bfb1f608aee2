using Straggler.Tables;

namespace Straggler.Tests.Tables;

public sealed class CsvTableTests
{
    [Fact]
    public void Parse_QuotesAndEmptyLines_AreUnderstood()
    {
        CsvTable table = CsvTable.Parse("t.csv", ["name,\"speed\"", "\"Phone, \"\"large\"\"\",1.5e2", "", "B,0"]);
        Assert.Equal(["name", "speed"], table.Columns);
        Assert.Equal(["Phone, \"large\"", "B"], table.Texts("name"));
        Assert.Equal([150, 0], table.Numbers("speed", positive: false));
        Assert.True(table.Has("speed") && !table.Has("Speed"));
    }

    [Theory]
    [InlineData("a,b\n1,2\n3", "t.csv(3,1): the row has 1 fields where the header line has 2")]
    [InlineData("a,a\n1,2", "t.csv(1,3): the column \"a\" stands there twice")]
    [InlineData("a,b\n\"1,2", "t.csv(2,1): a quote is not closed")]
    [InlineData("", "t.csv: the table has no rows below its header line")]
    public void Parse_NoTable_SaysWhere(string text, string problem) =>
        Assert.Equal(problem, Assert.Throws<TableException>(() => CsvTable.Parse("t.csv", text.Split('\n'))).Message);

    [Theory]
    [InlineData("x", "\"x\"")]
    [InlineData("0", "\"0\"")]
    [InlineData("1e999", "\"1e999\"")]
    [InlineData("\"1,5\"", "\"1,5\"")]
    public void Numbers_WhatIsNone_IsShownWithItsPlace(string field, string shown) => Assert.Equal(
        $"t.csv(2,6): b: {shown} is not what belongs here. Expected a number > 0",
        Assert.Throws<TableException>(() => CsvTable.Parse("t.csv", ["a,b", "long," + field]).Numbers("b", positive: true)).Message);

    [Fact]
    public void Read_MissingFile_SaysSo() =>
        Assert.StartsWith("/none/none.csv: the file cannot be read: ", Assert.Throws<TableException>(() => CsvTable.Read("/none/none.csv")).Message);
}
