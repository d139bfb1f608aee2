using System.Runtime.InteropServices;
using Straggler.Simulation;
using Straggler.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Straggler.Torch.Training;

/// <summary>Trains clients on libtorch, one at a time.</summary>
/// <remarks>
/// A task loads the version it was sent, makes its gradient steps and hands the vector back; nothing of it stays. With libtorch on a
/// number of threads that the problem fixes, the same task gives the same bits in any learner on any thread of a machine.
/// </remarks>
public sealed class TorchLearner : IClientLearner
{
    private static readonly StreamPurpose _augmentation = new("augmentation");
    private static readonly StreamPurpose _dropout = new("dropout");

    [ThreadStatic]
    private static int _threads;

    private readonly TorchProblem _problem;
    private readonly FlatModel _model;
    private readonly ISampleBatch _batch;
    private readonly Generator _generator = new(0);

    internal TorchLearner(TorchProblem problem, FlatModel model)
    {
        _problem = problem;
        _model = model;
        _model.Module.Randomness = _generator;
        _batch = problem.Dataset.CreateBatch(problem.LargestBatch);
    }

    /// <inheritdoc/>
    public LocalOutcome Train(LocalTask task, ReadOnlySpan<float> dispatched, Span<float> local, CancellationToken cancellation)
    {
        KeepTo(_problem.OperatorThreads);
        RandomStreams streams = _problem.Streams;
        BatchOrder order = _problem.Batches(task);
        ClientView view = new(streams, task.Client, streams.Open(_augmentation, task.Client, task.Occurrence), _problem.NoiseOf(task.Client));
        _generator.manual_seed((long)(streams.Open(_dropout, task.Client, task.Occurrence).NextUInt64() >> 1));
        dispatched.CopyTo(_model.Values);
        _model.Gradients.Clear();
        _model.Module.train();
        FlatOptimizer optimizer = _model.Module.ConfigureOptimizer(_problem.RecipeOf(task.Algorithm));
        (double loss, double squares, double first, double last) = (0, 0, 0, 0);
        for (int step = 0; step < order.Count; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            (Tensor inputs, Tensor targets) = _batch.FillTraining(order.Next(), ref view);
            last = Step(inputs, targets, optimizer, task.Algorithm, dispatched);
            first = step == 0 ? last : first;
            loss += last;
            squares += last * last;
        }

        _model.Values.CopyTo(local);
        return new(loss / order.Count, order.Count) { LossDrop = first - last, RootMeanSquareLoss = Math.Sqrt(squares / order.Count) };
    }

    /// <inheritdoc/>
    public double Evaluate(ReadOnlySpan<float> parameters, int first, Span<int> predictions)
    {
        KeepTo(_problem.OperatorThreads);
        parameters.CopyTo(_model.Values);
        _model.Module.eval();
        using IDisposable noGradients = inference_mode();
        double loss = 0;
        for (int start = 0, taken; start < predictions.Length; start += taken)
        {
            using DisposeScope scope = NewDisposeScope();
            (Tensor inputs, Tensor targets, taken) = _batch.FillTest(first + start, predictions.Length - start);
            Tensor logits = _model.Module.forward(inputs);
            loss += _model.Module.Loss(logits, targets, nn.Reduction.Sum).item<float>();
            ReadOnlySpan<long> classes = MemoryMarshal.Cast<byte, long>(_model.Module.Predict(logits).bytes);
            _batch.ReadPredictions(classes, predictions.Slice(start, taken));
        }

        return loss;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batch.Dispose();
        _generator.Dispose();
        _model.Dispose();
    }

    /// <summary>Has the calling thread's tensor operations run on so many threads.</summary>
    internal static void KeepTo(int threads)
    {
        if (_threads != threads)
        {
            set_num_threads(threads);
            _threads = threads;
        }
    }

    private double Step(
        Tensor inputs, Tensor labels, FlatOptimizer optimizer, ClientAlgorithm algorithm, ReadOnlySpan<float> dispatched)
    {
        Span<float> gradient = _model.Gradients, parameters = _model.Trained;
        Tensor loss = _model.Module.Loss(_model.Module.forward(inputs), labels);
        loss.backward();
        GradientRules.Step(algorithm, _problem.Training.ClipNorm, optimizer, gradient, parameters, dispatched[..parameters.Length]);
        return loss.item<float>();
    }
}
