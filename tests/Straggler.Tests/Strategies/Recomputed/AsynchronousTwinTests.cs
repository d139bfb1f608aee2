using CsCheck;
using Straggler.Strategies;

namespace Straggler.Tests.Strategies.Recomputed;

/// <summary>Strategies against twins written from the papers' formulas, on random arrivals of any clients at any staleness.</summary>
public sealed class AsynchronousTwinTests
{
    private static readonly Gen<ScriptedArrival> _arrival =
        from client in Gen.Int[0, Twin.Clients - 1]
        from lag in Gen.Int[0, 7]
        from delta in Gen.Double[0.01, 1].Array[3]
        from signs in Gen.Bool.Array[3]
        from drop in Gen.Double[-1, 1]
        select new ScriptedArrival(client, lag, [.. delta.Zip(signs, (d, minus) => minus ? -d : d)], drop);

    [Fact]
    [Conformance("fedasync", Evidence.NumericOracle)]
    public void FedAsync_AnyArrivals_IsItsTwin() => Compare(_ => new FedAsync(new()), () => new FedAsyncTwin());

    [Fact]
    [Conformance("fedbuff", Evidence.NumericOracle)]
    public void FedBuff_AnyArrivals_IsItsTwin() =>
        Compare(services => new FedBuff(new() { BufferSize = 3, ServerLearningRate = 0.7 }, services), () => new FedBuffTwin());

    [Fact]
    [Conformance("dynstale", Evidence.NumericOracle)]
    public void DynStale_AnyArrivals_IsItsTwin() => Compare(services => new DynStale(new(), services), () => new DynStaleTwin());

    [Fact]
    [Conformance("trustweight", Evidence.NumericOracle)]
    public void TrustWeight_AnyArrivals_IsItsTwin() => Compare(
        services => new TrustWeight(
            new()
            {
                BufferSize = 3,
                ServerLearningRate = 0.9,
                StalenessDecay = 0.2,
                ShrinkByStaleness = 0.1,
                ShrinkByNorm = 0.25,
                ThetaLoss = 0.5,
                ThetaNorm = 0.3,
                ThetaCosine = 0.4,
                MomentumRate = 0.6,
            },
            services),
        () => new TrustWeightTwin());

    [Fact]
    [Conformance("ca2fl", Evidence.NumericOracle)]
    public void Ca2Fl_AnyArrivals_IsItsTwin() =>
        Compare(services => new Ca2Fl(new() { BufferSize = 4, ServerLearningRate = 0.8 }, services), () => new Ca2FlTwin());

    [Fact]
    [Conformance("fadas", Evidence.NumericOracle)]
    public void Fadas_AnyArrivals_IsItsTwin() =>
        Compare(services => new Fadas(new() { BufferSize = 2, ServerLearningRate = 0.3 }, services), () => new FadasTwin());

    [Fact]
    [Conformance("port", Evidence.NumericOracle)]
    public void Port_AnyArrivals_IsItsTwin() => Compare(
        services => new Port(new() { BufferSize = 3, StalenessWeight = 2, SimilarityWeight = 3, StalenessBound = 4 }, services), () => new PortTwin());

    [Fact]
    [Conformance("malenia", Evidence.NumericOracle)]
    public void Malenia_AnyArrivals_IsItsTwin() => Compare(services => new Malenia(new() { TotalBatch = 7 }, services), () => new MaleniaTwin());

    [Fact]
    [Conformance("aced", Evidence.NumericOracle)]
    public void Aced_AnyArrivals_IsItsTwin() =>
        Compare(services => new Aced(new() { MaxStaleness = 4, ServerLearningRate = 0.3 }, services), () => new AcedTwin());

    [Fact]
    [Conformance("area", Evidence.NumericOracle)]
    public void Area_AnyArrivals_IsItsTwin() => Compare(services => new Area(new() { BufferSize = 2 }, services), () => new AreaTwin());

    [Fact]
    [Conformance("asyncfeded", Evidence.NumericOracle)]
    public void AsyncFedEd_AnyArrivals_IsItsTwin() =>
        Compare(services => new AsyncFedEd(new() { Lambda = 0.5, Epsilon = 0.7 }, services), () => new AsyncFedEdTwin());

    [Fact]
    [Conformance("delay_adaptive", Evidence.NumericOracle)]
    public void DelayAdaptive_AnyArrivals_IsItsTwin() => Compare(
        services => new DelayAdaptive(new() { DelayThreshold = 2, ServerLearningRate = 0.6 }, services), () => new DelayAdaptiveTwin());

    [Fact]
    [Conformance("ringmaster", Evidence.NumericOracle)]
    public void Ringmaster_AnyArrivals_IsItsTwin() => Compare(
        services => new Ringmaster(new() { DelayThreshold = 3, ServerLearningRate = 0.4 }, services), () => new RingmasterTwin());

    private static void Compare(Func<StrategyServices, IServerStrategy> product, Func<Twin> make) => _arrival.Array[60].Sample(script =>
    {
        Twin twin = make();
        Server server = new(product, [.. twin.Model.Select(value => (float)value)], clients: Twin.Clients,
            services: services => services with { Samples = [1, 2, 3, 4, 5] });
        foreach (ScriptedArrival arrival in script)
        {
            int staleness = Math.Min(arrival.Lag, twin.Version);
            int sent = twin.Version - staleness;
            Assert.Equal(twin.Admits(staleness), server.Admits(sent));
            if (twin.Admits(staleness))
            {
                twin.Arrive(arrival, staleness);
                server.ArriveDelta(sent, [.. arrival.Delta.Select(value => (float)value)], samples: arrival.Client + 1, client: arrival.Client,
                    outcome: new(1, 1) { LossDrop = arrival.LossDrop });
            }
            else
            {
                twin.Refuse(staleness);
                server.Refuse(sent);
            }

            Assert.Equal(twin.Version, server.Version);
            Assert.All(twin.Model.Zip(server.Model), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * (1 + Math.Abs(pair.First))));
        }
    }, iter: 100);
}
