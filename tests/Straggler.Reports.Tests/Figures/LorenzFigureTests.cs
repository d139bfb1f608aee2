using Straggler.Reports.Figures;
using Straggler.Reports.Records;

namespace Straggler.Reports.Tests.Figures;

public sealed class LorenzFigureTests
{
    [Fact]
    public void Draw_ThreeClients_AccumulatesFromTheRarest()
    {
        RunRecords run = new() { DirectoryName = "run", Clients = [Client(0, 6), Client(1, 1), Client(2, 3)] };

        DataTable data = new LorenzFigure().Draw(run).Data;

        // Arrivals ascending: 1, 3, 6 of 10; running shares 0.1, 0.4, 1.
        Assert.Equal([[0, 0], [1.0 / 3, 0.1], [2.0 / 3, 0.4], [1, 1]], data.Rows.Select(row => row.ToArray()));
    }

    [Fact]
    public void Draw_NoArrivals_SaysSo()
    {
        RunRecords run = new() { DirectoryName = "run", Clients = [Client(0, 0)] };

        Assert.Null(new LorenzFigure().Draw(run).Chart);
    }

    private static ClientRow Client(int client, int arrivals) => new(client, 10, arrivals, 0, 0.5);
}
