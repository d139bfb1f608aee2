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

    private static string Setup(string summary, string configuration) => Plain(Sentences.Setup(Run(summary, configuration)));

    private static string Plain(string text) => text.Replace('\u00A0', ' ');

    private static RunRecords Run(string summary, string configuration)
    {
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(summary));
        return new() { DirectoryName = "run", Configuration = configuration, Summary = SummaryFile.Read(stream, "summary.json") };
    }
}
