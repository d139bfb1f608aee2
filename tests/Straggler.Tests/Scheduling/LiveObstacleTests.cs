using Straggler.Configuration;
using Straggler.Scheduling;
using Straggler.Strategies;

namespace Straggler.Tests.Scheduling;

/// <summary>What can be served live is the options' to say.</summary>
public sealed class LiveObstacleTests
{
    [Fact]
    public void CheckLive_EveryScheduler_TiersAndPollingAreRefused()
    {
        string[] refused = [.. BuiltIns.DispatchPolicies.Entries.Select(entry => entry.Name).Where(name => Refusal(new() { Policy = BuiltIns.DispatchPolicies.Choose(name) }) is not null)];

        Assert.Equal(["tiers", "polling"], refused);
        Assert.Equal(
            "tiers has to know how long clients take, which is not possible with live clients. Expected constant, rounds, semi_sync, interval or everyone.",
            Refusal(new() { Policy = BuiltIns.DispatchPolicies.Choose("tiers") }));
    }

    [Fact]
    public void CheckLive_EverySelection_ThoseThatKnowDurationsOrQueueAreRefused()
    {
        string[] refused = [.. BuiltIns.Selections.Entries.Select(entry => entry.Name).Where(name => Refusal(new() { Selection = BuiltIns.Selections.Choose(name) }) is not null)];

        Assert.Equal(["queued", "importance", "oort"], refused);
        Assert.Equal(
            "queued queues tasks at clients, which is not possible with live clients. Expected uniform, round_robin, weighted or pisces.",
            Refusal(new() { Selection = BuiltIns.Selections.Choose("queued") }));
    }

    [Fact]
    public void CheckLive_Weighted_BySamplesOnly()
    {
        Choice<ClientSelectionFactory> weighted = BuiltIns.Selections.Choose("weighted");

        Assert.Null(Refusal(new() { Selection = weighted }));
        Assert.StartsWith(
            "weighted by speed has to know how long clients take",
            Refusal(new() { Selection = weighted with { Options = new WeightedSelectionOptions { By = SelectionWeight.Speed } } }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void CheckLive_ObstacleOfAnothersMaking_StandsInTheSentence() => Assert.StartsWith(
        "rounds gives clients a holiday, which is not possible with live clients. Expected constant, ",
        Refusal(new() { Policy = BuiltIns.DispatchPolicies.Choose("rounds") with { Options = new Holidays() } }),
        StringComparison.Ordinal);

    private static string? Refusal(SchedulerOptions scheduler)
    {
        try
        {
            scheduler.CheckLive(new FedAsync(new()), "fedasync");
            return null;
        }
        catch (InvalidOptionException fault)
        {
            return fault.Problem;
        }
    }

    private sealed record Holidays : ILiveObstacle
    {
        public string LiveObstacle => "gives clients a holiday";
    }
}
