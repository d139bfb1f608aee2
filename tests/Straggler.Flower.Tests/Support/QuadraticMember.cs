using System.Collections.Concurrent;
using System.Threading.Channels;
using Straggler.Arrays;
using Straggler.Flower.Client;
using Straggler.Flower.Models;
using Straggler.Tests.Support;
using Straggler.Training;

namespace Straggler.Flower.Tests.Support;

/// <summary>A client that trains as the simulation's client of its number does, and answers when it is told to.</summary>
internal sealed class QuadraticMember(QuadraticProblem problem, int client) : IFlowerClient
{
    /// <summary>How long it says that each of its trainings took.</summary>
    public const double TrainSeconds = 0.125;

    private readonly WireLayout _layout = WireLayout.Of(problem.Layout);
    private readonly Channel<bool> _answers = Channel.CreateUnbounded<bool>();

    /// <summary>The configurations of the trainings, in order.</summary>
    public ConcurrentQueue<IReadOnlyDictionary<string, Scalar>> Configs { get; } = [];

    /// <summary>Lets it answer one task.</summary>
    public void Answer() => _answers.Writer.TryWrite(true);

    public Task<IReadOnlyDictionary<string, Scalar>?> GetPropertiesAsync(
        IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyDictionary<string, Scalar>?>(new Dictionary<string, Scalar> { ["client"] = (long)client });

    public async Task<FitReport> FitAsync(WireModel model, IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation)
    {
        Configs.Enqueue(config);
        float[] sent = new float[problem.Length], local = new float[sent.Length];
        _layout.Read(model, sent);
        await _answers.Reader.ReadAsync(cancellation);
        using IClientLearner learner = problem.CreateLearner();
        ClientAlgorithm algorithm = ClientAlgorithm.Plain with { ProximalCoefficient = config["proximal_mu"].Number!.Value };
        LocalOutcome outcome = learner.Train(new(client, (int)config["occurrence"].Whole!.Value, algorithm), sent, local, cancellation);
        return new(_layout.Write(local), 10, new Dictionary<string, Scalar>
        {
            ["train_loss"] = outcome.MeanLoss,
            ["train_seconds"] = TrainSeconds,
            ["gradient_steps"] = (long)outcome.GradientSteps,
        });
    }
}
