using Straggler.Delays;
using Straggler.Partitioning;
using Straggler.Scheduling;
using Straggler.Staleness;
using Straggler.Strategies;
using static Straggler.Experiments.Tests.TestCatalogs;

namespace Straggler.Experiments.Tests;

public sealed class PlanLoaderTests
{
    [Theory]
    [InlineData("")]
    [InlineData("# nothing but a comment\n")]
    [InlineData("---\n...\n")]
    [InlineData("strategy: fedasync\n")]
    [InlineData("stop:\ndelay:\nmodel:\nalpha:\nsample_fraction: null\n")]
    public void Parse_NothingGiven_DefaultsHold(string yaml)
    {
        ExperimentPlan plan = Parse(yaml);

        Assert.Equal(42UL, plan.Seed);
        Assert.Equal("fashion_mnist_small", plan.Dataset.Name);
        Assert.Equal(100, plan.ClientCount);
        Assert.Equal("dirichlet", plan.Partition.Partitioner.Name);
        Assert.Equal(0.3, Assert.IsType<DirichletOptions>(plan.Partition.Partitioner.Options).Alpha);
        Assert.Equal(10, plan.Concurrency);
        Assert.Equal(2000, plan.Rounds);
        Assert.Equal("fedasync", plan.Strategy.Name);
        Assert.Equal(new FedAsyncOptions().MixingRate, ((FedAsyncOptions)plan.Strategy.Options).MixingRate);
        Assert.Equal("cnn", plan.Model.Architecture.Name);
        Assert.Equal((0.1, 1, 32), (plan.Model.Local.LearningRate, plan.Model.Local.Epochs, plan.Model.Local.BatchSize));
        Assert.Equal("lognormal", plan.Delay.Dist.Name);
        Assert.Equal(new LognormalOptions { Mu = 0, Sigma = 0.75 }, plan.Delay.Dist.Options);
        Assert.Equal(DelayScope.Client, plan.Delay.Per);
        Assert.Equal(50, plan.Eval.EveryEvents);
        Assert.Equal([0.6, 0.7, 0.8], plan.Eval.Targets);
        Assert.Equal(TrainingMode.Local, plan.Training);
        Assert.Equal("fedasync-fashion_mnist_small-s42", plan.EffectiveName());
    }

    [Fact]
    public void Parse_EveryKeyOfTheContract_Loads()
    {
        ExperimentPlan plan = Parse("""
            seed: 7
            name: trial
            dataset: {name: cifar10, root: /data, augment: true}
            n_clients: 20
            partition: {name: dirichlet, alpha: 0.1, min_samples: 5}
            concurrency: 4
            rounds: 1e3
            stop: {virtual_time: 12.5, server_steps: 300}
            strategy: {name: fedbuff, buffer_size: 8, timeout_s: 2, staleness_fn: {name: hinge, a: 5, b: 2}}
            scheduler: {redispatch: flush, ties: sequence}
            model: {name: cnn, lr: 0.01, epochs: 2, batch_size: 16, optimizer: adam, norm: batch, dropout: 0.5}
            delay: {dist: pareto, params: [1.5, 0.5, 20], per: both, proportional: true, bandwidth: {dist: constant, params: [1e6], upload_fraction: 0.2}}
            eval: {every_events: 25, target_acc: 0.9, targets: [0.5]}
            checkpoint: {every: null}
            recording: {updates: off}
            logging: {tensorboard: true, wandb: false}
            training: none
            device: cpu
            """);

        Assert.Equal("trial", plan.EffectiveName());
        Assert.Equal(new Cifar10Options { Root = "/data", Augment = true }, plan.Dataset.Options);
        Assert.Equal(1000, plan.Rounds);
        Assert.Equal((12.5, 300L), (plan.Stop.VirtualTime, plan.Stop.ServerSteps));
        FedBuffOptions fedBuff = Assert.IsType<FedBuffOptions>(plan.Strategy.Options);
        Assert.Equal((8, 2.0), (fedBuff.BufferSize, fedBuff.TimeoutS));
        Assert.Equal(new HingeWeightOptions { A = 5, B = 2 }, fedBuff.Staleness.Options);
        Assert.Equal((Redispatch.Flush, TieRule.Sequence), (plan.Scheduler.Redispatch, plan.Scheduler.Ties));
        Assert.Equal(new CnnOptions { Norm = Norm.Batch, Dropout = 0.5 }, plan.Model.Architecture.Options);
        Assert.Equal(new ParetoOptions { Shape = 1.5, Scale = 0.5, Cap = 20 }, plan.Delay.Dist.Options);
        Assert.Equal((DelayScope.Both, true, 0.2), (plan.Delay.Per, plan.Delay.Proportional, plan.Delay.Bandwidth?.UploadFraction));
        Assert.Equal(new ConstantOptions { Value = 1e6 }, plan.Delay.Bandwidth?.Dist.Options);
        Assert.Equal(UpdateRecording.Off, plan.Recording.Updates);
        Assert.Equal((TrainingMode.None, DeviceKind.Cpu, true), (plan.Training, plan.Device, plan.Logging.Tensorboard));
    }

    [Fact]
    public void Parse_OptionsOfDistributionByName_MeanTheSameAsAList()
    {
        ExperimentPlan named = Parse("delay: {dist: lognormal, mu: 0.5, sigma: 1.5}");
        ExperimentPlan listed = Parse("delay: {dist: lognormal, params: [0.5, 1.5]}");

        Assert.Equal(listed.Delay.Dist.Options, named.Delay.Dist.Options);
    }

    [Theory]
    [InlineData("staleness_fn: 1/(1 + s)", "1/(1 + s)", 0.25)]
    [InlineData("staleness_fn: {name: 1/(1 + s)}", "1/(1 + s)", 0.25)]
    [InlineData("staleness_fn: constant", "constant", 1)]
    [InlineData("staleness: {name: polynomial, a: 1}", "polynomial", 0.25)]
    [InlineData("staleness: {a: 2}", "polynomial", 0.0625)]
    [InlineData("staleness_fn: 0.5", "0.5", 0.5)]
    public void Parse_StalenessFunction_IsNameMappingOrExpression(string option, string name, double weightAtThree)
    {
        ExperimentPlan plan = Parse($"strategy: {{name: fedasync, {option}}}");

        Straggler.Configuration.Choice<IStalenessWeight> staleness = ((FedAsyncOptions)plan.Strategy.Options).Staleness;
        Assert.Equal(name, staleness.Name);
        Assert.Equal(weightAtThree, staleness.Create().Weight(3), 12);
    }

    [Fact]
    public void Parse_AnchorsAliasesAndMergeKeys_AreUnderstood()
    {
        ExperimentPlan plan = Parse("""
            delay: &slow {dist: pareto, params: [3, 2]}
            model: {name: cnn, lr: &rate 0.125}
            strategy: {name: fedasync, eta: *rate}
            stop:
              <<: {virtual_time: 9, server_steps: 5}
              virtual_time: 3
            """);

        Assert.Equal(0.125, ((FedAsyncOptions)plan.Strategy.Options).MixingRate);
        Assert.Equal((3, 5L), (plan.Stop.VirtualTime, plan.Stop.ServerSteps));
    }

    [Theory]
    [InlineData("n_clients: 10\nsample_fraction: 0.1", 1)]
    [InlineData("n_clients: 10\nsample_fraction: 0.25", 3)]
    [InlineData("n_clients: 10\nsample_fraction: 0.01", 1)]
    [InlineData("n_clients: 200\nsample_fraction: 1", 200)]
    [InlineData("n_clients: 100\nsample_fraction: 0.2\nconcurrency: 20", 20)]
    [InlineData("n_clients: 4", 4)]
    public void Parse_SampleFraction_GivesConcurrency(string yaml, int concurrency) => Assert.Equal(concurrency, Parse(yaml).Concurrency);

    [Fact]
    public void Parse_Alpha_IsShortForDirichlet()
    {
        Assert.Equal(new DirichletOptions { Alpha = 0.7 }, Parse("alpha: 0.7").Partition.Partitioner.Options);
        Assert.Equal(new DirichletOptions { Alpha = 0.7, MinSamples = 4 }, Parse("alpha: 0.7\npartition: {min_samples: 4}").Partition.Partitioner.Options);
        Assert.Equal(new DirichletOptions { Alpha = 0.7 }, Parse("alpha: 0.7\npartition: {name: dirichlet, alpha: 0.70}").Partition.Partitioner.Options);
        Assert.Equal("iid", Parse("alpha: 0.7", "partition=iid").Partition.Partitioner.Name);
        Assert.Equal(0.1, Parse("alpha: 0.7\npartition: {feature_noise: 0.1}", "partition=iid").Partition.FeatureNoise);
        Assert.Equal(new DirichletOptions { Alpha = 2 }, Parse("partition: iid", "alpha=2").Partition.Partitioner.Options);
    }

    [Fact]
    public void Parse_TrackingTrueOrFalse_IsShortForASectionOrNone()
    {
        Assert.Null(Parse("logging: {tensorboard: true}").Logging.Mlflow);
        Assert.Equal(new MlflowOptions(), Parse("logging: {mlflow: true}").Logging.Mlflow);
        Assert.Equal(new MlflowOptions(), Parse("", "logging.mlflow=true").Logging.Mlflow);
        Assert.Equal(new MlflowOptions { Uri = "http://a:1", Artifacts = false }, Parse("logging: {mlflow: {uri: 'http://a:1', artifacts: false}}").Logging.Mlflow);
        Assert.Equal(new MlflowOptions { Uri = "http://a:1" }, Parse("logging: {mlflow: {uri: 'http://a:1'}}", "logging.mlflow=true").Logging.Mlflow);
        Assert.Null(Parse("logging: {mlflow: {uri: 'http://a:1'}}", "logging.mlflow=false").Logging.Mlflow);
        Assert.Equal(new MlflowOptions { Experiment = "x" }, Parse("logging: {mlflow: true}", "logging.mlflow.experiment=x").Logging.Mlflow);
    }

    [Fact]
    public void Load_NoFile_GivesDefaults() => Assert.Equal(2000, Loader.Load(null, []).Rounds);
}
