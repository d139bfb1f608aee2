using CsCheck;
using Straggler.Strategies;
using Straggler.Training;

namespace Straggler.Tests.Strategies.Recomputed;

/// <summary>Strategies in rounds against twins written from the papers' formulas; any clients take part, some rounds stay empty.</summary>
public sealed class RoundTwinTests
{
    private static readonly Gen<ScriptedPart[]> _round =
        from takesPart in Gen.Bool.Array[Twin.Clients]
        from deltas in Gen.Double[-1, 1].Array[3].Array[Twin.Clients]
        from steps in Gen.Int[1, 6].Array[Twin.Clients]
        select Enumerable.Range(0, Twin.Clients).Where(client => takesPart[client])
            .Select(client => new ScriptedPart(client, deltas[client], steps[client])).ToArray();

    private static readonly Gen<(ScriptedPart[] Parts, int Group)> _grouped = Gen.Select(_round, Gen.Int[0, 2]);

    [Fact]
    [Conformance("scaffold", Evidence.NumericOracle)]
    public void Scaffold_AnyRounds_IsItsTwin() => Compare(
        services => new Scaffold(new() { ServerLearningRate = 0.8 }, services with { Local = new() { LearningRate = 0.1, Momentum = 0 } }),
        () => new ScaffoldTwin());

    [Fact]
    [Conformance("feddyn", Evidence.NumericOracle)]
    public void FedDyn_AnyRounds_IsItsTwin() => Compare(services => new FedDyn(new() { Alpha = 0.3 }, services), () => new FedDynTwin());

    [Fact]
    [Conformance("mifa", Evidence.NumericOracle)]
    public void Mifa_AnyRounds_IsItsTwin() => Compare(services => new Mifa(new() { ServerLearningRate = 0.7 }, services), () => new MifaTwin());

    [Theory]
    [InlineData(0.4, false)]
    [InlineData(0.4, true)]
    [InlineData(1, false)]
    [InlineData(0, true)]
    [Conformance("fedstale", Evidence.NumericOracle)]
    [Conformance("fedvarp", Evidence.NumericOracle)]
    [Conformance("unbiased_fedavg", Evidence.NumericOracle)]
    public void FedStale_AnyRounds_IsItsTwin(double beta, bool observed) => Compare(
        services => new FedStale(new() { Participation = observed ? Participation.Observed : Participation.Round }, beta, services),
        () => new FedStaleTwin(beta, observed));

    [Fact]
    [Conformance("fednova", Evidence.NumericOracle)]
    public void FedNova_AnyRoundsWithMomentum_IsItsTwin() =>
        Compare(services => new FedNova(new(), services with { Local = new() { Momentum = 0.6 } }), () => new FedNovaTwin());

    [Fact]
    [Conformance("fedat", Evidence.NumericOracle)]
    public void FedAt_AnyRoundsOfAnyTiers_IsItsTwin() => Compare(services => new FedAt(new(), services), () => new FedAtTwin());

    [Fact]
    [Conformance("fedfix", Evidence.NumericOracle)]
    public void FedFix_AnyIntervals_IsItsTwin() => Compare(services => new FedFix(new() { ServerLearningRate = 0.5 }, services), () => new FedFixTwin());

    [Fact]
    [Conformance("quafl", Evidence.NumericOracle)]
    public void QuAfl_AnyPolls_IsItsTwin() => Compare(services => new QuAfl(services), () => new QuAflTwin());

    [Fact]
    [Conformance("favas", Evidence.NumericOracle)]
    public void Favas_AnyPolls_IsItsTwin() => Compare(services => new Favas(new(), services), () => new FavasTwin(), canBeIdle: true);

    private static void Compare(Func<StrategyServices, IServerStrategy> product, Func<RoundTwin> make, bool canBeIdle = false) => _grouped.Array[20].Sample(script =>
    {
        RoundTwin twin = make();
        Server server = new(product, Floats(twin.Model), clients: Twin.Clients, services: services => services with { Samples = [1, 2, 3, 4, 5] });
        foreach ((ScriptedPart[] drawn, int group) in script)
        {
            // A client that has made no step returns what it started from.
            ScriptedPart[] parts = [.. drawn.Select(part => canBeIdle && part.Steps > 4 ? part with { Steps = 0, Delta = new double[3] } : part)];
            foreach (ScriptedPart part in parts)
            {
                ClientAlgorithm asked = server.Instruct(part.Client);
                Assert.All(twin.Correction(part.Client) ?? [], (value, i) => Assert.Equal(value, asked.Correction.IsEmpty ? 0 : asked.Correction.Span[i], 1e-4));
                float[] start = Floats(twin.Start(part.Client));
                server.Arrive(server.Version, [.. start.Zip(part.Delta, (x, d) => (float)(x + d))], samples: part.Client + 1, client: part.Client,
                    outcome: new(1, part.Steps), algorithm: asked with { Start = start }, group: group);
            }

            twin.Round(parts, group);
            server.EndRound(group, groups: 3);
            Assert.All(twin.Model.Zip(server.Model), pair => Assert.Equal(pair.First, pair.Second, 1e-3 * (1 + Math.Abs(pair.First))));
        }
    }, iter: 100);

    private static float[] Floats(double[] values) => [.. values.Select(value => (float)value)];
}
