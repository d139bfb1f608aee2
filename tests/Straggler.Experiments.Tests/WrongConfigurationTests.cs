using static Straggler.Experiments.Tests.TestCatalogs;

namespace Straggler.Experiments.Tests;

/// <summary>Wrong configurations, one fault each: the message says where, what and what would be right.</summary>
public sealed class WrongConfigurationTests
{
    [Theory]
    // Unknown keys.
    [InlineData("n_client: 10", "test.yaml(1,1): n_client: is an unknown key.", "Did you mean \"n_clients\"?")]
    [InlineData("model: {name: cnn, learning_rat: 0.1}", "test.yaml(1,20): model.learning_rat: is an unknown key. Allowed: ", "epochs")]
    [InlineData("lr: 0.1", "test.yaml(1,1): lr: is an unknown key.", "Did you mean \"model.lr\"?")]
    [InlineData("seed: 1\nstrategy:\n  name: fedbuff\n  bufersize: 3", "test.yaml(4,3): strategy.bufersize: is an unknown key.", "Did you mean \"buffer_size\"?")]
    [InlineData("strategy: {name: fedasync, buffer_size: 3}", "strategy.buffer_size: is no option of fedasync, but of fedbuff", "Allowed: max_staleness, mixing_rate, name, proximal, staleness.")]
    [InlineData("eval: {every-events: 3}", "eval.every-events: is an unknown key.", "Did you mean \"every_events\"?")]
    [InlineData("strategy: {name: fedasync, staleness_fn: {name: constant, a: 3}}", "strategy.staleness_fn.a: is no option of constant, but of polynomial, hinge. Allowed: name.")]
    [InlineData("model: {name: mlp, norm: batch}", "test.yaml(1,20): model.norm: is no option of mlp, but of cnn, resnet18, resnet34, resnet_small.")]
    [InlineData("42: 3", "test.yaml(1,1): 42: is an unknown key.")]
    [InlineData("{scheduler: {selection: {name: queued}}, failure: {dropout: 0.1}}", "scheduler.selection: tasks that queue at clients know no availability and no failure.")]
    [InlineData("{strategy: fedavg, scheduler: {name: rounds, over_selection: 0.5, selection: {name: queued}}}", "scheduler.selection: tasks queue at clients with queued")]
    [InlineData("{strategy: {name: ringmaster, stop_stale: true}, scheduler: {selection: {name: queued}}}", "scheduler.selection: tasks that queue at clients begin when the one before is planned to end")]
    [InlineData("{strategy: trustweight, aggregation: {clip_norm: 1, noise_multiplier: 1}}", "aggregation.noise_multiplier: trustweight weighs updates by what they say", "Expected 0, or a strategy")]
    [InlineData("{strategy: port, aggregation: {clip_norm: 1, noise_multiplier: 1}}", "aggregation.noise_multiplier: port weighs updates by their directions", "strategy.similarity_weight: 0")]
    [InlineData("{strategy: fedbuff, scheduler: {selection: oort}, aggregation: {clip_norm: 1, noise_multiplier: 1}}", "aggregation.noise_multiplier: the selection oort chooses clients by losses or norms", "such as uniform")]
    [InlineData("{strategy: fadas, aggregation: {clip_norm: 1, noise_multiplier: 1}}", "aggregation.noise_multiplier: noise goes onto sums of deltas, and fadas forms none.")]
    // Unknown names.
    [InlineData("strategy: fedbuf", "test.yaml(1,11): strategy: \"fedbuf\" is unknown. Allowed: ", "fedasync, ", "Did you mean \"fedbuff\"?")]
    [InlineData("strategy: {name: FedBuff}", "strategy.name: \"FedBuff\" is unknown.", "Did you mean \"fedbuff\"?")]
    [InlineData("model: transformer", "model: \"transformer\" is unknown. Allowed: char_gru, cnn, logistic, mlp, resnet18, ")]
    [InlineData("dataset: cifar-10", "dataset: \"cifar-10\" is unknown.", "Did you mean \"cifar10\"?")]
    [InlineData("partition: dirichelt", "partition: \"dirichelt\" is unknown.", "Did you mean \"dirichlet\"?")]
    [InlineData("delay: {dist: lognorm}", "delay.dist: \"lognorm\" is unknown.", "Did you mean \"lognormal\"?")]
    [InlineData("delay: {per: clients}", "delay.per: \"clients\" is unknown. Allowed: client, task, both, class.", "Did you mean \"client\"?")]
    [InlineData("scheduler: {redispatch: Flush}", "scheduler.redispatch: \"Flush\" is unknown. Allowed: arrival, flush.", "Did you mean \"flush\"?")]
    [InlineData("recording: {updates: feather}", "recording.updates: \"feather\" is unknown. Allowed: csv, parquet, off.")]
    [InlineData("training: 1", "training: 1 is unknown. Allowed: local, none.")]
    [InlineData("strategy: {name: fedasync, staleness_fn: polynomal}", "strategy.staleness_fn: \"polynomal\" is unknown.", "Did you mean \"polynomial\"?")]
    [InlineData("strategy: {name: fedasync, staleness_fn: 1/(1 + s}", "test.yaml(1,42): strategy.staleness_fn: \"1/(1 + s\", character")]
    [InlineData("strategy: {name: fedasync, staleness_fn: 1/s}", "strategy.staleness_fn: \"1/s\" is", "s = 0")]
    // Wrong types.
    [InlineData("rounds: many", "test.yaml(1,9): rounds: \"many\" is not an integer. Expected an integer >= 1.")]
    [InlineData("rounds: 1.5", "rounds: 1.5 is not an integer.")]
    [InlineData("rounds: '500'", "rounds: \"500\" is not an integer.")]
    [InlineData("rounds: [500]", "rounds: a list is not a single value.")]
    [InlineData("rounds:", "rounds: null is not a value. Expected an integer >= 1.")]
    [InlineData("rounds: yes", "rounds: \"yes\" is not an integer.")]
    [InlineData("seed: -1", "seed: -1 is out of range. Expected an integer from 0 to 18446744073709551615.")]
    [InlineData("seed: 18446744073709551616", "seed: 18446744073709551616 is out of range.")]
    [InlineData("rounds: 99999999999999999999999", "rounds: 99999999999999999999999 is out of range.")]
    [InlineData("rounds: 1e30", "rounds: 1e30 is too large.")]
    [InlineData("model: {lr: 1e999}", "model.lr: 1e999 is too large. Expected a number > 0 and <= 1000.")]
    [InlineData("model: {lr: .nan}", "model.lr: \".nan\" is not a finite number.")]
    [InlineData("model: {lr: NaN}", "model.lr: \"NaN\" is not a finite number.")]
    [InlineData("stop: {virtual_time: .inf}", "stop.virtual_time: \".inf\" is not a finite number.", ", or null")]
    [InlineData("model: {lr: 1,5}", "model.5: is an unknown key")]
    [InlineData("model: {lr: 0.1.2}", "model.lr: 0.1.2 is not a number.")]
    [InlineData("logging: {tensorboard: yes}", "logging.tensorboard: \"yes\" is not a truth value. Expected true or false.")]
    [InlineData("logging: {tensorboard: 1}", "logging.tensorboard: 1 is not a truth value.")]
    [InlineData("eval: {targets: 0.5}", "eval.targets: 0.5 is not a list. Expected a list of numbers from 0 to 1.")]
    [InlineData("eval: {targets: [0.5, high]}", "test.yaml(1,23): eval.targets[1]: \"high\" is not a number.")]
    [InlineData("eval: 50", "eval: 50 is not what belongs here. Expected a mapping of options.")]
    [InlineData("strategy: [fedasync, fedbuff]", "strategy: a list is not what belongs here. Expected a name, or a mapping")]
    [InlineData("strategy: {name: [fedasync]}", "strategy.name: a list is not the name of a strategy. Allowed: ")]
    [InlineData("strategy:", "strategy: null is not the name of a strategy.")]
    [InlineData("delay: {params: 0.5}", "delay.params: 0.5 is not a list. Expected a list, such as [0.0, 0.75].")]
    [InlineData("dataset: {name: cifar10, root: [a]}", "dataset.root: a list is not a single value. Expected text, or null.")]
    // Ranges and rules.
    [InlineData("rounds: 0", "rounds: 0 is out of range. Expected an integer >= 1.")]
    [InlineData("strategy: {name: fedbuff, buffer_size: 0}", "test.yaml(1,40): strategy.buffer_size: 0 is out of range. Expected an integer >= 1.")]
    [InlineData("strategy: {name: fedasync, eta: 0}", "strategy.eta: 0 is out of range. Expected a number > 0 and <= 1.")]
    [InlineData("model: {momentum: 1}", "model.momentum: 1 is out of range. Expected a number >= 0 and < 1.")]
    [InlineData("model: {nesterov: true}", "test.yaml(1,19): model.nesterov: nesterov needs a momentum above 0.")]
    [InlineData("delay: {dist: uniform, params: [3, 1]}", "delay.params[1]: ")]
    [InlineData("delay: {dist: lognormal, params: [0, 1, 2]}", "test.yaml(1,34): delay.params: has 3 values, but lognormal takes at most 2 (mu, sigma).")]
    [InlineData("delay: {dist: lognormal, params: [0, -1]}", "test.yaml(1,38): delay.params[1]: -1 is out of range.")]
    [InlineData("delay: {dist: lognormal, params: [0, 1], sigma: 2}", "means the same as delay.params[1]")]
    [InlineData("eval: {targets: [0.5, 1.5]}", "eval.targets[1]: 1.5 is out of range. Expected a list of numbers from 0 to 1.")]
    [InlineData("sample_fraction: 0", "sample_fraction: 0 is out of range. Expected a number > 0 and <= 1.")]
    [InlineData("sample_fraction: all", "sample_fraction: \"all\" is not a number.")]
    [InlineData("alpha: -1", "test.yaml(1,8): alpha: -1 is out of range.")]
    [InlineData("concurrency: 200", "test.yaml(1,14): concurrency: 200 clients in flight are more than the 100 clients there are.")]
    [InlineData("n_clients: 10\nconcurrency: 5\nsample_fraction: 0.1", "test.yaml(3,1): sample_fraction: 0.1 of 10 clients means 1 in flight, but concurrency says 5.")]
    [InlineData("alpha: 0.3\npartition: {name: dirichlet, alpha: 0.5}", "test.yaml(1,1): alpha: 0.3 contradicts partition.alpha: 0.5")]
    [InlineData("partition: iid\nalpha: 0.3", "test.yaml(2,1): alpha: 0.3 contradicts partition: \"iid\"")]
    [InlineData("strategy: {name: fedasync, eta: 0.3, mixing_rate: 0.3}", "strategy.", "means the same as strategy.")]
    [InlineData("checkpoint: {every: 0}", "checkpoint.every: 0")]
    [InlineData("device: cuda", "test.yaml(1,9): device: cuda is not supported yet: training runs on the processor. Expected auto or cpu.")]
    [InlineData("strategy: {name: fedbuff, buffer_size: 11}\nscheduler: {redispatch: flush}", "test.yaml(1,40): strategy.buffer_size: 11 is more than the 10 clients in flight")]
    [InlineData("strategy: fedavg\nscheduler: {redispatch: flush}", "test.yaml(2,25): scheduler.redispatch: flush says when the scheduler constant sends clients again; rounds has")]
    [InlineData("strategy: {name: fedbuff, buffer_size: 3}\nscheduler: {name: semi_sync, redispatch: flush}", "test.yaml(2,42): scheduler.redispatch: flush says when the scheduler constant")]
    [InlineData("strategy: malenia\nscheduler: {redispatch: flush}", "test.yaml(2,25): scheduler.redispatch: flush sends clients again after a step only, and malenia's step")]
    [InlineData("strategy: fedcompass\nscheduler: semi_sync", "scheduler.period_s: the strategy makes clients wait for each other")]
    [InlineData("strategy: fedcompass\nscheduler: polling", "test.yaml(2,12): scheduler.name: polling asks clients that work all the time, and the strategy makes them wait")]
    [InlineData("delay: {network_jitter: {}}", "test.yaml(1,25): delay.network_jitter: a factor changes nothing where transfers take no time")]
    [InlineData("strategy: fedbuff\nconcurrency: 4\nscheduler: {redispatch: flush}", "test.yaml(1,11): strategy.buffer_size: 10 is more than the 4 clients in flight")]
    [InlineData("name: ../elsewhere", "name: \"../elsewhere\" is not usable.")]
    [InlineData("name: ''", "name: \"\" is not usable.")]
    // YAML itself.
    [InlineData("seed: 1\nseed: 2", "test.yaml(2,1): \"seed\" is given twice; it first stands at test.yaml(1,1).")]
    [InlineData("eval:\n\tevery_events: 5", "test.yaml(2,", "indented with a tab")]
    [InlineData("seed: 1\n  rounds: 2", "test.yaml(2,", "the YAML is not well formed: ")]
    [InlineData("eval: {every_events: 5", "test.yaml(", "the YAML is not well formed: ")]
    [InlineData("name: \"open", "test.yaml(1,", "the YAML is not well formed: ")]
    [InlineData("- seed: 1", "test.yaml(1,1): the file holds a single value or a list")]
    [InlineData("seed", "test.yaml(1,1): the file holds a single value or a list")]
    [InlineData("seed: 1\n---\nseed: 2", "test.yaml(2,1): ", "a second document begins here")]
    [InlineData("seed: *other", "test.yaml(1,7): ", "the alias \"*other\" names no value above it")]
    [InlineData("stop: &a {<<: *a}", "names no value above it")]
    [InlineData("seed: !!python/object 3", "the tag \"tag:yaml.org,2002:python/object\" is not supported")]
    [InlineData("? [a, b]\n: 3", "a key is a single word")]
    [InlineData("stop: {<<: 3}", "\"<<\" merges mappings only")]
    public void Parse_OneFault_IsReportedWithPlaceAndWayOut(string yaml, params string[] fragments)
    {
        string fault = Assert.Single(Faults(yaml));
        Assert.All(fragments, fragment => Assert.Contains(fragment, fault, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', fault);
    }

    [Theory]
    [InlineData("rounds=abc", "command line (rounds=abc): rounds: \"abc\" is not an integer.")]
    [InlineData("rounds", "command line (rounds): the argument is not an override. Expected key=value, such as rounds=500")]
    [InlineData("=5", "command line (=5): the argument is not an override.")]
    [InlineData("eval..targets=[]", "command line (eval..targets=[]): the argument is not an override.")]
    [InlineData("eval.targets=[0.5", "command line (eval.targets=[0.5): the YAML is not well formed")]
    [InlineData("strategy.buffersize=8", "strategy.buffersize: is an unknown key.")]
    [InlineData("batch_size=8", "command line (batch_size=8): batch_size: is an unknown key.", "Did you mean \"model.batch_size\"?")]
    [InlineData("rounds.more=8", "rounds: a mapping is not a single value.")]
    [InlineData("seed.=8", "the argument is not an override.")]
    public void Parse_WrongOverride_NamesTheArgument(string argument, params string[] fragments)
    {
        string fault = Assert.Single(Faults("", argument));
        Assert.All(fragments, fragment => Assert.Contains(fragment, fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_ManyFaults_AreAllReportedInOrder()
    {
        ExperimentConfigException exception = Assert.Throws<ExperimentConfigException>(() => Parse("""
            rounds: -5
            strategy: {name: fedbuff, buffer_size: none}
            model: {name: cnn, lr: 0, norm: layer}
            bogus: 1
            """, "eval.every_events=0", "delay.dist=gama"));

        Assert.Equal(["rounds", "strategy.buffer_size", "model.lr", "model.norm", "bogus", "delay.dist", "eval.every_events"],
            exception.Faults.Select(fault => fault.Path));
        ConfigFault first = exception.Faults[0];
        Assert.Equal(new ConfigPlace("test.yaml", 1, 9), first.Place);
        Assert.Equal(("-5", "is out of range", "Expected an integer >= 1"), (first.Value, first.Problem, first.Expected));
        Assert.Equal(7, exception.Message.Split('\n').Length);
    }

    [Fact]
    public void Parse_FaultyValueReplacedOnTheCommandLine_IsNoFault() => Assert.Equal(5, Parse("rounds: none", "rounds=5").Rounds);

    [Fact]
    public void Parse_NestedAliases_AreLimited()
    {
        // Each line holds the line above ten times: 10^8 values from 9 lines.
        string yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range(1, 8).Select(level =>
            $"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 10))}]\n"));

        Assert.Contains("more than 20000 values", Assert.Single(Faults(yaml)), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_DeepNesting_IsLimited() =>
        Assert.Contains("nested more than 32 deep", Assert.Single(Faults("seed: " + new string('[', 5000))), StringComparison.Ordinal);
}
