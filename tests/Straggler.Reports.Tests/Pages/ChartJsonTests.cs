using System.Text.Json;
using Straggler.Reports.Charts;
using Straggler.Reports.Pages;

namespace Straggler.Reports.Tests.Pages;

public sealed class ChartJsonTests
{
    [Fact]
    public void Write_EveryMark_HoldsItsValuesInTurn()
    {
        Chart chart = new(
            "title", new("time <s> & more", LinearScale.Exact(0, 4)), new("loss", LogScale.Around([1, 100])),
            [
                new BandMark(Ink.Blue, [new(1, 0.5, 2)]) { Series = "a" },
                new LineMark("a", Ink.Blue, [new(0, 1), new(1.23456789, double.NaN), new(12345678, 2)]),
                new BarMark("b", Ink.Green, [new(2, 1, 3, 7)]),
                new DotMark(null, Ink.Black, [new(1, 2), new(double.NaN, 3)]),
                new IntervalMark("c", Ink.Black, [new(0, 1, 2)]) { Tips = ["one \"tip\""] },
            ]);

        string text = ChartJson.Write(chart);

        Assert.DoesNotContain('<', text);
        Assert.DoesNotContain('&', text);
        using JsonDocument json = JsonDocument.Parse(text);
        Assert.Equal("time <s> & more", json.RootElement.GetProperty("x").GetProperty("t").GetString());
        Assert.Equal("log", json.RootElement.GetProperty("y").GetProperty("k").GetString());
        JsonElement[] marks = [.. json.RootElement.GetProperty("m").EnumerateArray()];
        Assert.Equal(["[1,0.5,2]", "[0,1,1.2346,null,12345678,2]", "[2,4]", "[1,2]"], marks[..4].Select(mark => mark.GetProperty("v").GetRawText()));
        Assert.Equal([0, 0, 1, -1, 2], marks.Select(mark => mark.GetProperty("s").GetInt32()));
        Assert.Equal("one \"tip\"", marks[4].GetProperty("t")[0].GetString());
    }
}
