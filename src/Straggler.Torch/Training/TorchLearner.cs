using System.Runtime.InteropServices;
using Straggler.Simulation;
using Straggler.Torch.Datasets;
using Straggler.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Straggler.Torch.Training;

/// <summary>Trains clients on libtorch, one at a time, single-threaded.</summary>
/// <remarks>
/// A task loads the version it was sent, makes its gradient steps and hands the vector back; nothing of it stays. With libtorch on one
/// thread the same task gives the same bits in any learner on any thread of a machine.
/// </remarks>
public sealed class TorchLearner : IClientLearner
{
    internal const int EvaluationBatch = 50;

    private static readonly StreamPurpose _augmentation = new("augmentation");
    private static readonly StreamPurpose _dropout = new("dropout");

    [ThreadStatic]
    private static bool _threadIsSingle;

    private readonly TorchProblem _problem;
    private readonly FlatModel _model;
    private readonly ImageBatch _trainBatch;
    private readonly ImageBatch _testBatch;
    private readonly Generator _generator = new(0);
    private readonly int[] _slice = new int[EvaluationBatch];

    internal TorchLearner(TorchProblem problem, FlatModel model)
    {
        _problem = problem;
        _model = model;
        _model.Module.Randomness = _generator;
        _trainBatch = new(problem.Dataset, problem.LargestBatch);
        _testBatch = new(problem.Dataset, EvaluationBatch);
    }

    /// <inheritdoc/>
    public LocalOutcome Train(LocalTask task, ReadOnlySpan<float> dispatched, Span<float> local, CancellationToken cancellation)
    {
        KeepToOneThread();
        RandomStreams streams = _problem.Streams;
        BatchOrder order = _problem.Batches(task);
        RandomStream augmentation = streams.Open(_augmentation, task.Client, task.Occurrence);
        _generator.manual_seed((long)(streams.Open(_dropout, task.Client, task.Occurrence).NextUInt64() >> 1));
        dispatched.CopyTo(_model.Values);
        _model.Module.train();
        FlatOptimizer optimizer = _model.Module.ConfigureOptimizer(_problem.RecipeOf(task.Algorithm));
        double loss = 0;
        for (int step = 0; step < order.Count; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            ImageSplit data = _problem.Dataset.Train;
            (Tensor inputs, Tensor labels) = _problem.Dataset.Augment
                ? _trainBatch.FillAugmented(data, order.Next(), ref augmentation)
                : _trainBatch.Fill(data, order.Next());
            loss += Step(inputs, labels, optimizer, task.Algorithm, dispatched);
        }

        _model.Values.CopyTo(local);
        return new(loss / order.Count, order.Count);
    }

    /// <inheritdoc/>
    public double Evaluate(ReadOnlySpan<float> parameters, int first, Span<int> predictions)
    {
        KeepToOneThread();
        parameters.CopyTo(_model.Values);
        _model.Module.eval();
        using IDisposable noGradients = inference_mode();
        double loss = 0;
        for (int start = 0; start < predictions.Length; start += EvaluationBatch)
        {
            using DisposeScope scope = NewDisposeScope();
            int count = Math.Min(EvaluationBatch, predictions.Length - start);
            for (int place = 0; place < count; place++)
            {
                _slice[place] = first + start + place;
            }

            (Tensor inputs, Tensor labels) = _testBatch.Fill(_problem.Dataset.Test, _slice.AsSpan(0, count));
            Tensor logits = _model.Module.forward(inputs);
            loss += _model.Module.Loss(logits, labels, nn.Reduction.Sum).item<float>();
            ReadOnlySpan<long> classes = MemoryMarshal.Cast<byte, long>(_model.Module.Predict(logits).bytes);
            for (int place = 0; place < count; place++)
            {
                predictions[start + place] = (int)classes[place];
            }
        }

        return loss;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _trainBatch.Dispose();
        _testBatch.Dispose();
        _generator.Dispose();
        _model.Dispose();
    }

    internal static void KeepToOneThread()
    {
        if (!_threadIsSingle)
        {
            set_num_threads(1);
            _threadIsSingle = true;
        }
    }

    private double Step(
        Tensor inputs, Tensor labels, FlatOptimizer optimizer, ClientAlgorithm algorithm, ReadOnlySpan<float> dispatched)
    {
        Span<float> gradient = _model.Gradients, parameters = _model.Trained;
        gradient.Clear();
        Tensor loss = _model.Module.Loss(_model.Module.forward(inputs), labels);
        loss.backward();
        GradientRules.Apply(algorithm, gradient, parameters, dispatched[..parameters.Length]);
        if (_problem.Training.ClipNorm is double limit)
        {
            GradientRules.Clip(gradient, limit);
        }

        optimizer.Step(parameters, gradient);
        return loss.item<float>();
    }
}
