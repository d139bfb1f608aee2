using System.Text;
using Straggler.Recording;
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
    public void Draw_UpdatesKnown_AccumulatesTheirWeightsToo()
    {
        UpdateStatistics updates = new() { FileName = "updates.csv" };
        foreach ((int client, double weight) in ((int, double)[])[(2, 0.5), (0, 0.25), (2, 0.75), (0, 0.5)])
        {
            updates.Add(new(1, 1, client, 0, 0, 0, weight, 1, 1, UpdateOutcome.Applied));
        }

        RunRecords run = new() { DirectoryName = "run", Updates = updates, Clients = [Client(0, 2), Client(1, 0), Client(2, 2)] };
        FigureContent content = new LorenzFigure().Draw(run);

        // Weights 0.75, 0, 1.25, ascending 0, 0.75, 1.25 of 2; arrivals 0, 2, 2 of 4. Gini of the weights: Σ|x − y| / (2 n² mean) = 5 / 12.
        Assert.Equal([[0, 0, 0], [1.0 / 3, 0, 0], [2.0 / 3, 0.5, 0.375], [1, 1, 1]], content.Data.Rows.Select(row => row.ToArray()));
        Assert.Contains("Gini coefficient: 0.417.", content.Caption, StringComparison.Ordinal);
    }

    /// <summary>Client 1's only task was lost, clients 2 and 3 never came: arrivals 0 and 4 of two clients, an even share of 2.</summary>
    [Theory]
    [InlineData("""{"clock":"wall"}""", "")]
    [InlineData("{}", "replay:\n  live: true\n")]
    public void Draw_LiveClientsThatNeverCame_AreLeftOut(string summary, string configuration)
    {
        using MemoryStream file = new(Encoding.UTF8.GetBytes(summary));
        RunRecords run = new()
        {
            DirectoryName = "run",
            Configuration = configuration,
            Summary = SummaryFile.Read(file, "summary.json"),
            Clients = [Client(0, 4, 5), Client(1, 0, 1), Client(2, 0, 0), Client(3, 0, 0)],
        };
        FigureContent lorenz = new LorenzFigure().Draw(run), participation = new ParticipationFigure().Draw(run);

        Assert.Equal([[0, 0], [0.5, 0], [1, 1]], lorenz.Data.Rows.Select(row => row.ToArray()));
        Assert.Equal([0.0, 1], participation.Data.Rows.Select(row => row[1]));
        Assert.Contains("even share 2.00", participation.Chart!.Legend.Select(mark => mark.Name));
        Assert.All([lorenz, participation], figure => Assert.Contains("never sent a task are left out.", figure.Caption, StringComparison.Ordinal));
    }

    /// <summary>Simulated clients that never take part are clients all the same.</summary>
    [Fact]
    public void Draw_SimulatedClientsThatWereNeverSent_Count()
    {
        RunRecords run = new() { DirectoryName = "run", Clients = [Client(0, 4, 5), Client(1, 0, 0)] };

        Assert.Equal([[0, 0], [0.5, 0], [1, 1]], new LorenzFigure().Draw(run).Data.Rows.Select(row => row.ToArray()));
    }

    [Fact]
    public void Draw_NoArrivals_SaysSo()
    {
        RunRecords run = new() { DirectoryName = "run", Clients = [Client(0, 0)] };

        Assert.Null(new LorenzFigure().Draw(run).Chart);
    }

    private static ClientRow Client(int client, int arrivals, int dispatches = 1) => new(client, 10, arrivals, 0, 0.5) { Dispatches = dispatches };
}
