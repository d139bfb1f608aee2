using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

/// <summary>A strategy says beforehand whether it sends clients vectors besides the model.</summary>
public class SendsVectorsTests
{
    public static TheoryData<string> Strategies { get; } = [.. BuiltIns.Strategies.Entries.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Strategies))]
    public void SendsVectors_WholeRun_IsWhatClientsWereSent(string name)
    {
        bool sent = false, said = false;
        Scenario scenario = new()
        {
            Problem = new()
            {
                During = (task, _) => sent |= !task.Algorithm.Correction.IsEmpty || !task.Algorithm.Start.IsEmpty,
                StepRate = 0.1f,
            },
            Strategy = services =>
            {
                IServerStrategy strategy = BuiltIns.Strategies.Choose(name).Create()(services);
                said = strategy.SendsVectors;
                return strategy;
            },
            Delay = Scenario.DelayOf("exponential"),
            Rounds = 60,
        };
        _ = scenario.Run();
        Assert.Equal(said, sent);
    }
}
