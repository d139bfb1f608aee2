using System.Text.RegularExpressions;
using Straggler.Configuration;
using Straggler.Delays;
using Straggler.Partitioning;
using Straggler.Scheduling;
using Straggler.Simulation;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Extending;

/// <summary>A component of one's own is one file and one line, as docs/extending.md says: its samples compile and run.</summary>
public sealed partial class ExtendingTests
{
    private static readonly Catalog<StrategyFactory> _strategies = new("strategy",
    [
        Strategy<SoftenedOptions>("softened", "Adds each arriving delta, softened by its staleness.", "Nobody 2026", (o, _) => new Softened(o)),
    ]);

    private static readonly Catalog<DispatchPolicyFactory> _policies = new("scheduler",
    [
        Catalog<DispatchPolicyFactory>.Line<NoOptions>("pairs", "Two clients at a time.", "", _ => services => new Pairs(services)),
    ]);

    private static readonly Catalog<ClientSelectionFactory> _selections = new("selection",
    [
        Catalog<ClientSelectionFactory>.Line<NoOptions>("lowest", "The idle client of the lowest number.", "", _ => (_, _, members) => new LowestNumber(members)),
    ]);

    private static readonly Catalog<IDistribution> _distributions = new("distribution",
    [
        Catalog<IDistribution>.Line<TriangleOptions>("triangle", "The sum of two uniform draws.", "", options => new Triangle(options)),
    ]);

    private static readonly Catalog<IPartitioner> _partitioners = new("partitioner",
    [
        Catalog<IPartitioner>.Line<NoOptions>("alternating", "Sample i goes to client i modulo n.", "", _ => new Alternating()),
    ]);

    [Fact]
    public void Document_EverySample_StandsInTheTestsWordForWord()
    {
        string code = Collapse(Read("tests/Straggler.Tests/Extending/Samples.cs") + Read("tests/Straggler.Tests/Extending/ExtendingTests.cs"));
        string[] samples = [.. Samples().Matches(Read("docs/extending.md")).Select(match => Collapse(match.Groups[1].Value))];

        Assert.Equal(10, samples.Length);
        Assert.All(samples, sample => Assert.Contains(sample, code, StringComparison.Ordinal));
    }

    /// <summary>One client and one in flight: no staleness, x ← x + ½·Δ with Δ = ½(1 − x), so 1 − x falls to ¾ of itself each time.</summary>
    [Fact]
    public void Strategy_Sample_RunsThroughTheEngine()
    {
        Trace trace = new Scenario
        {
            Clients = 1,
            Concurrency = 1,
            Rounds = 2,
            Problem = new() { Optimum = _ => 1 },
            Strategy = services => _strategies.Choose("softened").Create()(services),
        }.Run();

        Assert.Equal(1 - (0.75 * 0.75), trace.Parameters[0], 1e-6);
        Assert.All(trace.Updates, update => Assert.Equal(0.5, update.Weight));
    }

    /// <summary>The first two leave; with equal delays they come back together and leave again, and nobody else does.</summary>
    [Fact]
    public void SchedulerSelectionAndDistribution_Samples_RunThroughTheEngine()
    {
        Trace trace = new Scenario
        {
            Clients = 5,
            Concurrency = 4,
            Rounds = 40,
            Scheduler = new() { Policy = _policies.Choose("pairs"), Selection = _selections.Choose("lowest") },
            Delay = new() { Dist = _distributions.Choose("triangle"), Per = DelayScope.Task },
        }.Run();

        Assert.Equal([0, 1], trace.Updates.Select(update => update.Client).Distinct().Order());
        Assert.All(trace.Updates, update => Assert.InRange(update.VirtualTime, 0, 80));
    }

    [Fact]
    public void Partitioner_Sample_DealsOutEverySampleOnce()
    {
        int[][] train = _partitioners.Choose("alternating").Create()
            .Deal(new([0, 1, 0, 1, 0], [], 2), 2, new RandomStreams(1).Open(new("test.partition"))).Train;

        Assert.Equal([[0, 2, 4], [1, 3]], train);
    }

    /// <summary>As BuiltIns has it.</summary>
    private static Catalog<StrategyFactory>.Entry Strategy<TOptions>(
        string name, string summary, string source, Func<TOptions, StrategyServices, IServerStrategy> create)
        where TOptions : class, new() =>
        Catalog<StrategyFactory>.Line<TOptions>(name, summary, source, options => services => create(options, services));

    private static string Read(string path) => File.ReadAllText(Repository.PathOf(path));

    private static string Collapse(string text) => Blanks().Replace(text, " ").Trim();

    [GeneratedRegex(@"```csharp
(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Samples();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
