using Straggler.Federation;
using Straggler.Tests.Support;
using Straggler.Training;
using TestResult = Straggler.Training.TestResult;

namespace Straggler.Tests.Simulation;

/// <summary>Whoever evaluates is told which evaluation is the run's last, as nothing waits for that one.</summary>
public class LastEvaluationTests
{
    /// <summary>The problem leaves the parameters at 0, so that no prediction is right and the target accuracy is out of reach.</summary>
    [Theory]
    [InlineData(20, null, "hurry 0, hurry 10, last 20")]
    [InlineData(25, null, "hurry 0, hurry 10, hurry 20, last 25")]
    [InlineData(20, 1.0, "hurry 0, hurry 10, hurry 20")]
    [InlineData(25, 1.0, "hurry 0, hurry 10, hurry 20, last 25")]
    public async Task RunAsync_EvaluationsAreMeasuredWhenTheyAreWaitedFor_OnlyTheLastOneIsToldSo(long rounds, double? target, string expected)
    {
        PatientEvaluator? evaluator = null;
        Trace run = await new Scenario
        {
            Rounds = rounds,
            Evaluation = new() { EveryEvents = 10, TargetAcc = target },
            Problem = new() { Optimum = _ => 0 },
            Evaluator = workers => evaluator = new(workers),
        }.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(expected, string.Join(", ", evaluator!.Said));
        Assert.Equal(rounds, run.Result.LastEvaluation.Version);
    }

    /// <summary>Measures at once, but is done only when it is waited for.</summary>
    private sealed class PatientEvaluator(IModelEvaluator evaluator) : IModelEvaluator
    {
        public List<string> Said { get; } = [];

        public IEvaluation StartEvaluation(ModelVersion version) => new PatientEvaluation(evaluator.StartEvaluation(version), version.Number, Said);
    }

    private sealed class PatientEvaluation(IEvaluation evaluation, long version, List<string> said) : IEvaluation
    {
        private readonly TaskCompletionSource _isWaitedFor = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<TestResult> Result => ResultAsync();

        public void Hurry() => Say("hurry");

        public void HurryLast() => Say("last");

        public void GiveUp() => evaluation.GiveUp();

        private void Say(string what)
        {
            said.Add($"{what} {version}");
            evaluation.Hurry();
            _isWaitedFor.TrySetResult();
        }

        private async Task<TestResult> ResultAsync()
        {
            await _isWaitedFor.Task;
            return await evaluation.Result;
        }
    }
}
