using System.Reflection;
using System.Text;
using Straggler.Configuration;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

/// <summary>docs/conformance.md is what the tests show, and every strategy is shown to conform.</summary>
public sealed class ConformanceTableTests
{
    private static readonly Evidence[] _required = [Evidence.NumericOracle, Evidence.Equivalence, Evidence.LimitCase];

    private static readonly (MethodInfo Test, ConformanceAttribute Mark)[] _marks =
    [
        .. from type in typeof(ConformanceTableTests).Assembly.GetTypes()
           from test in type.GetMethods()
           from mark in test.GetCustomAttributes<ConformanceAttribute>()
           orderby type.Name, test.Name
           select (test, mark),
    ];

    public static TheoryData<string> Strategies { get; } = [.. BuiltIns.Strategies.Entries.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Strategy_HasEvidenceAndAPage(string strategy)
    {
        IEnumerable<Evidence> shown = _marks.Where(entry => entry.Mark.Strategy == strategy).Select(entry => entry.Mark.Evidence);
        Assert.Empty(_required.Except(shown));
        Assert.True(File.Exists(Repository.PathOf($"docs/strategies/{strategy}.md")), $"docs/strategies/{strategy}.md is missing");
    }

    [Fact]
    public void Marks_NameStrategiesOfTheTable() =>
        Assert.Empty(_marks.Select(entry => entry.Mark.Strategy).Distinct().Except(BuiltIns.Strategies.Entries.Select(entry => entry.Name)));

    /// <summary>Set STRAGGLER_WRITE_DOCS=1 to write the document instead of comparing it.</summary>
    [Fact]
    public void Document_IsWhatTheTestsShow()
    {
        string path = Repository.PathOf("docs/conformance.md");
        if (Environment.GetEnvironmentVariable("STRAGGLER_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, Document());
        }

        Assert.Equal(Document(), File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    private static string Document()
    {
        StringBuilder text = new("""
            # Conformance of the strategies

            Generated from the tests that carry `[Conformance(...)]`: do not edit by hand. A cell counts the tests that show it; all of them
            pass, or the build fails. The tests' expected values come from hand arithmetic or from plain twins that share no code with the
            library. A strategy without a numeric oracle, an equivalence and a limit case fails the build too.

            | strategy | source | numeric oracle | equivalence | limit case | known mistake | engine run |
            |---|---|---|---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (ICatalogEntry entry in BuiltIns.Strategies.Entries)
        {
            IEnumerable<string> cells = Enum.GetValues<Evidence>().Select(evidence =>
                _marks.Count(mark => mark.Mark.Strategy == entry.Name && mark.Mark.Evidence == evidence) is > 0 and int count ? $"✓ {count}" : "");
            text.Append($"| [{entry.Name}](strategies/{entry.Name}.md) | {entry.Source} | {string.Join(" | ", cells)} |\n");
        }

        text.Append("\n## The tests\n");
        foreach (ICatalogEntry entry in BuiltIns.Strategies.Entries)
        {
            text.Append($"\n**{entry.Name}**\n\n");
            foreach ((MethodInfo test, ConformanceAttribute mark) in _marks.Where(mark => mark.Mark.Strategy == entry.Name).OrderBy(mark => mark.Mark.Evidence))
            {
                text.Append($"- {Words(mark.Evidence)}: `{test.DeclaringType!.Name}.{test.Name}`\n");
            }
        }

        return text.ToString();
    }

    private static string Words(Evidence evidence) => evidence switch
    {
        Evidence.NumericOracle => "numeric oracle",
        Evidence.Equivalence => "equivalence",
        Evidence.LimitCase => "limit case",
        Evidence.KnownMistake => "known mistake",
        _ => "engine run",
    };
}
