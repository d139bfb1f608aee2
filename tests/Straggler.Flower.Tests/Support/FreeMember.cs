using System.Threading.Channels;
using Straggler.Flower.Client;
using Straggler.Flower.Models;
using Straggler.Flower.Server;

namespace Straggler.Flower.Tests.Support;

/// <summary>A client that answers what a test tells it to answer.</summary>
internal sealed class FreeMember : IFlowerClient
{
    /// <summary>Its number; null if it tells none.</summary>
    public long? Number { get; init; }

    /// <summary>Its evaluations; null if it does not evaluate.</summary>
    public EvaluateResult? Evaluation { get; init; }

    /// <summary>What it waits for before it answers to evaluations.</summary>
    public Task BeforeEvaluation { get; init; } = Task.CompletedTask;

    /// <summary>What it answers to trainings, one after the other; an exception ends it.</summary>
    public Channel<Func<FitReport>> Answers { get; } = Channel.CreateUnbounded<Func<FitReport>>();

    /// <summary>A proper answer.</summary>
    public static FitReport Proper() => new(Example.Model, 3, new Dictionary<string, Scalar> { ["train_loss"] = 0.5 });

    /// <summary>Lets it answer.</summary>
    public void Answer(Func<FitReport> answer) => Answers.Writer.TryWrite(answer);

    public Task<IReadOnlyDictionary<string, Scalar>?> GetPropertiesAsync(
        IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyDictionary<string, Scalar>?>(Number is { } number ? new Dictionary<string, Scalar> { ["client"] = number } : null);

    public async Task<FitReport> FitAsync(WireModel model, IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation) =>
        (await Answers.Reader.ReadAsync(cancellation))();

    public async Task<EvaluateResult?> EvaluateAsync(WireModel model, IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation)
    {
        await BeforeEvaluation;
        return Evaluation;
    }
}
