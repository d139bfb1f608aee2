using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

public sealed class FedProxTests
{
    [Fact]
    [Conformance("fedprox", Evidence.NumericOracle)]
    public void Instruct_AnyClient_GetsTheProximalTermAndTheRoundIsAveraged()
    {
        Server server = new(services => FedProx.Create(new() { Proximal = 0.3 }, services), [1, 1]);
        Assert.Equal(new() { ProximalCoefficient = 0.3 }, server.Instruct(client: 4));

        // x = (1, 1) + (1·(8, 0) + 3·(4, −4))/4 = (6, −2).
        server.ArriveDelta(0, [8, 0], samples: 1);
        server.ArriveDelta(0, [4, -4], samples: 3);
        server.EndRound();
        Assert.Equal([6, -2], server.Model);
    }

    [Fact]
    [Conformance("fedprox", Evidence.NumericOracle)]
    [Conformance("fedprox", Evidence.EngineRun)]
    public void Run_OneClientInClosedForm_IsHeldBackByTheProximalTerm()
    {
        // f(w) = (w − 1)²/2, μ = 3, two steps of 0.1 from x: g = (w − 1) + 3(w − x), so with u = w − x: u₁ = 0.1(1 − x),
        // u₂ = u₁ − 0.1((x − 1) + 4u₁) = 0.1(1 − x)(1 + 1 − 0.4) = 0.16(1 − x). Rounds of that one client: 1 − x shrinks by 0.84.
        Trace run = new Scenario
        {
            Clients = 1,
            Concurrency = 1,
            Rounds = 10,
            Problem = new() { Optimum = _ => 1, StepRate = 0.1f, Steps = 2 },
            Strategy = services => FedProx.Create(new() { Proximal = 3 }, services),
        }.Run();
        Assert.All(run.Parameters, x => Assert.Equal(1 - Math.Pow(0.84, 10), x, 1e-5));
    }

    [Fact]
    [Conformance("fedprox", Evidence.Equivalence)]
    [Conformance("fedprox", Evidence.LimitCase)]
    public void Run_NoProximalTerm_IsFedAvg()
    {
        Scenario scenario = new()
        {
            Clients = 9,
            Concurrency = 4,
            Rounds = 60,
            Samples = client => 1 + client,
            Problem = new() { StepRate = 0.1f, Steps = 3 },
        };
        Trace prox = (scenario with { Strategy = services => FedProx.Create(new() { Proximal = 0 }, services) }).Run();
        Trace average = (scenario with { Strategy = services => new FedAvg(new(), services) }).Run();
        Assert.Equal(average.Parameters, prox.Parameters);
    }
}
