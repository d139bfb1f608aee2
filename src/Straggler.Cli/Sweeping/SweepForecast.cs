using System.Globalization;
using Straggler.Cli.Display;
using Straggler.Experiments;
using Straggler.Experiments.Sweeps;
using Straggler.Lab.Running;
using Straggler.Torch.Training;
using Straggler.Training;

namespace Straggler.Cli.Sweeping;

/// <summary>How long the trials of a sweep will take, by timing a task and a part of an evaluation of each kind of model and data.</summary>
/// <remarks>Trials that wait count in full, those that were cut off too, for nobody looks into their checkpoints here.</remarks>
/// <param name="workers">Threads that will train, over all trials.</param>
/// <param name="clock">Measures.</param>
internal sealed class SweepForecast(int workers, TimeProvider clock)
{
    private readonly DatasetCache _datasets = new();
    private readonly Dictionary<string, Pace> _paces = [];

    /// <summary>Writes the trials, each with its state and its share, and the sum.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="trials">The trials as they stand.</param>
    /// <param name="search">Which of them are run to their end; null for all.</param>
    /// <param name="cancellation">Gives up measuring.</param>
    public void Write(TextWriter output, IReadOnlyList<TrialResult> trials, SuccessiveHalving? search, CancellationToken cancellation)
    {
        TimeSpan sum = TimeSpan.Zero;
        foreach (TrialResult result in trials)
        {
            TimeSpan takes = result.State == TrialState.Finished ? TimeSpan.Zero : Predict(result.Trial.Plan, cancellation);
            sum += takes;
            output.WriteLine($"{result.Trial.Name}: {result.StateWord}{(takes > TimeSpan.Zero ? $", {About(takes)}" : "")}");
        }

        int finished = trials.Count(result => result.State == TrialState.Finished);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{trials.Count} {(trials.Count == 1 ? "trial" : "trials")}, {finished} of them finished; the others take {About(sum)} with {workers} {(workers == 1 ? "worker" : "workers")}"));
        if (search is not null)
        {
            string rungs = string.Join(", ", search.Rungs);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"halving at {rungs} arrivals does about {search.ExpectedTrials / trials.Count:P0} of that work, from the beginning"));
        }
    }

    private static string About(TimeSpan span) => span < TimeSpan.FromSeconds(1) ? "less than a second" : $"about {ProgressText.Span(span)}";

    private TimeSpan Predict(ExperimentPlan plan, CancellationToken cancellation)
    {
        if (plan.Training == TrainingMode.None)
        {
            return TimeSpan.Zero;
        }

        Pace pace = PaceOf(plan, cancellation);
        double evaluations = 2 + ((double)plan.Rounds / plan.Eval.EveryEvents);
        return ((plan.Rounds * pace.Task) + (evaluations * pace.Evaluation)) / workers;
    }

    private Pace PaceOf(ExperimentPlan plan, CancellationToken cancellation)
    {
        // What a task takes depends on the model, the data and how it is dealt out, but not on the server's strategy.
        string kind = PlanWriter.ToYaml(new ExperimentPlan
        {
            Dataset = plan.Dataset,
            ClientCount = plan.ClientCount,
            Partition = plan.Partition,
            Model = plan.Model,
            Strategy = BuiltIns.Strategies.Choose("fedasync"),
        });
        if (!_paces.TryGetValue(kind, out Pace pace))
        {
            using PreparedExperiment experiment = PreparedExperiment.Prepare(plan, 1, _ => { }, cancellation, _datasets);
            pace = _paces[kind] = Measure(experiment.Problem, cancellation);
        }

        return pace;
    }

    /// <summary>A mean task and an evaluation: the median client's task by its steps, the second time, when everything is warm.</summary>
    private Pace Measure(TorchProblem problem, CancellationToken cancellation)
    {
        using IClientLearner learner = problem.CreateLearner();
        float[] version = new float[problem.Layout.Length], trained = new float[problem.Layout.Length];
        int[] predictions = new int[Math.Min(problem.EvaluationChunk, problem.TestLabels.Count)];
        problem.Initialize(version);
        int middle = Enumerable.Range(0, problem.Clients.Count).OrderBy(client => problem.Clients[client].Train.Length).ElementAt(problem.Clients.Count / 2);
        TimeSpan task = default, part = default;
        for (int time = 0; time < 2; time++)
        {
            long start = clock.GetTimestamp();
            learner.Train(new(middle, time, ClientAlgorithm.Plain), version, trained, cancellation);
            task = clock.GetElapsedTime(start);
            start = clock.GetTimestamp();
            learner.Evaluate(version, 0, predictions);
            part = clock.GetElapsedTime(start);
        }

        double samples = Math.Max(1, problem.Clients[middle].Train.Length), mean = problem.Clients.Average(client => client.Train.Length);
        return new(task * (mean / samples), part * ((double)problem.TestLabels.Count / predictions.Length));
    }

    /// <summary>Processor time of a mean task and of an evaluation.</summary>
    private readonly record struct Pace(TimeSpan Task, TimeSpan Evaluation);
}
