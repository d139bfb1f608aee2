using Straggler.Flower.Live;
using Straggler.Training;
using TestResult = Straggler.Training.TestResult;

namespace Straggler.Flower.Tests.Support;

/// <summary>What tests of evaluations by clients say in short.</summary>
internal static class Evaluations
{
    /// <summary>How long an evaluation is waited for at most.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(100);

    /// <summary>A client that evaluates, once a task has ended.</summary>
    public static FreeMember Evaluating(double loss, int samples, double accuracy, int? number = null, Task? before = null) => new()
    {
        Evaluation = new(loss, samples, new Dictionary<string, Scalar> { ["accuracy"] = accuracy }),
        Number = number,
        BeforeEvaluation = before ?? Task.CompletedTask,
    };

    /// <summary>Has up to so many clients of a server evaluate.</summary>
    public static FederatedEvaluator Evaluator(this LiveServer server, int most, TimeSpan? timeout = null, CancellationToken? ending = null) =>
        new(server.Roster, server.Model, 4, new() { Clients = most, Timeout = timeout ?? Timeout }, ending ?? TestContext.Current.CancellationToken);

    /// <summary>Begins an evaluation that is waited for.</summary>
    public static Task<TestResult> EvaluateAsync(this LiveServer server, FederatedEvaluator evaluator)
    {
        IEvaluation evaluation = evaluator.StartEvaluation(server.Versions.Current);
        evaluation.Hurry();
        return evaluation.Result;
    }
}
