using Straggler.Metrics;
using Straggler.Recording;

namespace Straggler.Tests.Metrics;

public sealed class ConvergenceTests
{
    [Fact]
    public void Add_ThreeEvaluations_SumsTrapezoidsByHand()
    {
        // Accuracy 0.2 at 0, 0.6 at 10, 0.5 at 30: 10·0.4 + 20·0.55 = 15 over 30.
        Convergence convergence = new([0.5, 0.6, 0.61]);
        convergence.Add(Evaluation(0, 0.2));
        Assert.Equal(0.2, convergence.NormalizedArea);
        convergence.Add(Evaluation(10, 0.6));
        convergence.Add(Evaluation(30, 0.5));
        Assert.Equal(0.5, convergence.NormalizedArea, 1e-15);
        Assert.Equal(0.6, convergence.Best);
        Assert.Equal(
            [new(0.5, true, 10, 100, 20), new(0.6, true, 10, 100, 20), new(0.61, false, null, null, null)],
            convergence.Targets);
    }

    [Fact]
    public void Targets_ReachedTwice_KeepTheFirstTime()
    {
        Convergence convergence = new([0.5]);
        convergence.Add(Evaluation(1, 0.5));
        convergence.Add(Evaluation(2, 0.1));
        convergence.Add(Evaluation(3, 0.9));
        Assert.Equal([new(0.5, true, 1, 10, 2)], convergence.Targets);
    }

    [Fact]
    public void NormalizedArea_TwoEvaluationsAtOneInstant_AddsNothing()
    {
        Convergence convergence = new([]);
        convergence.Add(Evaluation(0, 0));
        convergence.Add(Evaluation(4, 1));
        convergence.Add(Evaluation(4, 0));
        Assert.Equal(0.5, convergence.NormalizedArea);
    }

    /// <summary>Accuracy 0.9 at 1, 0.5 at 3, unknown in between and first of all: 2·0.7 = 1.4 over 3.</summary>
    [Fact]
    public void Add_AccuraciesThatNobodyKnows_AreAsNone()
    {
        Convergence convergence = new([0.95]);
        convergence.Add(Evaluation(0, double.NaN));
        convergence.Add(Evaluation(1, 0.9));
        convergence.Add(Evaluation(2, double.NaN));
        convergence.Add(Evaluation(2.5, double.PositiveInfinity));
        convergence.Add(Evaluation(3, 0.5));

        Assert.Equal(0.9, convergence.Best);
        Assert.Equal(1.4 / 3, convergence.NormalizedArea, 1e-15);
        Assert.False(convergence.Targets.Single().Reached);
    }

    [Fact]
    public void Best_NothingMeasured_IsNaN()
    {
        Convergence convergence = new([0.5]);
        Assert.True(double.IsNaN(convergence.Best) && double.IsNaN(convergence.NormalizedArea));
        Assert.Equal([new TargetSummary(0.5, false, null, null, null)], convergence.Targets);
    }

    private static EvaluationRecord Evaluation(double time, double accuracy) => new()
    {
        Arrival = (long)(10 * time),
        VirtualTime = time,
        Version = (long)(2 * time),
        Loss = 1,
        Accuracy = accuracy,
        ClassAccuracy = [],
        ClientAccuracy = [],
        Metrics = [],
    };
}
