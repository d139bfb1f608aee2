using System.Collections.Immutable;

namespace Straggler.Cli.Bench;

/// <summary>A standard workload: a configuration that everybody can measure.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Summary">What it is.</param>
/// <param name="Configuration">Overrides of the default configuration.</param>
/// <param name="Trains">Whether clients really train; else the floor is the bare loop of the timeline.</param>
internal sealed record Workload(string Name, string Summary, ImmutableArray<string> Configuration, bool Trains = true)
{
    /// <summary>The table of workloads.</summary>
    public static ImmutableArray<Workload> All { get; } =
    [
        new("W1", "200 updates of the small CNN on Fashion-MNIST, 100 clients, fedasync, 10 in flight, evaluation every 50",
        [
            "dataset=fashion_mnist", "n_clients=100", "alpha=0.3", "concurrency=10", "rounds=200", "strategy=fedasync",
            "eval.every_events=50", "model={name: cnn, lr: 0.01, batch_size: 32, epochs: 1}",
        ]),
        new("W2", "20 updates of ResNet-18 on a tenth of CIFAR-10, 10 clients, fedasync, 4 in flight",
        [
            "dataset={name: cifar10, augment: false, train_limit: 5000, test_limit: 1000}", "n_clients=10", "alpha=1", "concurrency=4",
            "rounds=20", "strategy=fedasync", "eval.every_events=20", "model={name: resnet18, lr: 0.05, batch_size: 32, epochs: 1}",
        ]),
        new("LR", "100 rounds of logistic regression on MNIST, 1000 clients, fedavg, 10 a round, batches of 10, evaluation every 20 rounds",
        [
            "dataset=mnist", "n_clients=1000", "partition=iid", "concurrency=10", "rounds=1000", "strategy=fedavg",
            "eval.every_events=200", "model={name: logistic, lr: 0.03, batch_size: 10, epochs: 1}",
        ]),
        new("T", "10,000,000 arrivals of a timeline, 1,000,000 clients, fedasync, 10,000 in flight, one thread",
        [
            "training=none", "n_clients=1000000", "concurrency=10000", "rounds=10000000", "strategy=fedasync",
        ],
        Trains: false),
    ];
}
