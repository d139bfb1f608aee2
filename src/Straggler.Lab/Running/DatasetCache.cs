using System.Collections.Concurrent;
using Straggler.Experiments;
using Straggler.Torch.Datasets;

namespace Straggler.Lab.Running;

/// <summary>Data sets that several runs of this process share: each is loaded once. Thread-safe.</summary>
internal sealed class DatasetCache
{
    private readonly ConcurrentDictionary<(string Name, object Options), Lazy<LabelledDataset>> _loaded = new();

    /// <summary>A plan's data set.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="load">Loads it, where no one has yet.</param>
    /// <exception cref="DatasetException">It is nowhere to be had, or damaged.</exception>
    public LabelledDataset Get(ExperimentPlan plan, Func<LabelledDataset> load) =>
        _loaded.GetOrAdd((plan.Dataset.Name, plan.Dataset.Options), _ => new(load)).Value;
}
