using Straggler.Delays;
using Straggler.Partitioning;
using Straggler.Staleness;
using Straggler.Strategies;
using static Straggler.Experiments.Tests.TestCatalogs;

namespace Straggler.Experiments.Tests;

public sealed class OverrideTests
{
    [Fact]
    public void Parse_Overrides_AreYamlAndWin()
    {
        ExperimentPlan plan = Parse("rounds: 10\nstrategy: fedasync", "rounds=500", "strategy=fedbuff", "strategy.buffer_size=8",
            "delay.params=[0,1.5]", "eval.targets=[0.7,0.8]", "stop={virtual_time: 3}");

        Assert.Equal(500, plan.Rounds);
        Assert.Equal(8, Assert.IsType<FedBuffOptions>(plan.Strategy.Options).BufferSize);
        Assert.Equal(new LognormalOptions { Mu = 0, Sigma = 1.5 }, plan.Delay.Dist.Options);
        Assert.Equal([0.7, 0.8], plan.Eval.Targets);
        Assert.Equal(3, plan.Stop.VirtualTime);
    }

    [Fact]
    public void Parse_OptionBeforeItsName_MeansTheSame() => Assert.Equal(
        Parse("", "strategy=fedbuff", "strategy.buffer_size=8").Strategy.Options,
        Parse("", "strategy.buffer_size=8", "strategy=fedbuff").Strategy.Options);

    [Fact]
    public void Parse_RepeatedOverride_LastWins() => Assert.Equal(3, Parse("", "rounds=1", "rounds=2", "rounds=3").Rounds);

    [Fact]
    public void Parse_OverrideOfOneOption_KeepsTheOthers()
    {
        ExperimentPlan plan = Parse("delay: {dist: pareto, params: [1.5, 0.5, 20], per: task}", "delay.cap=30", "model.lr=0.5");

        Assert.Equal(new ParetoOptions { Shape = 1.5, Scale = 0.5, Cap = 30 }, plan.Delay.Dist.Options);
        Assert.Equal(DelayScope.Task, plan.Delay.Per);
        Assert.Equal(0.5, plan.Model.Local.LearningRate);
    }

    [Fact]
    public void Parse_NewModelName_KeepsOptionsThatItHasToo()
    {
        ExperimentPlan plan = Parse("model: {name: cnn, lr: 0.2, norm: group, dropout: 0.25}", "model=mlp");

        Assert.Equal(new MlpOptions { Dropout = 0.25 }, plan.Model.Architecture.Options);
        Assert.Equal(0.2, plan.Model.Local.LearningRate);
    }

    [Theory]
    [InlineData("strategy=fedbuff")]
    [InlineData("strategy.name=fedbuff")]
    public void Parse_NewStrategyName_KeepsOptionsOfTheSameMeaningOnly(string argument)
    {
        // eta is fedasync's mixing rate and fedbuff's server rate: two things under one name.
        ExperimentPlan plan = Parse("strategy: {name: fedasync, eta: 0.25, staleness_fn: {name: hinge, a: 3}, max_staleness: 9}", argument);

        FedBuffOptions options = Assert.IsType<FedBuffOptions>(plan.Strategy.Options);
        Assert.Equal(new FedBuffOptions().ServerLearningRate, options.ServerLearningRate);
        Assert.Equal(new HingeWeightOptions { A = 3 }, options.Staleness.Options);
        Assert.Equal(9, Assert.IsType<DynStaleOptions>(
            Parse("strategy: {name: fedasync, max_staleness: 9}", "strategy=dynstale").Strategy.Options).DropStaleAfter);
    }

    [Fact]
    public void Parse_NewName_StillReportsKeysThatTheOldOneDidNotHave() =>
        Assert.Contains("model.nrom: is an unknown key", Assert.Single(Faults("model: {name: cnn, nrom: group}", "model=mlp")), StringComparison.Ordinal);

    [Fact]
    public void Parse_NewNameForAMisspeltOne_DropsItsOptions() =>
        Assert.Equal("mlp", Parse("model: {name: ccn, norm: group}", "model=mlp").Model.Architecture.Name);

    [Fact]
    public void Parse_NewDistribution_DropsTheOldOnesParameters()
    {
        // half_normal has no mu or sigma; its options are its own defaults.
        Assert.Equal(new HalfNormalOptions(), Parse("delay: {dist: lognormal, params: [1, 2]}", "delay.dist=half_normal").Delay.Dist.Options);
        Assert.Equal(new UniformOptions { Low = 3, High = 4 }, Parse("delay: {dist: lognormal, params: [1, 2]}", "delay.params=[3,4]", "delay.dist=uniform").Delay.Dist.Options);
        Assert.Equal(new ConstantOptions { Value = 2 }, Parse("delay: constant", "delay.params=[2]").Delay.Dist.Options);
    }

    [Fact]
    public void Parse_NewStalenessFunction_TakesNoParameterOfTheOldOne()
    {
        const string yaml = "strategy: {name: fedasync, staleness_fn: {name: polynomial, a: 0.25}}";

        Assert.Equal(new HingeWeightOptions(), StalenessOptions(Parse(yaml, "strategy.staleness_fn=hinge")));
        Assert.Equal(new HingeWeightOptions { B = 2 }, StalenessOptions(Parse(yaml, "strategy.staleness_fn={name: hinge, b: 2}")));
        Assert.Equal(new PolynomialWeightOptions { A = 0.25 }, StalenessOptions(Parse(yaml, "strategy.staleness_fn=polynomial")));
        Assert.Equal("1/(1 + s)", ((FedAsyncOptions)Parse(yaml, "strategy.staleness_fn=1/(1 + s)").Strategy.Options).Staleness.Name);

        static object StalenessOptions(ExperimentPlan plan) => ((FedAsyncOptions)plan.Strategy.Options).Staleness.Options;
    }

    [Fact]
    public void Parse_NewPartition_TakesNoAlphaFromTheDirichletOne()
    {
        Assert.Equal(new QuantitySkewOptions(), Parse("", "partition=quantity_skew").Partition.Partitioner.Options);
        Assert.Equal(new QuantitySkewOptions(), Parse("alpha: 0.1", "partition=quantity_skew").Partition.Partitioner.Options);
    }

    [Fact]
    public void Parse_Null_ClearsWhatTheFileSays()
    {
        const string yaml = "stop: {virtual_time: 5}\ndelay: {bandwidth: {dist: constant, params: [100]}}\neval: {target_acc: 0.5}";

        ExperimentPlan plan = Parse(yaml, "stop=null", "delay.bandwidth=null", "eval.target_acc=");

        Assert.Null(plan.Stop.VirtualTime);
        Assert.Null(plan.Delay.Bandwidth);
        Assert.Null(plan.Eval.TargetAcc);
        Assert.Equal(("cnn", 0.5), (Parse("model:", "model.lr=0.5").Model.Architecture.Name, Parse("model:", "model.lr=0.5").Model.Local.LearningRate));
    }

    [Fact]
    public void Parse_FractionOverConcurrency_HigherLayerWins()
    {
        Assert.Equal(50, Parse("concurrency: 10", "sample_fraction=0.5").Concurrency);
        Assert.Equal(7, Parse("sample_fraction: 0.5", "concurrency=7").Concurrency);
        Assert.Equal(100, Parse("n_clients: 10\nsample_fraction: 0.1", "n_clients=1000").Concurrency);
    }

    [Fact]
    public void Parse_ExpressionWithSpacesAndCommas_IsOneValue() => Assert.Equal(
        "min(1, 2/(1 + s))", ((FedAsyncOptions)Parse("", "strategy.staleness_fn=min(1, 2/(1 + s))").Strategy.Options).Staleness.Name);
}
