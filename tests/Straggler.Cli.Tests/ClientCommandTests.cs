using Straggler.Arrays;
using Straggler.Configuration;
using Straggler.Federation;
using Straggler.Flower;
using Straggler.Flower.Models;
using Straggler.Flower.Server;
using Straggler.Partitioning;
using Straggler.Simulation;
using Straggler.Torch;
using Straggler.Torch.Datasets;
using Straggler.Torch.Training;
using Straggler.Training;

namespace Straggler.Cli.Tests;

/// <summary><c>straggler client</c> at a server of ours.</summary>
public sealed class ClientCommandTests : IDisposable
{
    private static readonly string[] _experiment = ["dataset=fashion_mnist_small", "n_clients=20", "alpha=0.5", "seed=5", "model=cnn", "model.lr=0.05", "model.batch_size=32"];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Client_Tasks_AreTheSimulationsTasksBitForBit()
    {
        await using FlowerServer server = await FlowerServer.StartAsync(new() { Port = 0 }, TimeProvider.System, _ => { }, Cancellation);
        Task<CommandResult> command = CommandLine.RunAsync(_folder.Path, ["client", "--server", $"127.0.0.1:{server.Port}", "--client", "3", .. _experiment]);
        ConnectedClient client = await server.Joined.ReadAsync(Cancellation);
        using TorchProblem problem = Problem(new() { LearningRate = 0.05 }), quick = Problem(new() { LearningRate = 0.01, Epochs = 2, BatchSize = 50 });
        WireLayout layout = WireLayout.Of(problem.Layout);

        float[] initial = new float[problem.Layout.Length], first = new float[initial.Length], second = new float[initial.Length];
        layout.Read((await client.GetParametersAsync(new Dictionary<string, Scalar>(), Cancellation))!, initial);
        FitResult fit = await client.FitAsync(layout.Write(initial), layout, new Dictionary<string, Scalar>(), first, Cancellation);
        Dictionary<string, Scalar> config = new() { ["epochs"] = 2L, ["lr"] = 0.01, ["batch_size"] = 50L, ["proximal_mu"] = 0.1, ["server_round"] = 9L };
        _ = await client.FitAsync(layout.Write(first), layout, config, second, Cancellation);
        EvaluateResult evaluation = (await client.EvaluateAsync(layout.Write(second), new Dictionary<string, Scalar>(), Cancellation))!;
        IReadOnlyDictionary<string, Scalar> properties = (await client.GetPropertiesAsync(new Dictionary<string, Scalar>(), Cancellation))!;
        await server.StopAsync(TimeSpan.Zero);
        CommandResult result = await command;

        (float[] expectedFirst, LocalOutcome outcome) = Train(problem, new(3, 0, ClientAlgorithm.Plain), Initial(problem));
        (float[] expectedSecond, _) = Train(quick, new(3, 1, ClientAlgorithm.Plain with { ProximalCoefficient = 0.1 }), expectedFirst);
        (double loss, double accuracy) = Evaluate(problem, expectedSecond);
        ClientShard shard = problem.Clients[3];
        Assert.Equal(Canonical(problem, Initial(problem)), initial);
        Assert.Equal(Canonical(problem, expectedFirst), first);
        Assert.Equal(Canonical(problem, expectedSecond), second);
        Assert.Equal((shard.Train.Length, outcome.MeanLoss), (fit.Samples, fit.Metrics["train_loss"].Number));
        Assert.Equal((shard.Test.Length, accuracy), (evaluation.Samples, evaluation.Metrics["accuracy"].Number));
        Assert.Equal(loss, evaluation.Loss, 1e-5);
        Assert.Equal((3, "cnn"), (properties["client"].Whole, properties["model"].Text));
        Assert.Equal((0, ""), (result.ExitCode, result.Output));
        Assert.Contains("task 2: trained on", result.Errors, StringComparison.Ordinal);
        Assert.Contains("said goodbye", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_TokenAndShard_IsLetIn()
    {
        await File.WriteAllTextAsync(_folder.PathOf("token"), "secret\n", Cancellation);
        await using FlowerServer server = await FlowerServer.StartAsync(new() { Port = 0, Token = "secret" }, TimeProvider.System, _ => { }, Cancellation);
        string address = $"127.0.0.1:{server.Port}";

        CommandResult refused = await CommandLine.RunAsync(_folder.Path, "client", "--server", address, "--shard", "2/4", "--quiet", "model=logistic");
        Task<CommandResult> command = CommandLine.RunAsync(
            _folder.Path, "client", "--server", address, "--shard", "2/4", "--quiet", "--token-file", "token", "model=logistic", "partition=iid");
        ConnectedClient client = await server.Joined.ReadAsync(Cancellation);
        IReadOnlyDictionary<string, Scalar> properties = (await client.GetPropertiesAsync(new Dictionary<string, Scalar>(), Cancellation))!;
        await server.StopAsync(TimeSpan.Zero);
        CommandResult result = await command;

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("it shows no token", refused.Errors, StringComparison.Ordinal);
        Assert.Equal((1, 2500), (properties["client"].Whole, properties["train_samples"].Whole));
        Assert.Equal((0, "", ""), (result.ExitCode, result.Output, result.Errors));
    }

    [Theory]
    [InlineData("--client 1", "--server")]
    [InlineData("--server localhost:1", "Expected either --client or --shard")]
    [InlineData("--server localhost:1 --client 1 --shard 1/2", "Expected either --client or --shard")]
    [InlineData("--server localhost:1 --client -1", "Expected an integer from 0")]
    [InlineData("--server localhost:1 --client 100", "Expected --client 0 to 99")]
    [InlineData("--server localhost:1 --shard 0/2", "such as 3/10")]
    [InlineData("--server localhost:1 --shard 3/2", "such as 3/10")]
    [InlineData("--server localhost --client 1", "\"localhost\" is no server")]
    [InlineData("--server localhost:1 --client 1 --token-file nowhere", "nowhere")]
    [InlineData("--server localhost:1 --client 1 --root-certificates nowhere", "nowhere")]
    [InlineData("--server localhost:1 --client 1 training=none", "training: a client trains")]
    public async Task Client_WrongInput_IsExplained(string arguments, string expected)
    {
        CommandResult result = await CommandLine.RunAsync(_folder.Path, ["client", .. arguments.Split(' ')]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lr", "fast", "The server's lr is \"fast\". Expected a number > 0 and <= 1000.")]
    [InlineData("learning_rate", 5000.0, "The server's learning_rate is 5000. Expected a number > 0 and <= 1000.")]
    [InlineData("epochs", 0.5, "The server's epochs is 0.5. Expected an integer >= 1 and <= 100000.")]
    [InlineData("local_epochs", -1.0, "The server's local_epochs is -1. Expected an integer >= 1 and <= 100000.")]
    [InlineData("batch_size", 1099511627776.0, "The server's batch_size is 1099511627776. Expected an integer >= 1 and <= 1000000.")]
    [InlineData("proximal_mu", -1.0, "The server's proximal_mu is -1. Expected a number >= 0.")]
    public async Task Client_TaskThatCannotBe_EndsWithAMessage(string key, object value, string expected)
    {
        await using FlowerServer server = await FlowerServer.StartAsync(new() { Port = 0 }, TimeProvider.System, _ => { }, Cancellation);
        Task<CommandResult> command = CommandLine.RunAsync(
            _folder.Path, "client", "--server", $"127.0.0.1:{server.Port}", "--client", "0", "--quiet", "model=logistic");
        ConnectedClient client = await server.Joined.ReadAsync(Cancellation);
        WireModel model = (await client.GetParametersAsync(new Dictionary<string, Scalar>(), Cancellation))!;
        WireLayout layout = WireLayout.Of([.. model.Files.Select(file => new NpyArray(file))]);
        Dictionary<string, Scalar> config = new() { [key] = value is string text ? text : (double)value };

        await Assert.ThrowsAsync<ClientGoneException>(() => client.FitAsync(model, layout, config, new float[layout.Parameters.Length], Cancellation));
        CommandResult result = await command;

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    private static TorchProblem Problem(LocalTrainingOptions recipe)
    {
        LabelledDataset dataset = TorchBuiltIns.Datasets.Choose("fashion_mnist_small") is Choice<DatasetFactory> choice
            ? choice.Create()(DatasetStore.CreateDefault(null), Cancellation)
            : throw new InvalidOperationException();
        RandomStreams streams = new(5);
        IReadOnlyList<ClientShard> clients = ClientShards.Deal(
            new DirichletPartitioner(new() { Alpha = 0.5 }), dataset.ToSamples(), 20, streams);
        return new(dataset, clients, TorchBuiltIns.Models.Choose("cnn"), recipe, streams);
    }

    private static float[] Initial(TorchProblem problem)
    {
        float[] parameters = new float[problem.Layout.Length];
        problem.Initialize(parameters);
        return parameters;
    }

    private static (float[] Local, LocalOutcome Outcome) Train(TorchProblem problem, LocalTask task, float[] dispatched)
    {
        using IClientLearner learner = problem.CreateLearner();
        float[] local = new float[dispatched.Length];
        return (local, learner.Train(task, dispatched, local, Cancellation));
    }

    /// <summary>Sample by sample, over the client's part of the whole test set.</summary>
    private static (double Loss, double Accuracy) Evaluate(TorchProblem problem, float[] parameters)
    {
        using IClientLearner learner = problem.CreateLearner();
        int[] test = problem.Clients[3].Test, prediction = new int[1];
        double loss = 0;
        int right = 0;
        foreach (int sample in test)
        {
            loss += learner.Evaluate(parameters, sample, prediction);
            right += prediction[0] == problem.TestLabels[sample] ? 1 : 0;
        }

        return (loss / test.Length, (double)right / test.Length);
    }

    private static float[] Canonical(TorchProblem problem, float[] parameters)
    {
        float[] canonical = new float[parameters.Length];
        problem.ToCanonical(parameters, canonical);
        return canonical;
    }
}
