using Straggler.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Straggler.Torch.Training;

/// <summary>What a bare loop took.</summary>
/// <param name="Wall">From the first step to the last, without setting up.</param>
/// <param name="GradientSteps">Gradient steps made.</param>
/// <param name="Evaluations">Whole evaluations of the test set made.</param>
public sealed record FloorResult(TimeSpan Wall, int GradientSteps, int Evaluations);

/// <summary>The gradient steps of a run in a bare loop: no server, no versions, no clock. What a simulation is measured against.</summary>
/// <remarks>
/// Threads take the tasks in order and make their gradient steps, each on one model that is never loaded or handed back. The steps use
/// the learner's own kernels, on images and kernels in the order asked for. Evaluations are spread evenly between the tasks.
/// </remarks>
public static class TrainingFloor
{
    /// <summary>Runs the loop once.</summary>
    /// <param name="problem">The problem; its recipe is used, without augmentation, proximal term or clipping.</param>
    /// <param name="tasks">Whose trainings, in order.</param>
    /// <param name="evaluations">Evaluations of the whole test set among them, at least 0.</param>
    /// <param name="threads">Threads, each with libtorch on as many as the problem says.</param>
    /// <param name="order">How images and kernels lie in memory.</param>
    /// <param name="clock">Measures the wall time.</param>
    public static FloorResult Run(
        TorchProblem problem, IReadOnlyList<LocalTask> tasks, int evaluations, int threads, MemoryOrder order, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(clock);
        List<Action<Worker>> work = Plan(problem, tasks, evaluations);
        Worker[] workers = [.. Enumerable.Range(0, threads).Select(_ => new Worker(problem, order))];
        int next = -1;
        Thread[] running = [.. workers.Select(worker => new Thread(() =>
        {
            TorchLearner.KeepTo(problem.OperatorThreads);
            for (int item = Interlocked.Increment(ref next); item < work.Count; item = Interlocked.Increment(ref next))
            {
                work[item](worker);
            }
        }))];
        long start = clock.GetTimestamp();
        Array.ForEach(running, thread => thread.Start());
        Array.ForEach(running, thread => thread.Join());
        TimeSpan wall = clock.GetElapsedTime(start);
        int steps = workers.Sum(worker => worker.Steps);
        Array.ForEach(workers, worker => worker.Dispose());
        return new(wall, steps, evaluations);
    }

    private static List<Action<Worker>> Plan(TorchProblem problem, IReadOnlyList<LocalTask> tasks, int evaluations)
    {
        List<Action<Worker>> work = [];
        int done = 0;
        for (int index = 0; index <= tasks.Count; index++)
        {
            for (; done < evaluations && done * tasks.Count <= index * Math.Max(1, evaluations - 1); done++)
            {
                for (int first = 0; first < problem.TestLabels.Count; first += problem.EvaluationChunk)
                {
                    int start = first, count = Math.Min(problem.EvaluationChunk, problem.TestLabels.Count - first);
                    work.Add(worker => worker.Evaluate(start, count));
                }
            }

            if (index < tasks.Count)
            {
                LocalTask task = tasks[index];
                work.Add(worker => worker.Train(task));
            }
        }

        return work;
    }

    private sealed class Worker : IDisposable
    {
        private readonly TorchProblem _problem;
        private readonly FlatModel _model;
        private readonly ISampleBatch _batch;

        public Worker(TorchProblem problem, MemoryOrder order)
        {
            _problem = problem;
            _model = problem.CreateModel(order);
            _model.Module.Initialize(problem.InitialWeights());
            _model.Module.Randomness = new(0);
            _batch = problem.Dataset.CreateBatch(problem.LargestBatch, order);
        }

        public int Steps { get; private set; }

        public void Train(LocalTask task)
        {
            BatchOrder batches = _problem.Batches(task);
            FlatOptimizer optimizer = _model.Module.ConfigureOptimizer(_problem.Training);
            _model.Module.train();
            for (int step = 0; step < batches.Count; step++)
            {
                using DisposeScope scope = NewDisposeScope();
                ClientView view = ClientView.Plain;
                (Tensor inputs, Tensor labels) = _batch.FillTraining(batches.Next(), ref view);
                _model.Module.Loss(_model.Module.forward(inputs), labels).backward();
                GradientRules.Step(ClientAlgorithm.Plain, null, optimizer, _model.Gradients, _model.Trained, _model.Trained);
            }

            Steps += batches.Count;
        }

        public void Evaluate(int first, int count)
        {
            using IDisposable noGradients = inference_mode();
            _model.Module.eval();
            for (int start = 0, taken; start < count; start += taken)
            {
                using DisposeScope scope = NewDisposeScope();
                (Tensor inputs, _, taken) = _batch.FillTest(first + start, count - start);
                _model.Module.Predict(_model.Module.forward(inputs));
            }
        }

        public void Dispose()
        {
            _batch.Dispose();
            _model.Module.Randomness?.Dispose();
            _model.Dispose();
        }
    }
}
