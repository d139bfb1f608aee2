using Straggler.Federation;
using Straggler.Simulation;
using Straggler.Torch.Datasets;
using Straggler.Torch.Training;
using Straggler.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Straggler.Torch.Tests.Training;

/// <summary>Local training as anyone would write it in PyTorch: ordinary parameters, torch.optim, default memory layout.</summary>
internal static class PlainTwin
{
    /// <summary>Trains a plain module and returns its state as a flat vector in PyTorch's order.</summary>
    /// <param name="problem">Data, recipe and layout.</param>
    /// <param name="module">The module.</param>
    /// <param name="canonical">Where it starts.</param>
    /// <param name="client">Whose samples.</param>
    /// <param name="proximal">ρ of the loss's ρ/2‖w − x‖².</param>
    /// <param name="correction">Added to every step's gradient, in PyTorch's order; null for none.</param>
    /// <param name="rateScale">Factor of the recipe's learning rate.</param>
    /// <param name="steps">Gradient steps instead of the recipe's.</param>
    public static (float[] Canonical, double MeanLoss, int Steps, double LossDrop) Train(
        TorchProblem problem,
        nn.Module<Tensor, Tensor> module,
        float[] canonical,
        int client,
        double proximal = 0,
        float[]? correction = null,
        double rateScale = 1,
        int? steps = null)
    {
        using DisposeScope scope = NewDisposeScope();
        using NoCollection guard = new();
        Load(problem.Layout, module, canonical);
        LocalTrainingOptions recipe = problem.Training;
        double rate = recipe.LearningRate * rateScale;
        List<Tensor> anchors = [.. module.parameters().Select(parameter => parameter.detach().clone())];
        using optim.Optimizer optimizer = recipe.Optimizer == LocalOptimizer.Adam
            ? optim.Adam(module.parameters(), rate, weight_decay: recipe.WeightDecay)
            : optim.SGD(module.parameters(), rate, recipe.Momentum, 0, recipe.WeightDecay, recipe.Nesterov);
        module.train();
        List<double> losses = [];
        foreach (int[] batch in Batches(problem, client, steps ?? recipe.Steps))
        {
            (Tensor inputs, Tensor labels) = Gather(problem.Dataset, batch);
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(module.forward(inputs), labels);
            losses.Add(loss.item<float>());
            foreach ((Parameter parameter, Tensor anchor) in module.parameters().Zip(anchors))
            {
                Tensor apart = parameter - anchor;
                loss = loss + (proximal / 2 * (apart * apart).sum());
            }

            loss.backward();
            if (correction is not null)
            {
                Correct(problem.Layout, module, correction);
            }

            if (recipe.ClipNorm is double limit)
            {
                nn.utils.clip_grad_norm_(module.parameters(), limit);
            }

            optimizer.step();
        }

        return (Store(problem.Layout, module), losses.Average(), losses.Count, losses[0] - losses[^1]);
    }

    /// <summary>Holds the garbage collector off.</summary>
    /// <remarks>TorchSharp's optimizers pass scalars that a collection at the wrong moment frees while libtorch reads them.</remarks>
    private sealed class NoCollection : IDisposable
    {
        public NoCollection() => GC.TryStartNoGCRegion(100 << 20);

        public void Dispose()
        {
            if (System.Runtime.GCSettings.LatencyMode == System.Runtime.GCLatencyMode.NoGCRegion)
            {
                GC.EndNoGCRegion();
            }
        }
    }

    /// <summary>The client's shuffled samples in batches; a lone last sample goes to the batch before where there is BatchNorm.</summary>
    private static List<int[]> Batches(TorchProblem problem, int client, int? steps)
    {
        int[] order = [.. problem.Clients[client].Train];
        RandomStream random = problem.Streams.Open(new("batches"), client);
        List<int[]> batches = [];
        int wanted = steps ?? int.MaxValue;
        for (int epoch = 0; steps is null ? epoch < problem.Training.Epochs : batches.Count < wanted; epoch++)
        {
            random.Shuffle<int>(order);
            List<int[]> chunks = [.. order.Chunk(problem.Training.BatchSize)];
            if (problem.HasBatchNorm && chunks[^1].Length == 1)
            {
                chunks[^2] = [.. chunks[^2], .. chunks[^1]];
                chunks.RemoveAt(chunks.Count - 1);
            }

            batches.AddRange(chunks);
        }

        return [.. batches.Take(wanted)];
    }

    private static (Tensor Inputs, Tensor Labels) Gather(LabelledDataset dataset, int[] batch) =>
        dataset is ImageDataset images ? Gather(images, batch) : Gather((SequenceDataset)dataset, batch);

    private static (Tensor Inputs, Tensor Labels) Gather(SequenceDataset dataset, int[] batch)
    {
        byte[][] sequences = [.. batch.Select(sample => dataset.Train.Sequence(sample).ToArray())];
        long[] inputs = [.. sequences.SelectMany(tokens => tokens[..^1].Select(token => token == 255 ? 0L : token))];
        long[] targets = [.. sequences.SelectMany(tokens => tokens[1..].Select(token => token == 255 ? -100L : token))];
        return (tensor(inputs).reshape(batch.Length, dataset.Train.Length), tensor(targets));
    }

    private static void Correct(ParameterLayout layout, nn.Module module, float[] correction)
    {
        using IDisposable noGradients = no_grad();
        foreach ((string name, Parameter parameter) in module.named_parameters())
        {
            ParameterPart part = layout.Parts.Single(part => part.Name == name);
            parameter.grad!.add_(tensor(correction.AsSpan(part.Offset, part.Length).ToArray()).reshape(parameter.shape));
        }
    }

    private static (Tensor Inputs, Tensor Labels) Gather(ImageDataset dataset, int[] batch)
    {
        ImageShape shape = dataset.Shape;
        byte[] pixels = [.. batch.SelectMany(sample => dataset.Train.Pixels.AsSpan(sample * shape.Length, shape.Length).ToArray())];
        Tensor images = tensor(pixels).reshape(batch.Length, shape.Channels, shape.Height, shape.Width).to(ScalarType.Float32) / 255f;
        Tensor mean = tensor(dataset.Mean.ToArray()).reshape(1, -1, 1, 1);
        Tensor deviation = tensor(dataset.Deviation.ToArray()).reshape(1, -1, 1, 1);
        return ((images - mean) / deviation, tensor([.. batch.Select(sample => (long)dataset.Train.Labels[sample])]));
    }

    private static void Load(ParameterLayout layout, nn.Module module, float[] canonical)
    {
        using IDisposable noGradients = no_grad();
        Dictionary<string, Tensor> state = module.state_dict();
        foreach (ParameterPart part in layout.Parts)
        {
            Tensor target = state[part.Name];
            target.copy_(tensor(canonical.AsSpan(part.Offset, part.Length).ToArray()).reshape(target.shape));
        }
    }

    private static float[] Store(ParameterLayout layout, nn.Module module)
    {
        float[] canonical = new float[layout.Length];
        Dictionary<string, Tensor> state = module.state_dict();
        foreach (ParameterPart part in layout.Parts)
        {
            state[part.Name].detach().contiguous().flatten().data<float>().ToArray().CopyTo(canonical, part.Offset);
        }

        return canonical;
    }
}
