using System.Text;
using Straggler.Reports.Pages;
using Straggler.Reports.Records;

namespace Straggler.Reports.Tests.Pages;

public sealed class SentencesTests
{
    [Fact]
    public void Setup_LostTasks_AreCounted()
    {
        string text = Setup("""{"arrivals":200,"virtual_time":77.5,"server_steps":200,"refused":0,"stop_reason":"rounds","wasted":{"tasks":121}}""", "model:\n  name: cnn\n");
        Assert.Contains("made 200 server steps. 121 tasks were lost. No update was refused;", text, StringComparison.Ordinal);
        Assert.DoesNotContain("lost", Setup("""{"refused":0,"wasted":{"tasks":0}}""", ""), StringComparison.Ordinal);
        Assert.Contains(" 1 task was lost.", Setup("""{"wasted":{"tasks":1}}""", ""), StringComparison.Ordinal);
    }

    [Fact]
    public void TimingOnly_SaysThatNothingWasTrained()
    {
        const string Configuration = "dataset:\n  name: mnist\nmodel:\n  name: cnn\ntraining: none\n";
        const string Summary = """{"strategy":"fedasync","targets":[{"accuracy":0.6,"reached":false}]}""";

        Assert.StartsWith("This run simulated the timeline of a federation, by the strategy fedasync.", Setup(Summary, Configuration), StringComparison.Ordinal);
        Assert.Equal("Only the timeline was simulated: no model was trained, so there are no accuracies.", Sentences.Result(Run(Summary, Configuration)));
        Assert.Contains("It did not reach 60 %.", Plain(Sentences.Result(Run(Summary, "training: local\n"))), StringComparison.Ordinal);
    }

    [Fact]
    public void TimingOnlyPage_HasNoTargetsAndNoFingerprint()
    {
        const string Summary = """{"targets":[{"accuracy":0.6,"reached":false}],"parameters_sha256":"e3b0","arrivals":5}""";
        string trained = ReportPage.Write(Run(Summary, "training: local\n"), []), timed = ReportPage.Write(Run(Summary, "training: none\n"), []);

        foreach (string part in (string[])["Time to accuracy", "e3b0", "Learning", "Worst tenth, accuracy"])
        {
            Assert.Contains(part, trained, StringComparison.Ordinal);
            Assert.DoesNotContain(part, timed, StringComparison.Ordinal);
        }

        Assert.Contains("<caption>Run</caption>", timed, StringComparison.Ordinal);
    }

    [Fact]
    public void Live_ModelOfTheClients_IsNoSimulation()
    {
        const string Summary = """{"clock":"wall","strategy":"fedbuff","virtual_time":12,"arrivals":5,"server_steps":1,"best_accuracy":null,"targets":[{"accuracy":0.6,"reached":false}]}""";
        const string Configuration = "dataset:\n  name: mnist\nmodel:\n  name: cnn\ntraining: none\nconcurrency: 10\n";
        RunRecords run = Run(Summary, Configuration) with { Clients = [new(0, 9, 3, 0, double.NaN), new(1, 9, 2, 0, double.NaN), new(2, 9, 0, double.NaN, double.NaN)] };

        Assert.StartsWith(
            "This run trained a model that its clients brought with 2 live clients of at most 3, 10 in flight at once, by the strategy fedbuff. The server received 5 updates in 12.0 s and made 1 server step.",
            Plain(Sentences.Setup(run)),
            StringComparison.Ordinal);
        Assert.Equal("Virtual time is the wall clock's here: seconds since the federation began.", Sentences.Result(run));
        string page = ReportPage.Write(run, []);
        Assert.Contains("straggler replay run --out .", page, StringComparison.Ordinal);
        foreach (string part in (string[])["To repeat the run", "Cost of simulating", "Training, all workers", "Time to accuracy"])
        {
            Assert.DoesNotContain(part, page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Live_AccuraciesThatClientsTold_AreShownWithTheirTargets()
    {
        RunRecords run = Run("""{"clock":"wall","best_accuracy":0.5,"final":{"accuracy":0.5,"loss":1},"targets":[{"accuracy":0.6,"reached":false}]}""", "training: none\n");

        Assert.Contains("It did not reach 60 %.", Plain(Sentences.Result(run)), StringComparison.Ordinal);
        Assert.Contains("Time to accuracy", ReportPage.Write(run, []), StringComparison.Ordinal);
    }

    [Fact]
    public void Live_ModelOfTheClients_WasEvaluatedByThemAndNotOnATestSet()
    {
        const string Summary = """{"clock":"wall","best_accuracy":0.6,"final":{"accuracy":0.5,"loss":1.25}}""";

        Assert.StartsWith(
            "The final model’s accuracy on the data of the clients that evaluated it is 50.0 % (best along the way: 60.0 %), at a test loss of 1.25.",
            Plain(Sentences.Result(Run(Summary, "training: none\n"))),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "The final model classifies 50.0 % of the test set correctly (best", Plain(Sentences.Result(Run(Summary, "training: local\n"))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "the one client that evaluated it")]
    [InlineData(3, "the 3 clients that evaluated it")]
    public void Live_ModelOfTheClients_SaysHowManyEvaluatedIt(int clients, string expected)
    {
        RunRecords run = Run($$$"""{"clock":"wall","best_accuracy":0.6,"final":{"accuracy":0.5,"loss":1.25,"evaluating_clients":{{{clients}}}}}""", "training: none\n");

        Assert.StartsWith($"The final model’s accuracy on the data of {expected} is 50.0 %", Plain(Sentences.Result(run)), StringComparison.Ordinal);
        Assert.Contains($"<th scope=\"row\">Evaluated by, clients</th><td>{clients}</td>", ReportPage.Write(run, []).Replace("\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("Evaluated by", ReportPage.Write(Run("""{"final":{"accuracy":0.5,"evaluating_clients":null}}""", ""), []), StringComparison.Ordinal);
    }

    private static string Setup(string summary, string configuration) => Plain(Sentences.Setup(Run(summary, configuration)));

    private static string Plain(string text) => text.Replace('\u00A0', ' ');

    private static RunRecords Run(string summary, string configuration)
    {
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(summary));
        return new() { DirectoryName = "run", Configuration = configuration, Summary = SummaryFile.Read(stream, "summary.json") };
    }
}
