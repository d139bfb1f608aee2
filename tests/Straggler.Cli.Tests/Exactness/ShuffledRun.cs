using Straggler.Experiments;
using Straggler.Federation;
using Straggler.Metrics;
using Straggler.Recording;
using Straggler.Reports.TensorBoard;
using Straggler.Simulation;
using Straggler.Tests.Support;
using Straggler.Training;

namespace Straggler.Cli.Tests.Exactness;

/// <summary>A whole run of a tiny problem into a run directory, with workers whose timing is shuffled.</summary>
internal static class ShuffledRun
{
    /// <summary>Runs.</summary>
    /// <param name="plan">The experiment; its model and data set are not used.</param>
    /// <param name="parent">Where the run directory is made.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="shuffler">Holds them up.</param>
    /// <returns>The run directory.</returns>
    public static async Task<string> RunAsync(ExperimentPlan plan, string parent, int workers, Shuffler shuffler)
    {
        QuadraticProblem problem = new()
        {
            TestCount = 3 * WorkerPool.EvaluationChunk,
            Optimum = client => 0.1f * client,
            OccurrenceMark = 0.01f,
            During = (_, _) => shuffler.Pass(),
            Evaluating = shuffler.Pass,
            Poisoned = task => task is { Client: 3, Occurrence: 2 },
        };
        ClientPopulation population = new(
            [.. Enumerable.Range(0, plan.ClientCount).Select(client => new ClientShard(
                [.. Enumerable.Range(0, 1 + client)], [.. Enumerable.Range(0, problem.TestCount).Where(sample => sample % plan.ClientCount == client)]))],
            problem.TestCount);
        RandomStreams streams = new(plan.Seed);
        float[] initial = new float[problem.Length];
        problem.Initialize(initial);
        using VersionStore versions = new(problem.Layout, initial);
        using WorkerPool pool = new(problem, workers, TimeProvider.System);
        RunDirectory directory = RunDirectory.Create(parent, plan);
        using RunRecorder recorder = new(directory, plan, TimeProvider.System);
        using TensorBoardObserver? tensorBoard = plan.Logging.Tensorboard ? new(directory.Path, TimeProvider.System) : null;
        using RunCheckpoints? checkpoints = plan.Checkpoint.Every is null ? null : new(directory, RunIdentity.Of(plan, "tiny"));
        checkpoints?.Include("recorder", recorder);
        using FederatedSimulation simulation = new(
            new()
            {
                Concurrency = plan.Concurrency,
                Rounds = plan.Rounds,
                Scheduler = plan.Scheduler,
                Evaluation = plan.Eval,
                CheckpointEvery = plan.Checkpoint.Every,
            },
            new()
            {
                Population = population,
                Streams = streams,
                Delays = new(plan.Delay, streams, [.. population.Samples.Select(samples => (long)samples)], problem.Layout.ByteCount),
                Strategy = plan.Strategy.Create()(new(
                    problem.Length, problem.Length, plan.ClientCount, plan.Concurrency, plan.Scheduler.Redispatch)),
                Versions = versions,
                Trainer = pool,
                Evaluator = pool,
                Accuracy = new(problem.TestLabels, problem.ClassCount, population),
                Checkpoints = checkpoints,
                ModelBytes = problem.Layout.ByteCount,
                Clock = TimeProvider.System,
            },
            tensorBoard is null ? [recorder] : [new Impatient(), tensorBoard, recorder]);
        SimulationResult result = await simulation.RunAsync(TestContext.Current.CancellationToken);
        using VersionLease last = versions.Current.Read();
        SafeTensorsFile.Write(directory.PathOf("model.safetensors"), problem.Layout, last.Parameters);
        recorder.Dispose();
        tensorBoard?.Dispose();
        recorder.Finish(
            RunSummaryFactory.Create(result, new(directory.Name, plan.Seed, plan.Strategy.Name, default, workers, 0, FlatVector.Fingerprint(last.Parameters))),
            ClientRecords.Create(result, population), result.Outstanding);
        return directory.Path;
    }

    /// <summary>Stands for the progress display.</summary>
    private sealed class Impatient : IRunObserver
    {
        public bool TellUpdatesAtOnce => true;

        public void OnUpdate(in UpdateRecord update)
        {
        }

        public void OnEvaluation(EvaluationRecord evaluation)
        {
        }
    }
}
