using System.Globalization;
using CsCheck;
using static Straggler.Experiments.Tests.TestCatalogs;

namespace Straggler.Experiments.Tests;

public sealed class PlanWriterTests
{
    [Fact]
    public void ToYaml_Defaults_WritesEveryKey() => Assert.Equal("""
        name: null
        seed: 42
        dataset:
          name: fashion_mnist_small
          root: null
          augment: false
          train_limit: null
        n_clients: 100
        partition:
          name: dirichlet
          alpha: 0.3
          min_samples: 10
          feature_noise: 0.0
        concurrency: 10
        rounds: 2000
        stop:
          virtual_time: null
          server_steps: null
        strategy:
          name: fedasync
          mixing_rate: 0.6
          staleness:
            name: polynomial
            a: 0.5
          proximal: 0.005
          max_staleness: null
        aggregation:
          optimizer:
            name: sgd
            momentum: 0.0
          clip_norm: null
          noise_multiplier: 0.0
          privacy_delta: 1.0e-05
          non_finite: refuse
        scheduler:
          name: auto
          selection:
            name: auto
          redispatch: arrival
          ties: arrivals_first
        model:
          name: cnn
          norm: none
          dropout: 0.0
          lr: 0.1
          epochs: 1
          steps: null
          batch_size: 32
          optimizer: sgd
          momentum: 0.0
          nesterov: false
          weight_decay: 0.0
          clip_norm: null
        delay:
          dist: lognormal
          params: [0.0, 0.75]
          per: client
          proportional: false
          factor: 1.0
          jitter: null
          bandwidth: null
          network_jitter: null
          server_link: null
          traces: null
        compression:
          name: none
        energy: null
        availability:
          name: always
          mid_task: finish
          outages: null
        failure:
          dropout: 0.0
          upload_loss: 0.0
          timeout: null
          notice: at_once
        partial_work: null
        replay: null
        eval:
          every_events: 50
          target_acc: null
          targets: [0.6, 0.7, 0.8]
        checkpoint:
          every: null
        memory:
          versions_mb: 256
        recording:
          updates: csv
          local_models: false
          figures: true
        logging:
          tensorboard: false
          mlflow: null
          wandb: false
        training: local
        timing:
          samples_per_client: null
          model_bytes: null
        device: auto
        operator_threads: 1

        """.ReplaceLineEndings("\n"), PlanWriter.ToYaml(Parse("")));

    [Fact]
    public void ToYaml_AnyPlan_LoadsAsTheSamePlan()
    {
        Gen<string> text = Gen.Char.Where(letter => !char.IsSurrogate(letter)).Array[0, 12].Select(letters => new string(letters));
        Gen<string> strategy = Gen.OneOf(
            Gen.Select(Gen.Double[1e-12, 1], OneOf("constant", "1/(1 + s)", "{name: hinge, a: 0.1}", "exp(-s)"))
                .Select((rate, staleness) => $"{{name: fedasync, eta: {Number(rate)}, staleness_fn: {staleness}}}"),
            Gen.Select(Gen.Int[1, 1000], Gen.Double[1e-9, 1e9])
                .Select((size, timeout) => $"{{name: fedbuff, buffer_size: {size}, timeout_s: {Number(timeout)}}}"),
            OneOf("fedavg", "{name: dynstale, drop_stale_after: 7}"));
        Gen<string> delay = Gen.OneOf(
            Gen.Select(Gen.Double[-50, 50], Gen.Double[0, 5]).Select((mu, sigma) => $"{{dist: lognormal, params: [{Number(mu)}, {Number(sigma)}]}}"),
            Gen.Double[1e-5, 1e10].Select(value => $"{{dist: constant, value: {Number(value)}, bandwidth: {{dist: uniform, params: [1e5, 2e14]}}}}"),
            OneOf("half_normal", "{dist: pareto, params: [3, 2, null]}"));
        Gen.Select(Gen.ULong, strategy, delay, text, Gen.Int[1, 500], Gen.Double[1e-6, 1])
            .Sample((seed, strategyYaml, delayYaml, root, clients, fraction) =>
            {
                ExperimentPlan plan = Parse($"""
                    seed: {seed}
                    strategy: {strategyYaml}
                    delay: {delayYaml}
                    dataset: cifar10
                    n_clients: {clients}
                    sample_fraction: {Number(fraction)}
                    """);
                plan = plan with { Dataset = Datasets.Choose(Datasets.Entries.Single(entry => entry.Name == "cifar10"), new Cifar10Options { Root = root }) };

                ExperimentPlan again = Parse(PlanWriter.ToYaml(plan));

                Assert.Equal(PlanWriter.ToYaml(plan), PlanWriter.ToYaml(again));
                Assert.Equal(plan.Dataset.Options, again.Dataset.Options);
                Assert.Equal(plan.Delay.Dist.Options, again.Delay.Dist.Options);
                Assert.Equal(plan.Strategy.Name, again.Strategy.Name);
                Assert.Equal((plan.Seed, plan.Concurrency, plan.Model.Local), (again.Seed, again.Concurrency, again.Model.Local));
            }, iter: 500);
    }

    private static Gen<string> OneOf(params string[] values) => Gen.OneOf([.. values.Select(value => Gen.Const(value))]);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
